using System.Net;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Rounds;

public sealed class RoundTests
{
    static readonly RoundInput Fine = new("第四批", FormLibrary.Builtin.Default.Id, "2021", "2021-06-01T09:00", "2021-07-01T17:30:15", "36", true, new HashSet<Guid>(), 0);

    static Task<Outcome<Round>> Make(TestPortal portal, Actor by, RoundInput input) => portal.Run<MakeRound, Outcome<Round>>(m => m.Run(input, by));

    static Task<Outcome<RoundChange>> Change(TestPortal portal, Actor by, Func<RoundInput, RoundInput> change, bool confirmed = false) => portal.Run<ChangeRound, Outcome<RoundChange>>(async c =>
    {
        await using var db = portal.Database.Open();
        var entrants = (await db.RoundEntrants.Where(e => e.RoundId == portal.Round.Id).Select(e => e.OrganisationId).ToListAsync()).ToHashSet();
        return await c.Run(portal.Round.Id, change(RoundInput.Of(await db.Rounds.SingleAsync(r => r.Id == portal.Round.Id), entrants)), confirmed, by);
    });

    static async Task<Entry> Begin(TestPortal portal, string userName) =>
        (await portal.Run<BeginEntry, Outcome<Entry>>(async b => await b.Run(portal.Round.Id, await portal.Actor(userName)))).Value!;

