using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Documents.Pdf.Signatures;
using Jiqun.Portal;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class TestClock : TimeProvider
{
    public DateTimeOffset Time { get; set; } = new(2021, 6, 1, 2, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Time;
}

/// <summary>A portal that runs, on a fresh database and a free port, with a small tree of organisations, accounts and one open round.</summary>
public sealed class TestPortal : IAsyncDisposable
{
    public const string Password = "Correct-Horse-42";

    readonly TestDatabase database;

    TestPortal(TestDatabase database) => this.database = database;

    public RunningPortal Running { get; private set; } = null!;

    public TestClock Clock { get; } = new();

    /// <summary>Sign-ins that the portal takes from one address.</summary>
    public int AttemptsPerMinute { get; set; } = 10_000;

    /// <summary>Comments on published rounds that the portal takes from one address.</summary>
    public int CommentsPerHour { get; set; } = 10_000;

    /// <summary>Requests that the portal takes from one person's programs.</summary>
    public int ApiRequestsPerMinute { get; set; } = 10_000;

    /// <summary>What counts until a security administrator sets something: the tests' administrators have no authenticator apps, and somebody may have many browsers.</summary>
    public Policy Policy { get; set; } = new() { TwoFactorAdministrators = false, SessionsAtOnce = 10 };

    /// <summary>Pages that the portal gives one account.</summary>
    public int RequestsPerMinute { get; set; } = 1_000_000;

    public ApprovalLibrary Approvals { get; set; } = ApprovalLibrary.Builtin;

    /// <summary>Whose electronic seals it believes; null for nobody's.</summary>
    public Authorities? Authorities { get; set; }

    /// <summary>Null for a portal that sends no mail.</summary>
    public Jiqun.Portal.Mails.MailSettings? Mail { get; set; }

    /// <summary>Null where uploads are taken unscanned.</summary>
    public Jiqun.Portal.Evidence.VirusScanner? Scanner { get; set; }

    /// <summary>Also after it was stopped, and when it was started again.</summary>
    public string Address { get; private set; } = "http://127.0.0.1:0";

    public Database Database => database.Database;

    public Organisation Ministry { get; private set; } = null!;

    public Organisation Province { get; private set; } = null!;

    public Organisation City { get; private set; } = null!;

    public Organisation Promoter { get; private set; } = null!;

    /// <summary>Another promotion organisation of the same city.</summary>
    public Organisation Other { get; private set; } = null!;

    public Round Round { get; private set; } = null!;

    public static async Task<TestPortal> Of(string kind, Action<TestPortal>? set = null)
    {
        var portal = new TestPortal(await TestDatabase.Of(kind));
        set?.Invoke(portal);
        await portal.Fill();
        await portal.Start();
        return portal;
    }

    /// <summary>Nobody answers any more at its address.</summary>
    public ValueTask Stop() => Running.DisposeAsync();

    public async Task Start()
    {
        Running = await RunningPortal.Start(new PortalSettings(Database, FormLibrary.Builtin, Clock, Address) { AttemptsPerMinute = AttemptsPerMinute, CommentsPerHour = CommentsPerHour, ApiRequestsPerMinute = ApiRequestsPerMinute, RequestsPerMinute = RequestsPerMinute, InitialPolicy = Policy, Approvals = Approvals, Authorities = Authorities, Mail = Mail, Scanner = Scanner });
        Address = Running.Addresses.First();
    }

    async Task Fill()
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        var form = FormLibrary.Builtin.Default;
        Ministry = Organisation.Under(null, Level.Ministry, "工业和信息化部", null, now);
        Province = Organisation.Under(Ministry, Level.Province, "湖南省工业和信息化厅", "430000", now);
        City = Organisation.Under(Province, Level.City, "株洲市人民政府", "430200", now);
        Promoter = Organisation.Under(City, Level.Promoter, "株洲市轨道交通装备产业集群发展促进中心", "430200", now);
        Other = Organisation.Under(City, Level.Promoter, "株洲市陶瓷产业集群发展促进中心", "430200", now);
        Round = new Round
        {
            Id = Guid.CreateVersion7(now),
            Name = "测试批次",
            FormId = form.Id,
            FormDigest = form.Digest,
            BaseYear = form.BaseYear,
            OpensAt = now.AddDays(-1),
            ClosesAt = now.AddDays(30),
            CreatedAt = now,
        };
        await using var db = database.Open();
        db.AddRange(Ministry, Province, City, Promoter, Other);
        db.Add(Round);
        db.AddRange(
            Account("ministry", Role.Member, Ministry),
            Account("province", Role.Member, Province),
            Account("city", Role.Member, City),
            Account("promoter", Role.Member, Promoter),
            Account("colleague", Role.Member, Promoter),
            Account("other", Role.Member, Other),
            Account("system", Role.SystemAdministrator, null),
            Account("security", Role.SecurityAdministrator, null),
            Account("audit", Role.AuditAdministrator, null));
        await db.SaveChangesAsync();
    }

    static readonly string PasswordHash = new PasswordHasher<Account>().HashPassword(null!, Password);

    public Account Account(string userName, Role role, Organisation? organisation) => new()
    {
        Id = Guid.CreateVersion7(),
        UserName = userName,
        NormalizedUserName = userName.ToUpperInvariant(),
        FullName = $"{userName} 王",
        Role = role,
        OrganisationId = organisation?.Id,
        CreatedAt = Clock.GetUtcNow().UtcDateTime,
        LockoutEnabled = true,
        SecurityStamp = Guid.NewGuid().ToString("N"),
        PasswordHash = PasswordHash,
    };

    /// <summary>The database, for a program of its own.</summary>
    public TestDatabase TestDatabase => database;

    /// <summary>Services as a request gets them, to run a use case without HTTP.</summary>
    public AsyncServiceScope Scope() => Running.Services.CreateAsyncScope();

    /// <summary>The account of this name as the one who asks.</summary>
    public async Task<Actor> Actor(string userName)
    {
        await using var db = database.Open();
        var account = db.Users.Single(a => a.UserName == userName);
        return (await Jiqun.Portal.Accounts.Actor.Of(Database, account.Id, account.SecurityStamp!, DateOnly.FromDateTime(Clock.Time.UtcDateTime.AddHours(8))))!;
    }

    /// <summary>A browser in which nobody is signed in.</summary>
    public TestBrowser Browser() => new(Address);

    /// <summary>A browser in which this person is signed in.</summary>
    public async Task<TestBrowser> Browser(string userName)
    {
        var browser = Browser();
        await browser.Get("/sign-in");
        var page = await browser.Post("/sign-in", ("name", userName), ("password", Password), ("return", "/"));
        Assert.Equal("/", page.Path);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        await database.DisposeAsync();
    }
}
