using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>One change, with the name of who made it.</summary>
/// <param name="IsCurrent">What it wrote still stands.</param>
/// <param name="Origin">Name of the file that it was taken from; null when a person wrote it.</param>
public sealed record HistoryRow(int Number, string Field, string Code, string Before, string After, DateTime At, string By, bool IsCurrent, Guid? OriginId, string? Origin);

/// <summary>A page of changes, the newest first.</summary>
/// <param name="Pages">At least 1.</param>
public sealed record History(IReadOnlyList<HistoryRow> Rows, int Page, int Pages);

/// <summary>历史: every change of an entry, personal values masked; and any earlier value taken back.</summary>
sealed class ReadHistory(Database database, JiqunDb db, OpenEntry open)
{
    const int PageLength = 50;

    /// <param name="entry">One that the person may see.</param>
    /// <param name="field">Null for all fields.</param>
    /// <param name="page">From 1; what lies beyond the last is the last.</param>
    public async Task<History> Run(EntryHead entry, string? field, int page)
    {
        var pages = Math.Max(1, (await Changes(entry.Id, field).CountAsync() + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        var rows = await Rows(entry.Id, field).Skip((page - 1) * PageLength).Take(PageLength).ToListAsync();
        return new History(rows.ConvertAll(r => Read(entry, r)), page, pages);
    }

    /// <summary>A row with its values as they were written, personal ones masked.</summary>
    public HistoryRow Read(EntryHead entry, HistoryRow row)
    {
        var field = open.FormOf(entry).Find(row.Field);
        return row with { Before = Shown(row.Before), After = Shown(row.After) };

        string Shown(string stored)
        {
            var text = StoredAnswer.Read(database.Key, entry.Id, row.Field, stored);
            return field is null ? text : Masking.Of(field, text);
        }
    }

    /// <summary>The changes, the newest first, with their values as they are stored.</summary>
    /// <inheritdoc cref="Run"/>
    public IQueryable<HistoryRow> Rows(Guid entry, string? field) =>
        from c in Changes(entry, field)
        join a in db.Users on c.AccountId equals a.Id
        join o in db.ChangeOrigins on new { c.EntryId, c.Number } equals new { o.EntryId, o.Number } into origins
        from o in origins.DefaultIfEmpty()
        join f in db.Evidence on o.EvidenceId equals f.Id into files
        from f in files.DefaultIfEmpty()
        orderby c.Number descending
        select new HistoryRow(
            c.Number, c.Field, c.Code, c.Before, c.After, c.At, a.FullName,
            db.Answers.Any(x => x.EntryId == c.EntryId && x.Field == c.Field && x.Code == c.Code && x.Version == c.Number), (Guid?)f.Id, f.Name);

    IQueryable<Change> Changes(Guid entry, string? field) => db.Changes.Where(c => c.EntryId == entry && (field == null || c.Field == field));

    /// <summary>Writes into a place what one of its changes had written.</summary>
    public async Task<Outcome<Saved>> TakeBack(Guid entry, int number, SaveAnswers save, Actor actor)
    {
        var change = await (from e in db.EntriesOf(actor) where e.Id == entry && e.OrganisationId == actor.OrganisationId join c in db.Changes on e.Id equals c.EntryId where c.Number == number select c).AsNoTracking().SingleOrDefaultAsync();
        if (change is null)
            return Refusals.Missing();
        var version = await db.Answers.Where(a => a.EntryId == entry && a.Field == change.Field && a.Code == change.Code).Select(a => a.Version).SingleAsync();
        return await save.Run(entry, [new Wish(new Place(change.Field, change.Code), StoredAnswer.Read(database.Key, entry, change.Field, change.After), version)], actor, isWhole: false);
    }
}
