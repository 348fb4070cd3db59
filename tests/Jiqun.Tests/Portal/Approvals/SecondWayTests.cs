using Jiqun.Core.Approvals;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Rounds;
using Jiqun.Tests.Approvals;

namespace Jiqun.Tests.Portal.Approvals;

/// <summary>Another way of entries is another file, and no code: the same pages draw its steps.</summary>
public sealed class SecondWayTests
{
    static ApprovalLibrary Second => new(new Dictionary<string, Approval> { [TestEntries.Form.Id] = ApprovalReader.Read("second.yaml", ApprovalReaderTests.Second) });

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_pages_draw_whatever_steps_a_way_has(string kind)
    {
        await using var portal = await TestPortal.Of(kind, p => p.Approvals = Second);
        var entry = await portal.Submitted();
        Assert.Equal("filed", await portal.Status(entry.Id));
        using (var city = await portal.Browser("city"))
            Assert.Empty((await city.Get($"/entries/{entry.Id}")).Document.QuerySelectorAll(".course-steps a"));
        using var province = await portal.Browser("province");
        var page = await province.Get($"/entries/{entry.Id}");
        Assert.Equal(["入库", "要求补正"], page.Document.QuerySelectorAll(".course-steps a").Select(a => a.TextContent));
        Assert.Contains("待初审", page.Document.QuerySelector(".course-states [aria-current]")!.TextContent, StringComparison.Ordinal);

        Assert.False((await portal.Step(entry.Id, "ask", "province", "", new WantedPoint("", "请补充"))).Refused);
        Assert.Equal("filling", await portal.Status(entry.Id));
        Assert.False((await portal.AnswerAndSubmit(entry.Id)).Refused);
        await province.Get($"/entries/{entry.Id}/steps/list");
        var form = province.Page.Document.QuerySelector("main form")!;
        page = await province.Post($"/entries/{entry.Id}/steps/list", [.. ((string[])["request", "submission"]).Select(n => (n, form.QuerySelector($"[name={n}]")!.GetAttribute("value")!)), ("reason", "")]);
        Assert.Equal("listed", await portal.Status(entry.Id));
        Assert.Contains("已入库", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll(".course-steps a"));
    }

    [Fact]
    public async Task A_state_that_is_gone_stops_the_start_and_is_named()
    {
        await using var portal = await TestPortal.Of("sqlite", p => p.Approvals = Second);
        await portal.Submitted();
        await portal.Stop();
        portal.Approvals = ApprovalLibrary.Builtin;
        var told = await Assert.ThrowsAsync<PinnedFormException>(portal.Start);
        Assert.Contains("filed", told.Message, StringComparison.Ordinal);
        portal.Approvals = Second;
        await portal.Start();
    }
}
