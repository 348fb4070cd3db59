using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Word;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Portal;

/// <summary>An account of the demonstration, with its password, which is shown once.</summary>
/// <param name="Organisation">Name of the organisation, or of the role where there is none.</param>
public sealed record DemoAccount(string UserName, string Password, string Organisation);

/// <summary>Fills a fresh database with a sample round, so that the product can be tried out: organisations of four levels, an account a role, and
/// the entries of the sample forms in different states, with their history; and peers of one industry, of whom each question of the desk can be asked.</summary>
public sealed class Demo
{
    /// <summary>How far a sample is filled in.</summary>
    enum Progress
    {
        /// <summary>A few figures are still lacking.</summary>
        Gaps,

        /// <summary>Everything but the last two figures: for whoever tries the product out to finish.</summary>
        NearlyComplete,

        Complete,
        Submitted,
    }

    /// <summary>The samples by the city they are of; what is not here is submitted.</summary>
    static readonly Dictionary<string, Progress> Drafts = new()
    {
        ["430200"] = Progress.NearlyComplete,              // 株洲, the entry of the account “promoter”
        ["320500"] = Progress.Complete,                    // 苏州, with an error in its figures
        ["320400"] = Progress.Complete,                    // 常州
        ["360700"] = Progress.Complete,                    // 赣州
        ["340100"] = Progress.Gaps,                        // 合肥
        ["441900"] = Progress.Gaps,                        // 东莞
    };

    /// <summary>Provinces whose authority is not called 工业和信息化厅.</summary>
    static readonly Dictionary<string, string> Authorities = new()
    {
        ["310000"] = "上海市经济和信息化委员会",
        ["330000"] = "浙江省经济和信息化厅",
        ["340000"] = "安徽省经济和信息化厅",
        ["420000"] = "湖北省经济和信息化厅",
        ["510000"] = "四川省经济和信息化厅",
    };

    static readonly TimeSpan Running = TimeSpan.FromDays(10);

    readonly PortalSettings settings;
    readonly JiqunDb db;
    readonly MovedClock clock;
    readonly Form form;
    readonly DateTime now, began;
    readonly List<DemoAccount> made = [];
    readonly Dictionary<string, Organisation> provinces = [], cities = [];

    Demo(PortalSettings settings, JiqunDb db)
    {
        (this.settings, this.db, now, clock, form) = (settings, db, settings.Clock.Now(), new MovedClock(settings.Clock.GetUtcNow()), settings.Forms.Default);
        began = now.Date - Running + TimeSpan.FromHours(1);                  // 9:00 in Beijing
    }

    public static async Task<IReadOnlyList<DemoAccount>> Fill(PortalSettings settings)
    {
        await using var db = settings.Database.Open();
        var demo = new Demo(settings, db);
        await demo.Fill();
        return demo.made;
    }