    static async Task<Outcome<Saved>> Save(TestPortal portal, Entry entry, string userName, string text = "1507") =>
        await portal.Run<SaveAnswers, Outcome<Saved>>(async s => await s.Run(entry.Id, [new Wish(new Place("indicators.output"), text, 0)], await portal.Actor(userName)));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_round_pins_its_form_and_keeps_its_times_in_utc(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var made = (await Make(portal, await portal.Actor("ministry"), Fine with { Everyone = false, Entrants = new HashSet<Guid> { portal.City.Id }, BaseYear = "" })).Value!;
        await using var db = portal.Database.Open();
        var kept = await db.Rounds.SingleAsync(r => r.Id == made.Id);
        Assert.Equal((FormLibrary.Builtin.Default.Digest, 2020), (kept.FormDigest, kept.BaseYear));
        Assert.Equal((new DateTime(2021, 6, 1, 1, 0, 0, DateTimeKind.Utc), new DateTime(2021, 7, 1, 9, 30, 15, DateTimeKind.Utc)), (kept.OpensAt, kept.ClosesAt));
        Assert.Equal(portal.City.Id, (await db.RoundEntrants.SingleAsync()).OrganisationId);
        Assert.Equal(made.Id, (await db.Audit.SingleAsync(a => a.Action == AuditAction.RoundMade)).Subject);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Terms_that_cannot_be_are_refused_each_at_its_input(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var ministry = await portal.Actor("ministry");
        async Task<string> Codes(RoundInput input) => (await Make(portal, ministry, input)).Codes();
        Assert.Equal("name-empty@name form-unknown@form base-year@baseYear opens-at@opensAt closes-at@closesAt keep-months@keepMonths", await Codes(new RoundInput(" ", "x/1", "1999", "", "31/12/2021", "3", true, new HashSet<Guid>(), 0)));
        Assert.Equal("closes-before@closesAt", await Codes(Fine with { ClosesAt = Fine.OpensAt }));
        Assert.Equal("closes-past@closesAt", await Codes(Fine with { OpensAt = "2021-05-01T09:00", ClosesAt = "2021-06-01T10:00:00" }));
        Assert.Equal("base-year@baseYear", await Codes(Fine with { BaseYear = "2101" }));
        Assert.Equal("entrants-none@entrants", await Codes(Fine with { Everyone = false }));
        Assert.Equal("entrant-unknown@entrants", await Codes(Fine with { Everyone = false, Entrants = new HashSet<Guid> { Guid.NewGuid() } }));
        Assert.Equal("name-taken@name", await Codes(Fine with { Name = portal.Round.Name }));
        foreach (var userName in (string[])["province", "promoter", "system", "security"])
            Assert.Equal("not-allowed", (await Make(portal, await portal.Actor(userName), Fine)).Codes());
        await using var db = portal.Database.Open();
        Assert.Equal(1, await db.Rounds.CountAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Without_entries_everything_changes_at_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var outcome = await Change(portal, await portal.Actor("ministry"), r => r with { Name = "改名", BaseYear = "2022", ClosesAt = "2021-08-01T00:00", Everyone = false, Entrants = new HashSet<Guid> { portal.Promoter.Id } });
        Assert.Empty(outcome.Value!.ToConfirm);
        await using var db = portal.Database.Open();
        var kept = await db.Rounds.SingleAsync();
        Assert.Equal(("改名", 2022, "2021-08-01 00:00:00", 1), (kept.Name, kept.BaseYear, Beijing.Shown(kept.ClosesAt), kept.Version));
        Assert.Equal(portal.Promoter.Id, (await db.RoundEntrants.SingleAsync()).OrganisationId);
        Assert.Contains("baseYear: 2020 → 2022", (await db.Audit.SingleAsync(a => a.Action == AuditAction.RoundChanged)).Detail, StringComparison.Ordinal);
        Assert.Equal("missing", (await portal.Run<BeginEntry, Outcome<Entry>>(async b => await b.Run(portal.Round.Id, await portal.Actor("other")))).Codes());
        await Begin(portal, "promoter");
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task With_entries_a_change_is_made_only_once_it_is_confirmed(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var ministry = await portal.Actor("ministry");
        await Begin(portal, "promoter");
        Assert.Empty((await Change(portal, ministry, r => r with { Name = "改名" })).Value!.ToConfirm);      // touches nobody
        async Task<(int, int)> Kept()
        {
            await using var db = portal.Database.Open();
            var round = await db.Rounds.SingleAsync();
            return (round.Version, round.BaseYear);
        }
        RoundInput Earlier(RoundInput r) => r with { ClosesAt = "2021-06-02T00:00", BaseYear = "2021" };
        var asked = (await Change(portal, ministry, Earlier)).Value!.ToConfirm;
        Assert.Contains(asked, s => s.Contains("1 份草稿须提前", StringComparison.Ordinal));
        Assert.Contains(asked, s => s.Contains("2020 改为 2021", StringComparison.Ordinal));
        Assert.Equal((1, 2020), await Kept());
        Assert.Empty((await Change(portal, ministry, Earlier, confirmed: true)).Value!.ToConfirm);
        Assert.Equal((2, 2021), await Kept());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Who_may_enter_no_longer_is_named_and_cannot_go_on(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var ministry = await portal.Actor("ministry");
        var entry = await Begin(portal, "promoter");
        RoundInput OnlyOther(RoundInput r) => r with { Everyone = false, Entrants = new HashSet<Guid> { portal.Other.Id } };
        var asked = (await Change(portal, ministry, OnlyOther)).Value!.ToConfirm;
        Assert.Equal(2, asked.Count(s => s.Contains(portal.Promoter.Name, StringComparison.Ordinal)));
        Assert.DoesNotContain(asked, s => s.Contains(portal.Other.Name, StringComparison.Ordinal));
        Assert.False((await Save(portal, entry, "promoter", "1506")).Refused);
        await Change(portal, ministry, OnlyOther, confirmed: true);
        Assert.Equal("not-entrant", (await Save(portal, entry, "promoter")).Codes());
        Assert.False((await Save(portal, await Begin(portal, "other"), "other")).Refused);
        await Change(portal, ministry, r => r with { Entrants = new HashSet<Guid> { portal.Province.Id } }, confirmed: true);
        Assert.Empty((await portal.Run<SaveAnswers, Outcome<Saved>>(async s => await s.Run(entry.Id, [], await portal.Actor("promoter")))).Codes());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_window_is_kept_to_the_second(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var ministry = await portal.Actor("ministry");
        await Change(portal, ministry, r => r with { OpensAt = "2021-06-01T10:00:10", ClosesAt = "2021-06-01T10:00:20" });
        var promoter = await portal.Actor("promoter");
        Task<Outcome<Entry>> Begun() => portal.Run<BeginEntry, Outcome<Entry>>(b => b.Run(portal.Round.Id, promoter));
        DateTimeOffset At(double second) => new DateTimeOffset(2021, 6, 1, 2, 0, 0, TimeSpan.Zero).AddSeconds(second);
        portal.Clock.Time = At(9.999);
        Assert.Equal("not-open", (await Begun()).Codes());
        portal.Clock.Time = At(10);
        var entry = (await Begun()).Value!;
        portal.Clock.Time = At(19.999);
        Assert.Equal("", (await Save(portal, entry, "promoter")).Codes());
        portal.Clock.Time = At(20);
        Assert.Equal("closed", (await Save(portal, entry, "promoter", "1")).Codes());
        await Change(portal, ministry, r => r with { ClosesAt = "2021-06-01T10:00:30" }, confirmed: true);
        Assert.Equal("1", (await portal.Run<SaveAnswers, Outcome<Saved>>(s => s.Run(entry.Id, [new Wish(new Place("indicators.output"), "1", 1)], promoter))).Value!.Draft.Text("indicators.output"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_two_who_change_a_round_the_second_is_told(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var first = await portal.Browser("ministry");
        using var second = await portal.Browser("ministry");
        var path = $"/rounds/{portal.Round.Id}/change";
        (string, string)[] Inputs(TestPage page, string name) =>
        [
            .. page.Document.QuerySelectorAll("input[name]:not([type=radio]):not([type=checkbox]), select[name]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? "")).Where(i => i.Item1 is not ("name" or "form" or "__RequestVerificationToken")),
            ("form", portal.Round.FormId), ("who", "all"), ("name", name),
        ];
        var seen = await second.Get(path);
        await first.Post(path, Inputs(await first.Get(path), "甲"));
        var page = await second.Post(path, Inputs(seen, "乙"));
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("甲", page.Document.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("乙", page.Document.QuerySelector("#name")!.GetAttribute("value"));
        await using (var db = portal.Database.Open())
            Assert.Equal("甲", (await db.Rounds.SingleAsync()).Name);
        page = await second.Post(path, Inputs(page, "乙"));                   // having been told
        Assert.Equal($"/rounds/{portal.Round.Id}", page.Path);
        Assert.Equal("乙", page.Document.QuerySelector("h1")!.TextContent);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_many_changes_at_once_one_is_made(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var ministry = await portal.Actor("ministry");
        var input = RoundInput.Of(portal.Round, new HashSet<Guid>());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() =>
            portal.Run<ChangeRound, Outcome<RoundChange>>(c => c.Run(portal.Round.Id, input with { Name = $"第{i}", Everyone = false, Entrants = new HashSet<Guid> { portal.City.Id } }, false, ministry)))));
        Assert.Single(outcomes, o => !o.Refused);
        Assert.All(outcomes.Where(o => o.Refused), o => Assert.Equal("stale", o.Codes()));
        await using var db = portal.Database.Open();
        Assert.Equal((1, 1), (await db.RoundEntrants.CountAsync(), await db.Audit.CountAsync(a => a.Action == AuditAction.RoundChanged)));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_form_of_a_round_with_entries_stays(string kind)
    {
        var other = FormReader.Read("forms/other/2022/form.yaml", await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Forms", "second.yaml")));
        await using var portal = await TestPortal.Of(kind);
        await Begin(portal, "promoter");
        await using var scope = portal.Database.Open();
        var change = new ChangeRound(scope, new FormLibrary([FormLibrary.Builtin.Default, other]), portal.Clock);
        var outcome = await change.Run(portal.Round.Id, RoundInput.Of(portal.Round, new HashSet<Guid>()) with { FormId = other.Id }, true, await portal.Actor("ministry"));
        Assert.Equal("form-in-use@form", outcome.Codes());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_pages_are_the_ministrys_and_ask_before_a_change(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await Begin(portal, "promoter");
        using var province = await portal.Browser("province");
        foreach (var path in (string[])["/rounds", "/rounds/new", $"/rounds/{portal.Round.Id}", $"/rounds/{portal.Round.Id}/change", $"/rounds/{Guid.NewGuid()}"])
            Assert.Equal(HttpStatusCode.Forbidden, (await province.Get(path)).Status);
        using var browser = await portal.Browser("ministry");
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/rounds/{Guid.NewGuid()}")).Status);
        Assert.Contains(portal.Round.Name, (await browser.Get("/rounds")).Text, StringComparison.Ordinal);
        var page = await browser.Get($"/rounds/{portal.Round.Id}/change");
        Assert.Null(page.Document.QuerySelector("select[name=form]"));
        Assert.Equal("2021-07-01T10:00:00", page.Document.QuerySelector("#closesAt")!.GetAttribute("value"));
        (string, string)[] inputs = [("version", "0"), ("name", portal.Round.Name), ("form", portal.Round.FormId), ("baseYear", "2020"), ("opensAt", "2021-05-31T10:00"), ("closesAt", "2021-06-01T09:00"), ("who", "chosen"), ("entrant", $"{portal.Other.Id}")];
        page = await browser.Post($"/rounds/{portal.Round.Id}/change", inputs);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("随即截止：1 份草稿", page.Text, StringComparison.Ordinal);
        await using (var db = portal.Database.Open())
            Assert.Equal(0, (await db.Rounds.SingleAsync()).Version);
        page = await browser.Post($"/rounds/{portal.Round.Id}/change", [.. page.Document.QuerySelectorAll("form[action$=change] input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).Where(i => i.Item1[0] != '_'), ("confirmed", "yes")]);
        Assert.Contains("已截止", page.Text, StringComparison.Ordinal);
        await using var after = portal.Database.Open();
        Assert.Equal(portal.Other.Id, (await after.RoundEntrants.SingleAsync()).OrganisationId);
        page = await browser.Get("/rounds/new");
        page = await browser.Post("/rounds/new", ("name", ""), ("form", portal.Round.FormId), ("baseYear", "1"), ("opensAt", "2021-07-01T10:00"), ("closesAt", "x"), ("who", "chosen"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.All((string[])["name", "baseYear", "closesAt"], id => Assert.Equal("true", page.Document.QuerySelector($"#{id}")!.GetAttribute("aria-invalid")));
        Assert.Equal(("2021-07-01T10:00", null), (page.Document.QuerySelector("#opensAt")!.GetAttribute("value"), page.Document.QuerySelector("#opensAt")!.GetAttribute("aria-invalid")));
    }
}
