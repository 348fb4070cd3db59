using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>An account as the security administrator sees it.</summary>
/// <param name="Organisation">Null for administrators and experts.</param>
/// <param name="LockedUntil">May be past; null when it is not locked.</param>
public sealed record AccountRow(
    Guid Id, string UserName, string FullName, Role Role, string? Organisation, DateTimeOffset? LockedUntil, bool TwoFactor, bool MustChangePassword, bool Closed, DateTime CreatedAt, DateOnly? EndsOn)
{
    public bool IsLocked(DateTime now) => LockedUntil > now;

    public bool HasEnded(DateTime now) => EndsOn < Beijing.DayOf(now);
}

/// <param name="Pages">At least 1.</param>
public sealed record AccountList(IReadOnlyList<AccountRow> Rows, string Search, int Page, int Pages, DateTime Now);

/// <summary>All accounts: for the security administrator alone.</summary>
sealed class ReadAccounts(JiqunDb db, TimeProvider clock)
{
    const int PageLength = 50;

    /// <param name="search">Part of a user name, a name or an organisation's name; empty for all.</param>
    /// <param name="page">From 1; what lies beyond the last is the last.</param>
    public async Task<AccountList> Run(string search, int page)
    {
        var found = Found(search);
        var pages = Math.Max(1, (await found.CountAsync() + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        return new AccountList(await found.Skip((page - 1) * PageLength).Take(PageLength).ToListAsync(), Clean(search), page, pages, clock.Now());
    }

    static string Clean(string search) => new string([.. search.Where(c => !char.IsControl(c)).Take(100)]).Trim();

    /// <summary>By user name.</summary>
    /// <inheritdoc cref="Run"/>
    public IQueryable<AccountRow> Found(string search)
    {
        search = Clean(search);
        var upper = search.ToUpperInvariant();
        return Rows(db.Users.Where(a => search == "" || a.NormalizedUserName!.Contains(upper) || a.FullName.Contains(search)
            || db.Organisations.Any(o => o.Id == a.OrganisationId && o.Name.Contains(search))));
    }

    public Task<AccountRow?> One(Guid id) => Rows(db.Users.Where(a => a.Id == id)).SingleOrDefaultAsync();

    IQueryable<AccountRow> Rows(IQueryable<Account> accounts) =>
        from a in accounts
        join o in db.Organisations on a.OrganisationId equals o.Id into own
        from o in own.DefaultIfEmpty()
        orderby a.NormalizedUserName
        select new AccountRow(a.Id, a.UserName!, a.FullName, a.Role, o == null ? null : o.Name, a.LockoutEnd, a.TwoFactorEnabled, a.MustChangePassword, a.Closed, a.CreatedAt, a.EndsOn);
}