    async Task Fill()
    {
        var ministry = Organisation.Under(null, Level.Ministry, "工业和信息化部", null, began);
        db.Add(ministry);
        var round = RoundOf("先进制造业集群竞赛（样例批次）", began, days: (int)Running.TotalDays + 30);
        foreach (var (state, days) in new[] { ("submitted", 40), ("sealed", 50), ("recommended", 60) })
            db.Add(new RoundDeadline { RoundId = round.Id, State = state, At = now.Date.AddDays(days) + TimeSpan.FromHours(9.5) });
        var samples = Samples().Select(s => (Filled: s, Entry: EntryOf(s, ministry, round.Id))).ToList();
        var peers = DemoPeers.All.Select(p => (Peer: p, Promoter: PromoterOf(p, ministry))).Select(p => (p.Peer, p.Promoter, Entry: Begin(round.Id, p.Promoter))).ToList();
        var last = RoundOf("先进制造业集群竞赛（上一样例批次）", began.AddYears(-1), days: 60);
        var lastPeers = peers.Where(p => p.Peer.LastOutput is not null).Select(p => (Peer: p.Peer with { Output = p.Peer.LastOutput!.Value }, p.Promoter, Entry: Begin(last.Id, p.Promoter))).ToList();
        var shanghai = Organisation.Under(Province("310000", ministry), Level.Promoter, "上海市集成电路产业集群发展促进中心", "310000", began);
        db.Add(shanghai);

        db.Tell(NoticeKind.RoundMade, round.Id, Account("organiser", "张明", Role.Member, ministry).Id, began, Notice.Everyone);
        Account("province", "李静", Role.Member, provinces["430000"]);
        Account("city", "王磊", Role.Member, cities["430200"]);
        Account("system", "系统管理员", Role.SystemAdministrator, null);
        Account("security", "安全管理员", Role.SecurityAdministrator, null);
        Account("audit", "审计管理员", Role.AuditAdministrator, null);
        db.Add(new Policy { TwoFactorAdministrators = false });             // so that the demonstration can be tried without a telephone
        db.Note(AuditAction.PolicyChanged, null, null, began, ChangePolicy.Change(ChangePolicy.TwoFactorAdministrators, "on", "off"));
        db.Add(new RoundQuota { RoundId = round.Id, OrganisationId = provinces["430000"].Id, Entries = 3 });
        await db.SaveChangesAsync();

        var (open, drafts) = (new OpenEntry(settings.Database, settings.Forms), new Drafts(settings.Database));
        var save = new SaveAnswers(settings.Database, open, drafts, clock);
        var submit = new SubmitEntry(settings.Database, db, open, save, drafts, settings.Approvals, clock);
        var day = 1;
        foreach (var (filled, (entry, promoter, progress)) in samples)
        {
            await Write(filled, entry, promoter, progress, save, submit, began.AddHours(14 * day));
            day++;
        }
        foreach (var (peer, promoter, entry) in lastPeers)
            await Submit(peer, entry, promoter, submit, last.OpensAt.AddDays(5));
        foreach (var (peer, promoter, entry) in peers)
            await Submit(peer, entry, promoter, submit, began.AddHours(14 * day));
        await MoveOn([.. lastPeers.Select(p => (p.Entry, Way.Accepted))], open, last.OpensAt.AddDays(30));
        await MoveOn([.. samples.Where(s => s.Entry.Progress is Progress.Submitted).Select((s, place) => (s.Entry.Entry, (Way)(place % 5)))], open, now.AddDays(-1));
        await MoveOn([.. peers.Where(p => p.Peer.IsRecommended).Select(p => (p.Entry, Way.Recommended))], open, now.AddDays(-1));
    }

    /// <summary>How far the offices have come with a submitted sample: the first waits for its government.</summary>
    enum Way
    {
        Submitted,
        Returned,
        Sealed,
        Recommended,
        Accepted,
    }

    /// <summary>Offices at work on what was submitted. Without fonts there is nothing to seal, and all stays as it is.</summary>
    async Task MoveOn(List<(Guid Entry, Way Way)> entries, OpenEntry open, DateTime at)
    {
        var courses = new ReadCourse(db, settings.Approvals, clock);
        var submissions = new ReadSubmission(settings.Database, db, open);
        var fonts = InstalledFonts.Find();
        using var files = new FilledFiles();
        var (take, recommend) = (new TakeStep(db, open, courses), new Recommend(db, open, courses, submissions));
        var give = new GiveOpinion(db, open, submissions, courses, new EntryDocuments(fonts), files, new JudgeUpload(db, settings, clock, NullLogger<JudgeUpload>.Instance), new SealChecks(null, null), clock);
        clock.Time = new DateTimeOffset(at);
        foreach (var (entry, way) in entries)
        {
            if (way is Way.Submitted || fonts.Refused)
                continue;
            db.ChangeTracker.Clear();
            var course = await Course(entry, courses);
            var (office, submission) = (await Office(course.Holders[0].Organisation!.Value), course.Current!.Value);
            if (way is Way.Returned)
            {
                WantedPoint[] points = [new("indicators.output", "请与统计公报核对，并注明口径。"), new("overview.narrative", "请补充产业链协作方面的情况。")];
                Taken(await take.Run(entry, new StepWish(Guid.CreateVersion7(clock.Time), "return", submission, "", points), office));
                continue;
            }
            Taken(await give.Write(submission, "该集群产业基础好、协作紧密，同意推荐参赛。", Beijing.Day(clock.Today()), 0, office));
            var document = await give.ToSeal(submission, office, CancellationToken.None);
            using var scan = new MemoryStream(document.Value!.Content);
            var brought = await give.Bring(submission, Guid.CreateVersion7(clock.Time), "盖章件.pdf", scan, office, CancellationToken.None);
            Taken(brought);
            Taken(await give.Confirm(submission, Guid.CreateVersion7(clock.Time), brought.Value!.Version, office));
            if (way is Way.Sealed)
                continue;
            course = await Course(entry, courses);
            Taken(await recommend.Run(course.Entry.RoundId, Guid.CreateVersion7(clock.Time), [new WantedRecommendation(entry, submission, "产业特色鲜明")], await Office(course.Holders[0].Organisation!.Value)));
            if (way is Way.Accepted)
                Taken(await take.Run(entry, new StepWish(Guid.CreateVersion7(clock.Time), "accept", submission, "", []), await Office((await Course(entry, courses)).Holders[0].Organisation!.Value)));
        }
    }

