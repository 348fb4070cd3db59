using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Audit;

/// <summary>What rows one asks for.</summary>
/// <param name="Action">Null for all.</param>
/// <param name="Account">Part of the name or user name of who did it, or to whom it was done; empty for all.</param>
/// <param name="Day">In Beijing; null for all.</param>
public sealed record AuditFilter(AuditAction? Action, string Account, DateOnly? Day)
{
    /// <summary>As somebody asked; what makes no sense is passed over.</summary>
    public static AuditFilter Of(AuditAction? action, string? account, DateOnly? day) =>
        new(action, new string([.. (account ?? "").Where(c => !char.IsControl(c)).Take(100)]).Trim(), day?.Year is > 2000 and < 2100 ? day : null);
}

/// <param name="By">Who did it; empty when nobody was signed in.</param>
/// <param name="Subject">Name of what it was done to; empty when there is none.</param>
public sealed record AuditLine(long Id, DateTime At, string By, AuditAction Action, string Subject, string Detail);

/// <param name="HasOlder">Whether there are more, before the last one.</param>
public sealed record AuditPart(IReadOnlyList<AuditLine> Lines, bool HasOlder);

/// <summary>审计: the rows, the newest first: for the audit administrator alone.</summary>
sealed class ReadAudit(JiqunDb db)
{
    const int PageLength = 50;

    /// <param name="before">Only rows of smaller ids, so that a page is found at once however many rows there are; null for the newest.</param>
    public async Task<AuditPart> Run(AuditFilter filter, long? before)
    {
        var rows = db.Audit.AsNoTracking();
        if (before is { } end)
            rows = rows.Where(r => r.Id < end);
        if (filter.Action is { } action)
            rows = rows.Where(r => r.Action == action);
        if (filter.Day is { } day)
        {
            var (from, to) = (Beijing.Start(day), Beijing.Start(day.AddDays(1)));
            rows = rows.Where(r => r.At >= from && r.At < to);
        }
        if (filter.Account.Length > 0)
        {
            var (name, upper) = (filter.Account, filter.Account.ToUpperInvariant());
            var accounts = db.Users.Where(a => a.NormalizedUserName!.Contains(upper) || a.FullName.Contains(name)).Select(a => (Guid?)a.Id);
            rows = rows.Where(r => accounts.Contains(r.AccountId) || accounts.Contains(r.Subject));
        }
        var found = await rows.OrderByDescending(r => r.Id).Take(PageLength + 1).ToListAsync();
        var names = await Names([.. found.Take(PageLength).SelectMany(r => new[] { r.AccountId, r.Subject }).OfType<Guid>().Distinct()]);
        return new AuditPart([.. found.Take(PageLength).Select(r => new AuditLine(r.Id, r.At, Name(r.AccountId), r.Action, Name(r.Subject), r.Detail))], found.Count > PageLength);

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
