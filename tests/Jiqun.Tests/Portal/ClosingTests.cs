using System.Net;
using Jiqun.Portal.Entries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

/// <summary>The round's instants, to the second, by the server's clock.</summary>
public sealed class ClosingTests
{
    static readonly Place Output = new("indicators.output");

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task One_second_before_the_closing_is_early_enough_and_the_instant_is_late(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (entry, filled) = (await portal.Begin(), await portal.BeginFilled());
        var closes = new DateTimeOffset(portal.Round.ClosesAt);
        Assert.Equal(new DateTimeOffset(2021, 7, 1, 10, 0, 0, TimeSpan.FromHours(8)), closes);

        portal.Clock.Time = closes.AddSeconds(-1);
        Assert.Equal(1, (await portal.Save(entry.Id, "promoter", new Wish(Output, "1507", 0))).Value!.Draft.Revision);
        portal.Clock.Time = closes.AddTicks(-1);
        Assert.Equal(2, (await portal.Save(entry.Id, "promoter", new Wish(Output, "1508", 1))).Value!.Draft.Revision);
        portal.Clock.Time = closes;
        var (saved, submitted) = (await portal.Save(entry.Id, "promoter", new Wish(Output, "1509", 2)), await portal.Submit(filled.Id, Guid.NewGuid()));

        Assert.All([saved.Refusal!, submitted.Refusal!], r => Assert.Equal("closed", r[0].Code));
        Assert.All([saved.Refusal!, submitted.Refusal!], r => Assert.Contains("2021-07-01 10:00:00", r[0].Message, StringComparison.Ordinal));
        Assert.Equal("1508", (await portal.Stored(entry.Id)).Text(Output.Field));
        Assert.Empty((await portal.Stored(filled.Id)).Submissions);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_waits_for_the_database_when_the_round_was_closed_early_is_refused(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (entry, actor) = (await portal.Begin(), await portal.Actor("promoter"));
        await using var scope = portal.Scope();
        await using (var db = portal.Database.Open())
            await db.Rounds.Where(r => r.Id == entry.RoundId).ExecuteUpdateAsync(r => r.SetProperty(x => x.ClosesAt, portal.Clock.GetUtcNow().UtcDateTime));

        var saved = await scope.ServiceProvider.GetRequiredService<SaveAnswers>().Run(entry.Id, [new Wish(Output, "1507", 0)], actor);

        Assert.Equal("closed", saved.Refusal![0].Code);
        Assert.Empty((await portal.Stored(entry.Id)).Changes);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Before_the_opening_nothing_is_begun_or_changed(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Begin();
        portal.Clock.Time = new DateTimeOffset(portal.Round.OpensAt).AddSeconds(-1);

        var saved = await portal.Save(entry.Id, "promoter", new Wish(Output, "1507", 0));
        await using (var scope = portal.Scope())
        {
            var begun = await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor("promoter"));
            Assert.All([saved.Refusal!, begun.Refusal!], r => Assert.Equal("not-open", r[0].Code));
            Assert.All([saved.Refusal!, begun.Refusal!], r => Assert.Contains("2021-05-31 10:00:00", r[0].Message, StringComparison.Ordinal));
        }

        portal.Clock.Time = new DateTimeOffset(portal.Round.OpensAt);
        Assert.False((await portal.Save(entry.Id, "promoter", new Wish(Output, "1507", 0))).Refused);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Pages_and_endpoints_say_when_it_closed(string kind)
    {
        await using var portal = await TestPortal.Of(kind, p => p.Clock.Time = new DateTimeOffset(2021, 6, 1, 2, 0, 0, TimeSpan.Zero));
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await portal.Save(entry.Id, "promoter", new Wish(Output, "1507", 0));
        await using (var db = portal.Database.Open())
            await db.Rounds.ExecuteUpdateAsync(r => r.SetProperty(x => x.ClosesAt, portal.Clock.GetUtcNow().UtcDateTime));

        var page = await browser.Get($"/entries/{entry.Id}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("2021-06-01 10:00:00", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll(".entry-form input:not([type=hidden]), .entry-form textarea, .entry-form button"));
        var (status, body) = await browser.Json($"/entries/{entry.Id}/answers", new { changes = new[] { new { field = Output.Field, text = "1", version = 1 } } });
        Assert.Equal((422, "closed"), ((int)status, (string)body!["code"]!));
        Assert.Contains("2021-06-01 10:00:00", (string)body["detail"]!, StringComparison.Ordinal);
        foreach (var (path, inputs) in new (string, (string, string)[])[]
        {
            ($"/entries/{entry.Id}", [("a:indicators.output:", "1"), ("v:indicators.output:", "1")]),
            ($"/entries/{entry.Id}/history", [("field", Output.Field), ("number", "1")]),
            ($"/entries/{entry.Id}/submit", [("request", $"{Guid.NewGuid()}"), ("keepUnexplained", "on")]),
        })
        {
            await browser.Get("/");
            page = await browser.Post(path, inputs);
            Assert.Equal((path, HttpStatusCode.UnprocessableEntity), (path, page.Status));
            Assert.Contains("2021-06-01 10:00:00", page.Text, StringComparison.Ordinal);
        }
        Assert.Single((await portal.Stored(entry.Id)).Changes);
    }
}
