using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Desk;

/// <summary>视图: filters, columns and order of a round's list under a name, for the person who saved it; good for every round of the form.</summary>
public sealed class SavedView
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>With version.</summary>
    public required string FormId { get; init; }

    public required string Name { get; init; }

    /// <summary>As <see cref="RoundQuery.Address"/> has it.</summary>
    public required string Query { get; set; }
}

/// <summary>Keeps a person's views.</summary>
sealed class SavedViews(JiqunDb db)
{
    public const int Most = 50, LongestName = 60, LongestQuery = 8000;

    public Task<List<SavedView>> Of(string form, Actor actor) =>
        db.SavedViews.AsNoTracking().Where(v => v.AccountId == actor.AccountId && v.FormId == form).OrderBy(v => v.Name).ToListAsync();

    /// <summary>Under a name that is there already, the newer stands.</summary>
    public async Task<Outcome<SavedView>> Save(string form, string name, string query, Actor actor)
    {
        name = PlainText.Of(name);
        if (name.Length is 0 or > LongestName || name.Contains('\n') || query.Length > LongestQuery)
            return Finding.Error("view-name", "name", Words.Of("view-name-wrong", LongestName));
        var own = db.SavedViews.Where(v => v.AccountId == actor.AccountId && v.FormId == form);
        if (await own.SingleOrDefaultAsync(v => v.Name == name) is { } same)
        {
            same.Query = query;
            await db.SaveChangesAsync();
            return same;
        }
        if (await own.CountAsync() >= Most)
            return Finding.Error("too-many-views", "name", Words.Of("view-too-many", Most));
        var view = new SavedView { Id = Guid.NewGuid(), AccountId = actor.AccountId, FormId = form, Name = name, Query = query };
        db.Add(view);
        await db.SaveChangesAsync();
        return view;
    }

    /// <returns>False when this person has no such view.</returns>
    public async Task<bool> Remove(Guid id, Actor actor) => await db.SavedViews.Where(v => v.Id == id && v.AccountId == actor.AccountId).ExecuteDeleteAsync() > 0;
}

sealed class SavedViewTable : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> view)
    {
        view.ToTable("saved_view");
        view.Property(v => v.Id).ValueGeneratedNever();
        view.Property(v => v.FormId).HasMaxLength(100);
        view.Property(v => v.Name).HasMaxLength(SavedViews.LongestName);
        view.Property(v => v.Query).HasMaxLength(SavedViews.LongestQuery);
        view.HasIndex(v => new { v.AccountId, v.FormId, v.Name }).IsUnique();
        view.HasOne<Account>().WithMany().HasForeignKey(v => v.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
