using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>The session of a request.</summary>
sealed record UsedSession(Guid Id);

/// <summary>Why a request that bears a session or a token is not let in.</summary>
/// <param name="Code">Also the name of the words that say so.</param>
sealed record NotLetIn(string Code)
{
    public const string Address = "address-not-allowed";
}

/// <summary>Begins sessions, lists them and ends them.</summary>
sealed class Sessions(JiqunDb db, SignInManager<Account> signIn, Policies policies, TimeProvider clock)
{
    /// <summary>The longest that a policy may set, after which rows are of no use.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Sessions of an account that go on, the newest first.</summary>
    public async Task<List<Session>> Of(Guid account)
    {
        var policy = await policies.Now();
        var (seen, since) = (clock.Now() - policy.Idle, clock.Now() - policy.Longest);
        return await Open(account).AsNoTracking().Where(s => s.SeenAt >= seen && s.Since > since).OrderByDescending(s => s.Since).ThenByDescending(s => s.Id).ToListAsync();
    }

    IQueryable<Session> Open(Guid account) => db.Sessions.Where(s => s.AccountId == account && s.Ended == null && !s.IsPending && db.Users.Any(a => a.Id == s.AccountId && a.SecurityStamp == s.Stamp));

    /// <summary>Signs somebody in, in this browser: always in a session of its own, whatever cookie the browser had. The oldest end where there are too many.</summary>
    public async Task Begin(Account account, HttpContext http)
    {
        var most = (await policies.Now()).SessionsAtOnce;
        var session = await Add(account, http, isPending: false);
        // all are written before they are counted, so that of two who sign in at once neither is overlooked
        var beyond = (await Of(account.Id)).Where(s => s.Id != session.Id).Skip(most - 1).Select(s => s.Id).ToList();
        if (beyond.Count > 0)
            await db.Sessions.Where(s => beyond.Contains(s.Id)).ExecuteUpdateAsync(s => s.SetProperty(x => x.Ended, SessionEnd.Elsewhere));
        await http.BeginSession(signIn, account, session.Id);
    }

    /// <summary>Remembers that the password was right. Good for one code.</summary>
    public async Task BeginSecondStep(Account account, HttpContext http) => await http.BeginSecondStep(account, (await Add(account, http, isPending: true)).Id);

    /// <summary>Whether a second step is still to be taken.</summary>
    public Task<bool> IsPending(Guid id) => db.Sessions.AnyAsync(s => s.Id == id && s.IsPending);

    /// <summary>Ends a second step. False when somebody else, with the same cookie, has done so.</summary>
    public async Task<bool> EndSecondStep(Guid id) => await db.Sessions.Where(s => s.Id == id && s.IsPending).ExecuteDeleteAsync() > 0;

    async Task<Session> Add(Account account, HttpContext http, bool isPending)
    {
        var now = clock.Now();
        var old = now - Kept;
        await db.Sessions.Where(s => s.AccountId == account.Id && (s.Since < old || s.IsPending && s.Since < now - SessionCookie.SecondStep)).ExecuteDeleteAsync();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account.Id,
            Stamp = account.SecurityStamp!,
            Since = now,
            SeenAt = now,
            Address = Origin.Current?.Address ?? "",
            Agent = Browsers.Named(http.Request.Headers.UserAgent.ToString()),
            IsPending = isPending,
        };
        db.Add(session);
        await db.SaveChangesAsync();
        return session;
    }

    /// <summary>The present session goes on under the account's new stamp; those of before have ended with the old one.</summary>
    public async Task GoOn(Account account, HttpContext http)
    {
        if (http.Features.Get<UsedSession>() is not { } used)
            return;
        var stamp = account.SecurityStamp!;
        await db.Sessions.Where(s => s.Id == used.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.Stamp, stamp));
        await http.BeginSession(signIn, account, used.Id);
    }

    /// <summary>Signs out, here.</summary>
    public async Task Leave(HttpContext http)
    {
        if (http.Features.Get<UsedSession>() is { } used)
            await db.Sessions.Where(s => s.Id == used.Id).ExecuteDeleteAsync();
        await signIn.SignOutAsync();
    }

    /// <summary>Ends one session of an account. False when there is none of this id that goes on.</summary>
    public async Task<bool> End(Guid account, Guid id, Actor by)
    {
        var how = by.AccountId == account ? SessionEnd.Person : SessionEnd.Administrator;
        return await End(Open(account).Where(s => s.Id == id), how, account, by, "");
    }

    /// <summary>Ends all of one's own sessions but this one.</summary>
    public async Task EndOthers(Actor actor, HttpContext http)
    {
        var own = http.Features.Get<UsedSession>()?.Id;
        await End(Open(actor.AccountId).Where(s => s.Id != own), SessionEnd.Person, actor.AccountId, actor, "others");
    }

    /// <returns>False when there are none.</returns>
    async Task<bool> End(IQueryable<Session> sessions, SessionEnd how, Guid account, Actor by, string which)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await sessions.ExecuteUpdateAsync(s => s.SetProperty(x => x.Ended, how)) == 0)
            return false;
        db.Note(AuditAction.SessionEnded, by.AccountId, account, clock.Now(), which);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}
