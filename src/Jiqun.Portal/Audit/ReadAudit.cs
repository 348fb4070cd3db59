using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Audit;

/// <summary>What rows one asks for.</summary>
/// <param name="Action">Null for all.</param>
/// <param name="Account">Part of the name or user name of who did it, or to whom it was done; empty for all.</param>
/// <param name="From">First day, in Beijing; null for all.</param>
/// <param name="To">Last day; null for all.</param>
/// <param name="Outcome">Null for both.</param>
/// <param name="Subject">Id of what it was done to; null for all.</param>
/// <param name="Address">From which it was asked; empty for all.</param>
public sealed record AuditFilter(AuditAction? Action, string Account, DateOnly? From, DateOnly? To, AuditOutcome? Outcome, Guid? Subject, string Address)
{
    /// <summary>As somebody asked; what makes no sense is passed over.</summary>
    public static AuditFilter Of(AuditAction? action, string? account, DateOnly? from, DateOnly? to, AuditOutcome? outcome, Guid? subject, string? address) =>
        new(action, Clean(account, 100), Day(from), Day(to), outcome, subject, Clean(address, 45));

    static DateOnly? Day(DateOnly? day) => day?.Year is > 2000 and < 2100 ? day : null;

    static string Clean(string? text, int most) => new string([.. (text ?? "").Where(c => !char.IsControl(c)).Take(most)]).Trim();
}

/// <param name="By">Who did it; empty when nobody was signed in.</param>
/// <param name="ByToken">A program did it for them.</param>
/// <param name="Subject">Name of what it was done to; empty when there is none.</param>
/// <param name="Digest">Of what was written elsewhere; empty when there is none.</param>
public sealed record AuditLine(long Id, DateTime At, string By, bool ByToken, AuditAction Action, AuditOutcome Outcome, string Subject, Guid? SubjectId, string Detail, string Digest, string Address);

/// <param name="HasOlder">Whether there are more, before the last one.</param>
public sealed record AuditPart(IReadOnlyList<AuditLine> Lines, bool HasOlder);

/// <summary>审计: the rows, the newest first: for the audit administrator alone.</summary>
sealed class ReadAudit(JiqunDb db)
{
    const int PageLength = 50, PartLength = 1000;

    /// <param name="before">Only rows of smaller ids, so that a page is found at once however many rows there are; null for the newest.</param>
    public async Task<AuditPart> Run(AuditFilter filter, long? before) => await Run(filter, before, PageLength);

    /// <summary>All of them, the newest first, part by part.</summary>
    public async IAsyncEnumerable<AuditLine> All(AuditFilter filter)
    {
        for (long? before = null; ;)
        {
            var part = await Run(filter, before, PartLength);
            foreach (var line in part.Lines)
                yield return line;
            if (!part.HasOlder)
                yield break;
            before = part.Lines[^1].Id;
        }
    }

    /// <summary>The newest checkpoint; null when nothing is chained yet.</summary>
    public Task<Checkpoint?> Checkpoint() =>
        db.AuditBlocks.OrderByDescending(b => b.Number).Select(b => new Checkpoint(b.Number, Convert.ToHexStringLower(b.Hash), b.LastRow, b.At)).FirstOrDefaultAsync();

    async Task<AuditPart> Run(AuditFilter filter, long? before, int length)
    {
        var rows = db.Audit.AsNoTracking();
        if (before is { } end)
            rows = rows.Where(r => r.Id < end);
        if (filter.Action is { } action)
            rows = action is AuditAction.AnswersChanged ? rows.Where(r => r.Action == action) : rows.ButSaves().Where(r => r.Action == action);
        if (filter.Outcome is { } outcome)
            rows = rows.Where(r => r.Outcome == outcome);
        if (filter.Subject is { } subject)
        {
            rows = rows.Where(r => r.Subject == subject);
            if (!await db.Entries.AnyAsync(e => e.Id == subject))      // nothing else is saved
                rows = rows.ButSaves();
        }
        if (filter.Address is { Length: > 0 } address)
            rows = rows.Where(r => r.Address == address);
        if (filter.From is { } first && Beijing.Start(first) is var from)
            rows = rows.Where(r => r.At >= from);
        if (filter.To is { } last && Beijing.Start(last.AddDays(1)) is var to)
            rows = rows.Where(r => r.At < to);
        if (filter.Account.Length > 0)
        {
            var (name, upper) = (filter.Account, filter.Account.ToUpperInvariant());
            var accounts = db.Users.Where(a => a.NormalizedUserName!.Contains(upper) || a.FullName.Contains(name)).Select(a => (Guid?)a.Id);
            rows = rows.Where(r => accounts.Contains(r.AccountId) || accounts.Contains(r.Subject));
        }
        var found = await rows.OrderByDescending(r => r.Id).Take(length + 1).ToListAsync();
        var shown = found.Take(length).ToList();
        var names = await Names([.. shown.SelectMany(r => new[] { r.AccountId, r.Subject }).OfType<Guid>().Distinct()]);
        return new AuditPart(
            [.. shown.Select(r => new AuditLine(r.Id, r.At, Name(r.AccountId), r.TokenId is not null, r.Action, r.Outcome, Name(r.Subject), r.Subject, r.Detail, r.Digest, r.Address))],
            found.Count > length);

        string Name(Guid? id) => id is { } one ? names.GetValueOrDefault(one) ?? one.ToString() : "";
    }

    /// <summary>Names of whatever rows are about. Of entries and submissions the organisation's: what clusters fill in is not for this role.</summary>
    async Task<Dictionary<Guid, string>> Names(Guid[] ids)
    {
        var accounts = await db.Users.Where(a => ids.Contains(a.Id)).Select(a => new { a.Id, Name = a.FullName + " (" + a.UserName + ")" }).ToListAsync();
        var organisations = await db.Organisations.Where(o => ids.Contains(o.Id)).Select(o => new { o.Id, o.Name }).ToListAsync();
        var rounds = await db.Rounds.Where(r => ids.Contains(r.Id)).Select(r => new { r.Id, r.Name }).ToListAsync();
        var entries = await (from e in db.Entries where ids.Contains(e.Id) join o in db.Organisations on e.OrganisationId equals o.Id select new { e.Id, o.Name }).ToListAsync();
        var submissions = await (from s in db.Submissions
                                 where ids.Contains(s.Id)
                                 join e in db.Entries on s.EntryId equals e.Id
                                 join o in db.Organisations on e.OrganisationId equals o.Id
                                 select new { s.Id, o.Name }).ToListAsync();
        var invitations = await (from i in db.Invitations
                                 where ids.Contains(i.Id)
                                 join o in db.Organisations on i.OrganisationId equals o.Id into own
                                 from o in own.DefaultIfEmpty()
                                 select new { i.Id, i.Role, Organisation = o == null ? null : o.Name }).ToListAsync();
        var invited = invitations.Select(i => new { i.Id, Name = i.Organisation ?? Words.Of($"role-{i.Role}") });
        var tokens = await (from t in db.AccessTokens where ids.Contains(t.Id) select new { t.Id, t.Name }).ToListAsync();
        // a file's name may tell what is in it; whose it is does not
        var evidence = await (from f in db.Evidence
                              where ids.Contains(f.Id)
                              join e in db.Entries on f.EntryId equals e.Id
                              join o in db.Organisations on e.OrganisationId equals o.Id
                              select new { f.Id, o.Name }).ToListAsync();
        return accounts.Concat(tokens).Concat(evidence).Concat(invited).Concat(organisations).Concat(rounds).Concat(entries).Concat(submissions).ToDictionary(n => n.Id, n => n.Name);
    }
}
