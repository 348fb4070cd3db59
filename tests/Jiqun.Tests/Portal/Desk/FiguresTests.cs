using System.Globalization;
using Jiqun.Core.Definitions;
using Jiqun.Core.Figures;
using Jiqun.Portal.Entries;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Desk;

/// <summary>The flat table of figures: written with each submission, made anew as it was, and given to programs.</summary>
public sealed class FiguresTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Made_anew_they_are_what_the_submissions_wrote(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        var answers = await QuestionsPageTests.Submit(portal, "promoter", 1);
        await QuestionsPageTests.Submit(portal, "third", 2);
        List<string> Written()
        {
            using var db = portal.Database.Open();
            return [.. db.Figures.AsNoTracking().OrderBy(f => f.SubmissionId).ThenBy(f => f.Field).AsEnumerable().Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.SubmissionId} {f.RoundId} {f.EntryId} {f.Field} {f.Industry} {f.Province} {f.Value:R}"))];
        }
        var before = Written();
        var form = FormLibrary.Builtin.Default;
        var fields = form.EntrantFields.Count(f => f.Kind is FieldKind.Number or FieldKind.Integer);
        Assert.Equal(2 * (fields + FigureSet.Builtin(form).Derived.Count), before.Count);
        Assert.Contains(before, b => b.Contains($"indicators.output ", StringComparison.Ordinal) && b.EndsWith($" {answers["indicators.output"]}", StringComparison.Ordinal));

        await using (var db = portal.Database.Open())
        {
            await db.Figures.Where(f => f.Field == "indicators.output").ExecuteDeleteAsync(Cancel);
            await db.Figures.Where(f => f.Field == "indicators.enterprises").ExecuteUpdateAsync(u => u.SetProperty(f => f.Value, 1e9), Cancel);
        }
        Assert.NotEqual(before, Written());
        var (submissions, figures) = await new RebuildFigures(portal.Database, FormLibrary.Builtin).Run(null, Cancel);
        Assert.Equal((2, before.Count), (submissions, (int)figures));
        Assert.Equal(before, Written());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_program_gets_those_of_the_submissions_that_it_may_see(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await portal.AddNeighbours();
        var mine = await QuestionsPageTests.Submit(portal, "promoter", 1);
        var theirs = await QuestionsPageTests.Submit(portal, "third", 2);
        async Task<List<string>> Of(string who, string query)
        {
            using var program = new TestProgram(portal.Address, await portal.Token(who));
            return [.. (await program.Get($"/api/figures?{query}")).Json["items"]!.AsArray().Select(f => f!["value"]!.ToString())];
        }
        Assert.Equal(new[] { mine, theirs }.Select(a => a["indicators.output"]).Order(), (await Of("ministry", $"round={portal.Round.Id}&field=indicators.output")).Order());
        Assert.Equal([mine["indicators.output"]], await Of("promoter", "field=indicators.output"));
        Assert.Empty(await Of("ministry", $"round={Guid.NewGuid()}"));
        Assert.Empty(await Of("ministry", "field=indicators.output&least=1e300"));
        Assert.Equal(2, (await Of("promoter", "field=indicators.output&field=indicators.enterprises")).Count);
    }
}
