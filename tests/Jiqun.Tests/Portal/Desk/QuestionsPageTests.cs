using System.Net;
using Jiqun.Portal.Entries;
using Jiqun.Tests.Figures;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Desk;

/// <summary>What the ministry is shown to be asked across a round.</summary>
public sealed class QuestionsPageTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Entries_that_copy_each_other_stand_side_by_side_and_contacts_that_are_the_same_are_not_shown(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        var address = $"/rounds/{portal.Round.Id}/questions";
        using var ministry = await portal.Browser("ministry");
        Assert.Contains("尚无报送", (await ministry.Get(address)).Text, StringComparison.Ordinal);
        await Submit(portal, "promoter", 1);
        Assert.Contains("没有疑问", (await ministry.Get(address)).Text, StringComparison.Ordinal);
        await Submit(portal, "third", 2);

        var page = await ministry.Get(address);
        Assert.Contains("文字雷同", page.Text, StringComparison.Ordinal);
        Assert.Equal(2, page.Document.QuerySelectorAll("blockquote").Count(q => q.TextContent.Contains(TestRound.Copied, StringComparison.Ordinal)));
        Assert.NotNull(page.Document.QuerySelector("#same-answer"));
        Assert.DoesNotContain("13912345678", page.Text, StringComparison.Ordinal);
        foreach (var link in page.Document.QuerySelectorAll("td a").Select(a => a.GetAttribute("href")!).Distinct())
            Assert.Equal(HttpStatusCode.OK, (await ministry.Get(link)).Status);

        using var program = new TestProgram(portal.Address, await portal.Token("ministry"));
        var questions = (await program.Get($"/api{address}")).Json["questions"]!.AsArray();
        var copied = Assert.Single(questions, q => (string)q!["code"]! == "copied");
        Assert.Contains(TestRound.Copied, (string)copied!["passages"]![0]!["firstText"]!, StringComparison.Ordinal);
        using var province = await portal.Browser("province");
        Assert.Equal(HttpStatusCode.NotFound, (await province.Get(address)).Status);
    }

    /// <returns>What was answered.</returns>
    internal static async Task<Dictionary<string, string>> Submit(TestPortal portal, string who, int seed, params (string Field, string Written)[] otherwise)
    {
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor(who))).Value!;
        var answers = TestEntries.Answers(seed);
        answers["overview.narrative"] = $"第{seed}份。{TestRound.Copied}。";
        answers["promoter.mobile"] = "13912345678";
        foreach (var (field, written) in otherwise)
            answers[field] = written;
        Assert.Empty((await portal.Save(entry.Id, who, answers.AsWishes())).Value!.Refused);
        Assert.False((await portal.Submit(entry.Id, Guid.NewGuid(), by: who)).Refused);
        return answers;
    }
}
