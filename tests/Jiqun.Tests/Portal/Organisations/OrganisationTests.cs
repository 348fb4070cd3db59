using System.Globalization;
using System.Net;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Organisations;

public sealed class OrganisationTests
{
    static Task<Outcome<Organisation>> Make(TestPortal portal, Actor actor, Organisation? under, Level level, string division, string name = "新单位") =>
        portal.Run<MakeOrganisation, Outcome<Organisation>>(m => m.Run(under?.Id, level, name, division, actor));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Each_level_makes_the_next(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var ministry = await portal.Actor("ministry");
        Assert.Equal("440000", (await Make(portal, ministry, portal.Ministry, Level.Province, "广东省")).Value!.DivisionCode);
        Assert.Equal("440300", (await Make(portal, ministry, portal.Ministry, Level.City, "深圳市", "深圳市人民政府")).Value!.DivisionCode);
        var shanghai = (await Make(portal, ministry, portal.Ministry, Level.Province, "上海市", "上海市经信委")).Value!;
        Assert.Equal("310115", (await Make(portal, Given.MemberOf(shanghai), shanghai, Level.Promoter, "浦东新区")).Value!.DivisionCode);
        var changsha = (await Make(portal, await portal.Actor("province"), portal.Province, Level.City, "430100")).Value!;
        var promoter = (await Make(portal, Given.MemberOf(changsha), changsha, Level.Promoter, "岳麓区")).Value!;

        await using var db = portal.Database.Open();
        var kept = await db.Organisations.SingleAsync(o => o.Id == promoter.Id);
        Assert.Equal((changsha.Id, $"{portal.Province.Path}{changsha.Id:N}/{promoter.Id:N}/", "430104"), (kept.ParentId, kept.Path, kept.DivisionCode));
        Assert.Equal(6, await db.Audit.CountAsync(a => a.Action == AuditAction.OrganisationMade));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_not_ones_to_make_is_refused(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (ministry, province, city) = (await portal.Actor("ministry"), await portal.Actor("province"), await portal.Actor("city"));
        Assert.Equal("level@level", (await Make(portal, ministry, portal.Ministry, Level.Promoter, "深圳市")).Codes());
        Assert.Equal("level@level", (await Make(portal, province, portal.Province, Level.Promoter, "株洲市")).Codes());
        Assert.Equal("division-of-province@division", (await Make(portal, ministry, portal.Ministry, Level.City, "长沙市")).Codes());
        Assert.Equal("division-outside@division", (await Make(portal, province, portal.Province, Level.City, "武汉市")).Codes());
        Assert.Equal("name-empty@name division-empty@division", (await Make(portal, province, portal.Province, Level.City, "", " ")).Codes());
        Assert.Equal("name-unseen@name", (await Make(portal, province, portal.Province, Level.City, "长沙市", "a\u202Eb")).Codes());
        Assert.Equal("name-long@name", (await Make(portal, province, portal.Province, Level.City, "长沙市", new string('长', 100_000))).Codes());
        Assert.Equal("name-taken@name", (await Make(portal, city, portal.City, Level.Promoter, "株洲市", $" {portal.Promoter.Name} ")).Codes());
        Assert.Equal("not-allowed", (await Make(portal, ministry, portal.Province, Level.City, "长沙市")).Codes());       // the province's business
        Assert.Equal("missing", (await Make(portal, city, portal.Province, Level.City, "长沙市")).Codes());
        Assert.Equal("not-allowed", (await Make(portal, await portal.Actor("promoter"), portal.Promoter, Level.Promoter, "株洲市")).Codes());
        foreach (var role in (string[])["system", "security", "audit"])
            Assert.NotEqual("", (await Make(portal, await portal.Actor(role), portal.City, Level.Promoter, "株洲市")).Codes());
        Assert.Equal("root-there", (await Make(portal, await portal.Actor("system"), null, Level.Ministry, "")).Codes());
        Assert.Equal("not-allowed", (await Make(portal, ministry, null, Level.Ministry, "")).Codes());
        await using var db = portal.Database.Open();
        Assert.Equal((5, 0), (await db.Organisations.CountAsync(), await db.Audit.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_two_who_make_the_same_at_once_one_is_told(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var city = await portal.Actor("city");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Make(portal, city, portal.City, Level.Promoter, "株洲市"))));
        Assert.Single(outcomes, o => !o.Refused);
        Assert.All(outcomes.Where(o => o.Refused), o => Assert.Equal("name-taken@name", o.Codes()));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task It_is_renamed_and_moved_by_whoever_may_make_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        Task<Outcome<Organisation>> Change(Actor by, Organisation organisation, string name, string division) =>
            portal.Run<ChangeOrganisation, Outcome<Organisation>>(c => c.Run(organisation.Id, (organisation.Name, organisation.DivisionCode ?? ""), name, division, by));
        var (ministry, province, city) = (await portal.Actor("ministry"), await portal.Actor("province"), await portal.Actor("city"));

        Assert.Equal("", (await Change(city, portal.Promoter, "株洲轨道促进会", "天元区")).Codes());
        Assert.Equal("", (await Change(await portal.Actor("system"), portal.Ministry, "工信部", "passed over")).Codes());
        Assert.Equal("not-allowed", (await Change(city, portal.City, "x", "株洲市")).Codes());
        Assert.Equal("not-allowed", (await Change(ministry, portal.City, "x", "株洲市")).Codes());
        Assert.Equal("missing", (await Change(city, portal.Province, "x", "湖南省")).Codes());
        Assert.Equal("name-taken@name", (await Change(city, portal.Other, "株洲轨道促进会", "天元区")).Codes());
        Assert.Equal("stale", (await Change(city, portal.Promoter, "x", "天元区")).Codes());
        Assert.Equal("division-of-children@division", (await Change(province, portal.City, portal.City.Name, "长沙市")).Codes());
        Assert.Equal("division-of-children@division", (await Change(ministry, portal.Province, portal.Province.Name, "湖北省")).Codes());

        await using var db = portal.Database.Open();
        var promoter = await db.Organisations.SingleAsync(o => o.Id == portal.Promoter.Id);
        Assert.Equal(("株洲轨道促进会", "430211"), (promoter.Name, promoter.DivisionCode));
        Assert.Equal("430200", (await db.Organisations.SingleAsync(o => o.Id == portal.City.Id)).DivisionCode);
        Assert.Equal(2, await db.Audit.CountAsync(a => a.Action == AuditAction.OrganisationChanged));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task It_is_deleted_only_when_nothing_hangs_on_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        Task<Outcome<Organisation>> Delete(Actor by, Organisation organisation) => portal.Run<DeleteOrganisation, Outcome<Organisation>>(d => d.Run(organisation.Id, by));
        var city = await portal.Actor("city");
        Assert.Equal("organisation-in-use", (await Delete(city, portal.Promoter)).Codes());
        Assert.Equal("organisation-in-use", (await Delete(await portal.Actor("province"), portal.City)).Codes());
        var free = (await Make(portal, city, portal.City, Level.Promoter, "株洲市")).Value!;
        Assert.Equal("not-allowed", (await Delete(await portal.Actor("ministry"), free)).Codes());
        Assert.Equal("missing", (await Delete(await portal.Actor("promoter"), free)).Codes());
        await using (var db = portal.Database.Open())
        {
            db.Add(new Jiqun.Portal.Rounds.RoundEntrant { RoundId = portal.Round.Id, OrganisationId = free.Id });
            await db.SaveChangesAsync();
        }
        Assert.Equal("organisation-in-use", (await Delete(city, free)).Codes());      // without it the round would be open to all
        await using (var db = portal.Database.Open())
            await db.RoundEntrants.ExecuteDeleteAsync();
        Assert.Equal("", (await Delete(city, free)).Codes());
        Assert.Equal("missing", (await Delete(city, free)).Codes());
        await using var after = portal.Database.Open();
        Assert.False(await after.Organisations.AnyAsync(o => o.Id == free.Id));
        Assert.Equal(free.Id, (await after.Audit.SingleAsync(a => a.Action == AuditAction.OrganisationDeleted)).Subject);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_tree_shows_ones_own_part_of_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        async Task<string> Seen(string userName)
        {
            using var browser = await portal.Browser(userName);
            var page = await browser.Get("/organisations");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            return string.Join(' ', page.Document.QuerySelectorAll(".organisations tbody tr").Select(r => $"{r.QuerySelector("th")!.ClassName![^1]}:{r.Children[3].TextContent}"));
        }
        Assert.Equal("0:1 1:1 2:1 3:2 3:1", (await Seen("ministry")));
        Assert.Equal("0:1 1:2 1:1", await Seen("city"));
        Assert.Equal("0:2", await Seen("promoter"));
        Assert.Equal("0:1 1:1 2:1 3:2 3:1", await Seen("system"));
        using var other = await portal.Browser("other");
        Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/organisations/{portal.Promoter.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/organisations/{portal.City.Id}/change")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get($"/organisations/{portal.Other.Id}/change")).Status);
        using var security = await portal.Browser("security");
        Assert.Equal(HttpStatusCode.Forbidden, (await security.Get("/organisations")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await security.Get($"/organisations/{portal.City.Id}")).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_refused_form_keeps_what_was_typed_and_ties_the_error_to_its_field(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("city");
        Assert.Equal(HttpStatusCode.OK, (await browser.Get($"/organisations/new?under={portal.City.Id}")).Status);
        var page = await browser.Post("/organisations/new", ("under", $"{portal.City.Id}"), ("level", "Promoter"), ("name", "<b>新</b>"), ("division", "长沙市"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        var input = page.Document.QuerySelector("#division")!;
        Assert.Equal(("长沙市", "true"), (input.GetAttribute("value"), input.GetAttribute("aria-invalid")));
        Assert.Contains("长沙市", page.Document.QuerySelector($"#{input.GetAttribute("aria-describedby")!.Split(' ')[^1]}")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("<b>新</b>", page.Document.QuerySelector("#name")!.GetAttribute("value"));
        page = await browser.Post("/organisations/new", ("under", $"{portal.City.Id}"), ("level", "Promoter"), ("name", "<b>新</b>"), ("division", "株洲市"));
        Assert.StartsWith("/organisations/", page.Path, StringComparison.Ordinal);
        Assert.Equal("<b>新</b>", page.Document.QuerySelector("h1")!.TextContent);
        page = await browser.Get($"{page.Path}/delete");
        page = await browser.Post(page.Path);
        Assert.Equal($"/organisations/{portal.City.Id}", page.Path);
        Assert.DoesNotContain("新", page.Document.QuerySelector("main")!.TextContent.Replace("新建", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_system_administrator_makes_the_root_of_an_empty_portal(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using (var db = portal.Database.Open())
        {
            await db.Users.Where(a => a.OrganisationId != null).ExecuteDeleteAsync();
            foreach (var organisation in (Organisation[])[portal.Promoter, portal.Other, portal.City, portal.Province, portal.Ministry])
                await db.Organisations.Where(o => o.Id == organisation.Id).ExecuteDeleteAsync();
        }
        using var browser = await portal.Browser("system");
        var page = await browser.Get("/organisations");
        Assert.NotNull(page.Document.QuerySelector("a[href='/organisations/new']"));
        await browser.Get("/organisations/new");
        page = await browser.Post("/organisations/new", ("under", ""), ("level", "Ministry"), ("name", "工业和信息化部"));
        Assert.NotNull(page.Document.QuerySelector("a[href^='/invitations/new?organisation=']"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_round_that_names_it_just_now_keeps_it(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var city = await portal.Actor("city");
        var free = (await Make(portal, city, portal.City, Level.Promoter, "株洲市")).Value!;
        var outcome = await Raced<DeleteOrganisation, Organisation>(
            portal, d => d.Run(free.Id, city), db => db.Add(new Jiqun.Portal.Rounds.RoundEntrant { RoundId = portal.Round.Id, OrganisationId = free.Id }));
        Assert.Equal("organisation-in-use", outcome.Codes());
        Assert.Contains("批次 1 个", outcome.Refusal![0].Message, StringComparison.Ordinal);
        await using var after = portal.Database.Open();
        Assert.Equal(free.Id, (await after.RoundEntrants.SingleAsync()).OrganisationId);
    }

    /// <summary>Runs a use case of which somebody else is quicker.</summary>
    /// <param name="before">What the other saves right before the use case does.</param>
    static async Task<Outcome<T>> Raced<TUseCase, T>(TestPortal portal, Func<TUseCase, Task<Outcome<T>>> run, Action<JiqunDb> before)
        where TUseCase : notnull
        where T : notnull
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh");
        await using var scope = portal.Scope();
        var others = 0;
        scope.ServiceProvider.GetRequiredService<JiqunDb>().SavingChanges += (_, _) =>
        {
            if (others++ > 0)
                return;
            using var db = portal.Database.Open();
            before(db);
            db.SaveChanges();
        };
        return await run(scope.ServiceProvider.GetRequiredService<TUseCase>());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_two_who_rename_it_the_second_is_told_what_it_is_called_now(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var path = $"/organisations/{portal.Promoter.Id}/change";
        using var first = await portal.Browser("city");
        using var second = await portal.Browser("city");
        await first.Get(path);
        await second.Get(path);
        Assert.Equal($"/organisations/{portal.Promoter.Id}", (await Send(first, "甲中心", "天元区")).Path);

        var page = await Send(second, "乙中心", "株洲市");
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("甲中心", page.Document.QuerySelector(".alert-danger")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("天元区", page.Document.QuerySelector(".alert-danger")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(("乙中心", "株洲市"), (page.Document.QuerySelector("#name")!.GetAttribute("value"), page.Document.QuerySelector("#division")!.GetAttribute("value")));
        Assert.Equal($"/organisations/{portal.Promoter.Id}", (await Send(second, "乙中心", "株洲市")).Path);       // knowing it
        await using var db = portal.Database.Open();
        Assert.Equal("乙中心", (await db.Organisations.SingleAsync(o => o.Id == portal.Promoter.Id)).Name);

        Task<TestPage> Send(TestBrowser browser, string name, string division) => browser.Post(path, [
            ("name", name), ("division", division),
            .. browser.Page.Document.QuerySelectorAll("main form input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).Where(i => i.Item1 != "__RequestVerificationToken")]);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task There_is_one_root_also_when_two_are_made_at_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using (var db = portal.Database.Open())
        {
            await db.Users.Where(a => a.OrganisationId != null).ExecuteDeleteAsync();
            foreach (var organisation in (Organisation[])[portal.Promoter, portal.Other, portal.City, portal.Province, portal.Ministry])
                await db.Organisations.Where(o => o.Id == organisation.Id).ExecuteDeleteAsync();
        }
        var system = await portal.Actor("system");
        var outcome = await Raced<MakeOrganisation, Organisation>(
            portal, m => m.Run(null, Level.Ministry, "另一个", "", system), db => db.Add(Organisation.Under(null, Level.Ministry, "部", null, portal.Clock.Time.UtcDateTime)));
        Assert.Equal("root-there", outcome.Codes());
        await using var after = portal.Database.Open();
        Assert.Equal("部", (await after.Organisations.SingleAsync()).Name);
        after.Add(Organisation.Under(null, Level.Province, "省", "430000", portal.Clock.Time.UtcDateTime));
        await Assert.ThrowsAsync<DbUpdateException>(() => after.SaveChangesAsync());                   // of any level
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Who_renames_it_at_the_very_moment_of_another_is_told_too(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var city = await portal.Actor("city");
        var changed = await Raced<ChangeOrganisation, Organisation>(
            portal, c => c.Run(portal.Promoter.Id, (portal.Promoter.Name, "430200"), "乙中心", "株洲市", city), db => db.Organisations.Single(o => o.Id == portal.Promoter.Id).Name = "甲中心");
        Assert.Equal("stale", changed.Codes());
        var free = (await Make(portal, city, portal.City, Level.Promoter, "株洲市")).Value!;
        var deleted = await Raced<DeleteOrganisation, Organisation>(portal, d => d.Run(free.Id, city), db => db.Organisations.Single(o => o.Id == free.Id).Name = "后来的单位");
        Assert.Equal("后来的单位", deleted.Value?.Name);
        await using var after = portal.Database.Open();
        Assert.Equal("甲中心", (await after.Organisations.SingleAsync(o => o.Id == portal.Promoter.Id)).Name);
        Assert.False(await after.Organisations.AnyAsync(o => o.Id == free.Id));
    }
}