    static void Taken<T>(Outcome<T> outcome)
        where T : notnull
    {
        if (outcome.Refused)
            throw new InvalidOperationException(outcome.Refusal[0].Message);
    }

    async Task<Course> Course(Guid entry, ReadCourse courses) => await courses.Of(await OpenEntry.Heads(db, db.Entries.Where(e => e.Id == entry)).SingleAsync());

    /// <summary>Somebody of an office; where there is nobody yet, one who cannot sign in.</summary>
    async Task<Actor> Office(Guid organisation)
    {
        var account = await db.Users.FirstOrDefaultAsync(a => a.OrganisationId == organisation);
        if (account is null)
        {
            account = Account($"sample-{organisation:N}", "经办人", Role.Member, await db.Organisations.SingleAsync(o => o.Id == organisation), canSignIn: false);
            await db.SaveChangesAsync();
        }
        return (await Actor.Of(settings.Database, account.Id, account.SecurityStamp!, settings.Clock.Today()))!;
    }

    /// <summary>What the sample documents hold, in the order of their names.</summary>
    IEnumerable<FilledForm> Samples()
    {
        var reader = new WordReader(form);
        foreach (var name in typeof(Demo).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("samples/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var file = typeof(Demo).Assembly.GetManifestResourceStream(name)!;
            yield return reader.Read(file, settings.Clock.Today()).Value ?? throw new InvalidOperationException($"{name} cannot be read.");
        }
    }

    (Guid Entry, Account[] Promoters, Progress Progress) EntryOf(FilledForm filled, Organisation ministry, Guid round)
    {
        var code = filled.Codes["cluster.area"][0];
        var promoter = Organisation.Under(City(code, ministry), Level.Promoter, filled.Answers.Text("promoter.name")!, code, began);
        db.Add(promoter);
        var progress = Drafts.GetValueOrDefault(code, Progress.Submitted);
        var contact = filled.Answers.Text("promoter.contact")!;
        Account[] accounts = progress is Progress.NearlyComplete
            ? [Account("promoter", contact, Role.Member, promoter), Account("colleague", "周鹏", Role.Member, promoter)]
            : [Account($"sample-{code}", contact, Role.Member, promoter, canSignIn: false)];
        var entry = Begin(round, promoter);
        db.Tell(NoticeKind.EntryBegun, entry, accounts[^1].Id, began, promoter.Id);
        return (entry, accounts, progress);
    }

    Organisation PromoterOf(DemoPeer peer, Organisation ministry)
    {
        var promoter = Organisation.Under(City(peer.City, ministry), Level.Promoter, peer.Promoter, peer.City, began);
        db.Add(promoter);
        Account($"sample-{peer.City}", peer.Contact, Role.Member, promoter, canSignIn: false);
        return promoter;
    }

    Guid Begin(Guid round, Organisation promoter)
    {
        var entry = new Entry { Id = Guid.CreateVersion7(now), RoundId = round, OrganisationId = promoter.Id, State = EntryState.Draft, Status = settings.Approvals.Of(form.Id).States[0].Id, Revision = 0, IsSample = true, CreatedAt = began };
        db.Add(entry);
        return entry.Id;
    }

    Round RoundOf(string name, DateTime opens, int days)
    {
        var round = new Round
        {
            Id = Guid.CreateVersion7(opens),
            Name = name,
            FormId = form.Id,
            FormDigest = form.Digest,
            BaseYear = form.BaseYear,
            OpensAt = opens,
            ClosesAt = opens.Date.AddDays(days) + TimeSpan.FromHours(9.5),    // 17:30 in Beijing
            CreatedAt = opens,
        };
        db.Add(round);
        return round;
    }

    async Task Submit(DemoPeer peer, Guid entry, Organisation promoter, SubmitEntry submit, DateTime at)
    {
        clock.Time = new DateTimeOffset(at);
        Taken(await submit.Run(entry, Guid.CreateVersion7(at), keepUnexplained: true, await Office(promoter.Id), [.. peer.Answers(form).Select(a => new Wish(new Place(a.Field), a.Written, 0))]));
    }

    /// <summary>Fills in an entry as people do: section by section, and a figure once wrong at first.</summary>
    async Task Write(FilledForm filled, Guid entry, Account[] accounts, Progress progress, SaveAnswers save, SubmitEntry submit, DateTime at)
    {
        clock.Time = new DateTimeOffset(at);
        var actors = new List<Actor>();
        foreach (var account in accounts)
            actors.Add((await Actor.Of(settings.Database, account.Id, account.SecurityStamp!, settings.Clock.Today()))!);
        var lacking = progress switch
        {
            Progress.Gaps => 5,
            Progress.NearlyComplete => 2,
            Progress.Complete or Progress.Submitted => 0,
        };
        var indicators = form.EntrantFields.Where(f => f.Kind is FieldKind.Number or FieldKind.Integer && f.Need is Need.Required).Select(f => f.Id).ToList();
        var left = indicators.TakeLast(lacking).ToHashSet();
        var turn = 0;
        foreach (var section in form.Sections)
        {
            var wishes = (from field in section.Fields
                          where field.By is AnsweredBy.Entrant && field.Repeats is null && !left.Contains(field.Id) && filled.Answers[field.Id] is not null
                          select new Wish(new Place(field.Id), Written(filled, field.Id), 0)).ToList();
            await Save(wishes, actors[turn++ % actors.Count]);
            if (wishes.Find(w => w.Place.Field == indicators[0]) is { } first)
                await Correct(first, new NumberValue(filled.Answers.Number(indicators[0])!.Value * 10).Written, actors[^1]);
        }
        if (progress is not Progress.Submitted)
            return;
        var warnings = filled.Findings.Where(f => f is { Severity: Severity.Warning, Field: not null }).DistinctBy(f => (f.Field, f.Code));
        await Save([.. warnings.Select(f => new Wish(new Place(f.Field!, f.Code), "已核对：数据来自当地统计公报的公开口径。", 0))], actors[0]);
        clock.Time += TimeSpan.FromMinutes(25);
        Taken(await submit.Run(entry, Guid.CreateVersion7(clock.Time), keepUnexplained: true, actors[0]));

        async Task Save(List<Wish> wishes, Actor by)
        {
            clock.Time += TimeSpan.FromMinutes(40);
            if (wishes.Count > 0)
                await save.Run(entry, wishes, by);
        }

        // what is to stand there in the end was preceded by something else
        async Task Correct(Wish right, string wrong, Actor by)
        {
            foreach (var text in (string[])[wrong, right.Text])
            {
                clock.Time += TimeSpan.FromMinutes(3);
                var version = (await save.Run(entry, [], by)).Value!.Draft[right.Place].Version;
                await save.Run(entry, [right with { Text = text, Version = version }], by);
            }
        }
    }

    /// <summary>As it stood in the document where the document was not exact, so that the finding comes back.</summary>
    static string Written(FilledForm filled, string field) =>
        filled.Findings.FirstOrDefault(f => f.Field == field && f.Code == "approximate")?.Value ?? filled.Answers[field]!.Written;

    Organisation Province(string code, Organisation ministry)
    {
        if (provinces.TryGetValue(code, out var known))
            return known;
        var province = Organisation.Under(ministry, Level.Province, Authorities.GetValueOrDefault(code, $"{Divisions.Name(code)}工业和信息化厅"), code, began);
        db.Add(province);
        return provinces[code] = province;
    }

    /// <summary>Under its province; under the ministry when it is 计划单列市.</summary>
    Organisation City(string code, Organisation ministry)
    {
        if (cities.TryGetValue(code, out var known))
            return known;
        var parent = Placing.IsSeparatelyPlanned(code) ? ministry : Province(Divisions.Province(code)!, ministry);
        var city = Organisation.Under(parent, Level.City, $"{Divisions.Name(code)}人民政府", code, began);
        db.Add(city);
        return cities[code] = city;
    }

    Account Account(string userName, string fullName, Role role, Organisation? organisation, bool canSignIn = true)
    {
        var account = new Account
        {
            Id = Guid.CreateVersion7(now),
            UserName = userName,
            NormalizedUserName = userName.ToUpperInvariant(),
            FullName = fullName,
            Role = role,
            OrganisationId = organisation?.Id,
            CreatedAt = began,
            LockoutEnabled = true,
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        if (canSignIn)
        {
            var password = PasswordPolicy.Temporary();
            account.PasswordHash = new PasswordHasher<Account>().HashPassword(account, password);
            made.Add(new DemoAccount(userName, password, organisation?.Name ?? Words.Of($"role-{role}")));
        }
        db.Add(account);
        return account;
    }

    /// <summary>A clock that stands where it is put, so that the samples have a past.</summary>
    sealed class MovedClock(DateTimeOffset time) : TimeProvider
    {
        public DateTimeOffset Time { get; set; } = time;

        public override DateTimeOffset GetUtcNow() => Time;
    }
}
