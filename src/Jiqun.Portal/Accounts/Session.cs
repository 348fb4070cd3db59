using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Accounts;

/// <summary>Why a session ended before its time, by somebody's doing.</summary>
public enum SessionEnd
{
    /// <summary>The person signed in once too often elsewhere.</summary>
    Elsewhere,

    /// <summary>The person ended it, from another session.</summary>
    Person,

    /// <summary>The security administrator ended it.</summary>
    Administrator,
}

/// <summary>会话: one browser in which a person is signed in. Its cookie bears the id; signing out deletes the row, so that a copy of the cookie is worth nothing.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Security stamp of the account: whatever signs the person out everywhere ends it, too.</summary>
    public required string Stamp { get; set; }

    /// <summary>When the person signed in.</summary>
    public required DateTime Since { get; init; }

    /// <summary>About when the person last did something: written at steps, so that most requests write nothing.</summary>
    public required DateTime SeenAt { get; set; }

    /// <summary>Empty where the connection has none.</summary>
    public required string Address { get; init; }

    /// <summary>The browser and the system, as far as the browser says; empty when it does not.</summary>
    public required string Agent { get; init; }

    /// <summary>The password was right, and the code of the second step lacks: no session yet.</summary>
    public bool IsPending { get; init; }

    /// <summary>Null while nobody ended it.</summary>
    public SessionEnd? Ended { get; set; }
}

sealed class SessionTable : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("session");
        session.Property(s => s.Id).ValueGeneratedNever();
        session.Property(s => s.Stamp).HasMaxLength(100);
        session.Property(s => s.Address).HasMaxLength(60);
        session.Property(s => s.Agent).HasMaxLength(60);
        session.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Restrict);
    }
}

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
            Address = http.Connection.RemoteIpAddress is { } address ? AddressRanges.Plain(address).ToString() : "",
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
        if (await Open(account).Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.Ended, how)) == 0)
            return false;
        db.Note(AuditAction.SessionEnded, by.AccountId, account, clock.Now());
        await db.SaveChangesAsync();
        return true;
    }

    /// <summary>Ends all of one's own sessions but this one.</summary>
    public async Task EndOthers(Actor actor, HttpContext http)
    {
        var own = http.Features.Get<UsedSession>()?.Id;
        if (await Open(actor.AccountId).Where(s => s.Id != own).ExecuteUpdateAsync(s => s.SetProperty(x => x.Ended, SessionEnd.Person)) == 0)
            return;
        db.Note(AuditAction.SessionEnded, actor.AccountId, actor.AccountId, clock.Now(), "others");
        await db.SaveChangesAsync();
    }
}

/// <summary>What people call their browser.</summary>
static class Browsers
{
    static readonly (string Mark, string Name)[] Names = [("MicroMessenger/", "微信"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("QQBrowser/", "QQ"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")];

    static readonly (string Mark, string Name)[] Systems = [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>Chrome 131 · Windows; the first 40 characters of what is none of those known; empty of nothing.</summary>
    public static string Named(string agent)
    {
        var name = Names.FirstOrDefault(n => agent.Contains(n.Mark, StringComparison.Ordinal));
        if (name.Name is null)
            return new string([.. agent.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(40)]);
        var version = new string([.. agent[(agent.IndexOf(name.Mark, StringComparison.Ordinal) + name.Mark.Length)..].TakeWhile(char.IsAsciiDigit).Take(4)]);
        var system = Systems.FirstOrDefault(s => agent.Contains(s.Mark, StringComparison.Ordinal)).Name;
        return system is null ? $"{name.Name} {version}" : $"{name.Name} {version} · {system}";
    }
}
