using System.Net;
using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Organisations;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Organisations;

public sealed class InvitationTests
{
    static Task<Outcome<MadeInvitation>> Invite(TestPortal portal, Actor actor, Organisation? into, Role role = Role.Member, string invitee = "赵敏", string days = "7") =>
        portal.Run<InvitePerson, Outcome<MadeInvitation>>(i => i.Run(role, into?.Id, invitee, days, actor));

    static async Task<TestPage> Accept(TestPortal portal, string path, string userName)
    {
        using var browser = portal.Browser();
        var page = await browser.Get(path);
        return page.Status != HttpStatusCode.OK
            ? page
            : await browser.Post(path, ("userName", userName), ("fullName", "赵敏"), ("password", TestPortal.Password), ("repeated", TestPortal.Password));
    }

    /// <summary>Invites by the page.</summary>
    /// <returns>Path of the link.</returns>
    static async Task<string> Link(TestPortal portal, TestBrowser browser, string organisation)
    {
        await browser.Get($"/invitations/new?organisation={organisation}");
        var page = await browser.Post("/invitations/new", ("organisation", organisation), ("role", "Member"), ("invitee", "赵敏"), ("days", "7"));
        var link = page.Document.QuerySelector("#link")!.GetAttribute("value")!;
        Assert.StartsWith(portal.Address, link, StringComparison.Ordinal);
        return link[portal.Address.Length..];
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_link_makes_one_account_in_its_organisation_once(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("city");
        var link = await Link(portal, browser, $"{portal.Promoter.Id}");
        await using (var db = portal.Database.Open())
        {
            var kept = await db.Invitations.SingleAsync();
            Assert.Equal((AcceptInvitation.Digest(link.Split('/')[^1]), portal.Clock.Time.UtcDateTime.AddDays(7)), (kept.SecretDigest, kept.ExpiresAt));
        }
        Assert.Contains("待接受", (await browser.Get($"/organisations/{portal.Promoter.Id}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(link, browser.Page.Text, StringComparison.Ordinal);

        Assert.Equal("/", (await Accept(portal, link, "zhaomin")).Path);
        Assert.Equal(HttpStatusCode.NotFound, (await Accept(portal, link, "again")).Status);
        Assert.Contains("赵敏 已接受", (await browser.Get($"/organisations/{portal.Promoter.Id}")).Text, StringComparison.Ordinal);
        Assert.Equal(portal.Promoter.Id, (await portal.Actor("zhaomin")).OrganisationId);
        await using var after = portal.Database.Open();
        Assert.Equal([AuditAction.Invited, AuditAction.InvitationAccepted], await after.Audit.Where(a => a.Subject != null && (a.Action == AuditAction.Invited || a.Action == AuditAction.InvitationAccepted)).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync());
        Assert.DoesNotContain("赵敏", string.Concat(await after.Audit.Select(a => a.Detail).ToListAsync()), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_withdrawn_link_is_dead_and_an_accepted_one_cannot_be_withdrawn(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("promoter");
        var (first, second) = (await Link(portal, browser, $"{portal.Promoter.Id}"), await Link(portal, browser, $"{portal.Promoter.Id}"));
        var page = await browser.Get($"/organisations/{portal.Promoter.Id}");
        var withdraw = page.Document.QuerySelectorAll("a[href$='/withdraw']").Select(a => a.GetAttribute("href")!).ToList();
        Assert.Equal(2, withdraw.Count);
        await Accept(portal, first, "zhaomin");
        foreach (var path in withdraw)
        {
            await browser.Get(path);
            await browser.Get("/organisations");                              // for a token, whatever the page before said
            await browser.Post(path);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await Accept(portal, second, "late")).Status);
        await using var db = portal.Database.Open();
        Assert.Equal(1, await db.Invitations.CountAsync(i => i.AcceptedAt != null && i.WithdrawnAt == null));
        Assert.Equal(1, await db.Invitations.CountAsync(i => i.AcceptedAt == null && i.WithdrawnAt != null));
        Assert.Equal(1, await db.Audit.CountAsync(a => a.Action == AuditAction.InvitationWithdrawn));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_expired_link_is_dead_to_the_second(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var made = (await Invite(portal, await portal.Actor("city"), portal.Promoter, days: "1")).Value!;
        portal.Clock.Time = portal.Clock.Time.AddDays(1).AddSeconds(-1);
        using (var browser = portal.Browser())
            Assert.Equal(HttpStatusCode.OK, (await browser.Get($"/invitations/{made.Secret}")).Status);
        portal.Clock.Time = portal.Clock.Time.AddSeconds(1);
        Assert.Equal(HttpStatusCode.NotFound, (await Accept(portal, $"/invitations/{made.Secret}", "late")).Status);
        Assert.Equal("not-open", (await portal.Run<WithdrawInvitation, Outcome<Invitation>>(async w => await w.Run(made.Invitation.Id, await portal.Actor("city")))).Codes());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_not_ones_to_invite_or_withdraw_is_refused(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (city, promoter, system) = (await portal.Actor("city"), await portal.Actor("promoter"), await portal.Actor("system"));
        Assert.Equal("missing", (await Invite(portal, promoter, portal.City)).Codes());
        Assert.Equal("missing", (await Invite(portal, promoter, portal.Other)).Codes());
        Assert.Equal("not-allowed", (await Invite(portal, await portal.Actor("province"), portal.Promoter)).Codes());
        Assert.Equal("not-allowed", (await Invite(portal, promoter, portal.Promoter, Role.SystemAdministrator)).Codes());
        Assert.Equal("not-allowed", (await Invite(portal, promoter, null, Role.SecurityAdministrator)).Codes());
        Assert.Equal("not-allowed", (await Invite(portal, system, null, Role.SystemAdministrator)).Codes());
        Assert.Equal("not-allowed", (await Invite(portal, system, null, Role.Expert)).Codes());
        Assert.Equal("not-first", (await Invite(portal, system, portal.City)).Codes());
        Assert.Equal("name-empty@invitee days@days", (await Invite(portal, city, portal.Promoter, invitee: "", days: "31")).Codes());
        foreach (var days in (string[])["0", "-1", "1.5", "七", "", "99999999999"])
            Assert.Equal("days@days", (await Invite(portal, city, portal.Promoter, days: days)).Codes());

        var made = (await Invite(portal, city, portal.Promoter)).Value!.Invitation;
        Task<Outcome<Invitation>> Withdraw(Actor by) => portal.Run<WithdrawInvitation, Outcome<Invitation>>(w => w.Run(made.Id, by));
        Assert.Equal("missing", (await Withdraw(await portal.Actor("other"))).Codes());
        Assert.Equal("not-allowed", (await Withdraw(await portal.Actor("ministry"))).Codes());
        Assert.Equal("not-allowed", (await Withdraw(system)).Codes());
        Assert.Equal("missing", (await Withdraw(await portal.Actor("security"))).Codes());
        Assert.Equal("", (await Withdraw(promoter)).Codes());
        Assert.Equal("not-open", (await Withdraw(city)).Codes());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_system_administrator_invites_first_members_and_administrators_of_one_role(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var system = await portal.Actor("system");
        var made = (await portal.Run<MakeOrganisation, Outcome<Organisation>>(async m => await m.Run(portal.City.Id, Level.Promoter, "新单位", "株洲市", await portal.Actor("city")))).Value!;
        var first = (await Invite(portal, system, made)).Value!;
        Assert.Equal("not-first", (await Invite(portal, system, made)).Codes());     // it would not be the first
        Assert.Equal("", (await portal.Run<WithdrawInvitation, Outcome<Invitation>>(w => w.Run(first.Invitation.Id, system))).Codes());
        Assert.Equal("", (await Invite(portal, system, made)).Codes());

        using var browser = await portal.Browser("system");
        await browser.Get("/invitations/new?role=AuditAdministrator");
        var page = await browser.Post("/invitations/new", ("organisation", ""), ("role", "AuditAdministrator"), ("invitee", "钱"), ("days", "3"));
        var link = page.Document.QuerySelector("#link")!.GetAttribute("value")![portal.Address.Length..];
        Assert.Contains("钱", (await browser.Get("/organisations")).Text, StringComparison.Ordinal);
        await Accept(portal, link, "auditor");
        var auditor = await portal.Actor("auditor");
        Assert.Equal((Role.AuditAdministrator, null), (auditor.Role, auditor.OrganisationId));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_accepting_and_withdrawing_at_once_one_wins(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var city = await portal.Actor("city");
        for (var i = 0; i < 4; i++)
        {
            var made = (await Invite(portal, city, portal.Promoter)).Value!;
            var accepting = Accept(portal, $"/invitations/{made.Secret}", $"racer{i}");
            var withdrawing = portal.Run<WithdrawInvitation, Outcome<Invitation>>(w => w.Run(made.Invitation.Id, city));
            await Task.WhenAll(accepting, withdrawing);
            await using var db = portal.Database.Open();
            var after = await db.Invitations.SingleAsync(v => v.Id == made.Invitation.Id);
            Assert.True(after.AcceptedAt is null != after.WithdrawnAt is null);
            Assert.Equal(after.AcceptedAt is not null, await db.Users.AnyAsync(a => a.UserName == $"racer{i}"));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_link_is_good_only_while_its_inviter_is_not_closed(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        using var browser = await portal.Browser("city");
        var link = await Link(portal, browser, $"{portal.Promoter.Id}");
        async Task Close(bool closed)
        {
            await using var db = portal.Database.Open();
            await db.Users.Where(a => a.UserName == "city").ExecuteUpdateAsync(s => s.SetProperty(a => a.Closed, closed));
        }
        using var guest = portal.Browser();
        Assert.Equal(HttpStatusCode.OK, (await guest.Get(link)).Status);
        await Close(true);
        Assert.Equal(HttpStatusCode.NotFound, (await guest.Post(link, ("userName", "late"), ("fullName", "赵敏"), ("password", TestPortal.Password), ("repeated", TestPortal.Password))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Accept(portal, link, "late")).Status);

        using var system = await portal.Browser("system");
        Assert.DoesNotContain("待接受", (await system.Get($"/organisations/{portal.Promoter.Id}")).Text, StringComparison.Ordinal);
        await using (var db = portal.Database.Open())
        {
            var promoter = (await OrganisationTree.Of(db, await portal.Actor("ministry"), portal.Clock.Time.UtcDateTime)).Single(r => r.Organisation.Id == portal.Promoter.Id);
            Assert.Equal(0, promoter.Invitations);
            await db.Users.Where(a => a.OrganisationId == portal.Promoter.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.Closed, true));
        }
        Assert.Equal("", (await Invite(portal, await portal.Actor("system"), portal.Promoter)).Codes());         // nobody is there who could
        await Close(false);
        Assert.Equal("/", (await Accept(portal, link, "zhaomin")).Path);
    }
}
