using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Organisations;

/// <summary>Which rung of the tree an organisation stands on.</summary>
public enum Level
{
    /// <summary>工信部, the organiser: the root of the tree.</summary>
    Ministry,

    /// <summary>省级主管部门.</summary>
    Province,

    /// <summary>市人民政府.</summary>
    City,

    /// <summary>促进组织: enters a cluster.</summary>
    Promoter,
}

/// <summary>单位: a place in the tree of organisations. What a person may see follows from it.</summary>
public sealed class Organisation
{
    public required Guid Id { get; init; }

    /// <summary>Null for the ministry only.</summary>
    public required Guid? ParentId { get; init; }

    public required Level Level { get; init; }

    public required string Name { get; set; }

    /// <summary>Division of GB/T 2260, six digits. Null for the ministry only.</summary>
    public required string? DivisionCode { get; set; }

    /// <summary>Its ancestors' ids and its own, from the root: <c>/a…/b…/</c>. An organisation lies under another when its path begins with the other's.</summary>
    public required string Path { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Ids along a path, from the root: those above an organisation, and its own.</summary>
    public static IEnumerable<Guid> Along(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(id => Guid.ParseExact(id, "N"));

    /// <summary>A new organisation under another; at the root when there is none.</summary>
    public static Organisation Under(Organisation? parent, Level level, string name, string? divisionCode, DateTime now)
    {
        var id = Guid.CreateVersion7(now);
        return new Organisation
        {
            Id = id,
            ParentId = parent?.Id,
            Level = level,
            Name = name,
            DivisionCode = divisionCode,
            Path = $"{parent?.Path ?? "/"}{id:N}/",
            CreatedAt = now,
        };
    }
}

sealed class OrganisationTable : IEntityTypeConfiguration<Organisation>
{
    public void Configure(EntityTypeBuilder<Organisation> organisation)
    {
        organisation.ToTable("organisation", table => table.HasCheckConstraint("ck_organisation_root", "(parent_id IS NULL) = (level = 'Ministry')"));
        organisation.Property(o => o.Id).ValueGeneratedNever();
        organisation.Property(o => o.Name).HasMaxLength(200).IsConcurrencyToken();
        organisation.Property(o => o.DivisionCode).HasMaxLength(6).IsConcurrencyToken();
        organisation.Property(o => o.Path).HasMaxLength(200);
        organisation.HasIndex(o => o.Path).IsUnique();
        organisation.HasIndex(o => new { o.ParentId, o.Name }).IsUnique();
        organisation.HasIndex(o => o.Level).IsUnique().HasFilter("parent_id IS NULL");           // one root
        organisation.HasOne<Organisation>().WithMany().HasForeignKey(o => o.ParentId).OnDelete(DeleteBehavior.Restrict);
    }
}
