using System.Globalization;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Desk;

/// <summary>What a made-up cluster submitted.</summary>
/// <param name="Division">Of its organisation.</param>
/// <param name="Answers">As they were typed.</param>
sealed record TestCluster(Guid Entry, string Division, IReadOnlyDictionary<string, string> Answers)
{
    public string Name => Answers["cluster.name"];

    public double Number(string field) => double.Parse(Answers[field], CultureInfo.InvariantCulture);
}

/// <summary>Rounds to which several clusters submitted.</summary>
static class TestDesk
{
    /// <summary>Seven clusters: four of 大类 37, of which two have the same output, three of 大类 36; one states no share of the national output.</summary>
    public static async Task<IReadOnlyList<TestCluster>> SubmitSeven(this TestPortal portal)
    {
        (string Division, string Industry, int Output, string Share)[] wanted =
        [
            ("430200", "铁路运输设备制造（371）", 100, "10"), ("430100", "铁路运输设备制造（371）", 300, "12.5"), ("440100", "铁路运输设备制造（371）", 300, "3"), ("440300", "铁路运输设备制造（371）", 50, "4"),
            ("430200", "汽车整车制造（361）", 1700, "9"), ("330100", "汽车整车制造（361）", 20, "0"), ("110000", "汽车整车制造（361）", 1000, "5.25"),
        ];
        List<TestCluster> made = [];
        foreach (var (i, (division, industry, output, share)) in wanted.Index())
            made.Add(await portal.SubmitCluster(i, division, ("cluster.industry", industry), ("indicators.output", $"{output}"), ("indicators.outputShare", share), ("indicators.enterprises", $"{300 + 7 * i}"), ("indicators.standards", i == 2 ? "0" : $"{40 - i}")));
        return made;
    }

    /// <summary>A cluster of an organisation of its own.</summary>
    public static async Task<TestCluster> SubmitCluster(this TestPortal portal, int seed, string division, params (string Field, string Text)[] own)
    {
        var name = $"cluster-{seed}";
        var organisation = Organisation.Under(portal.City, Level.Promoter, $"第{seed}集群促进中心", division, portal.Clock.GetUtcNow().UtcDateTime);
        await using (var db = portal.Database.Open())
        {
            db.AddRange(organisation, portal.Account(name, Role.Member, organisation));
            await db.SaveChangesAsync();
        }
        var answers = TestEntries.Answers(seed + 1);
        answers["cluster.name"] = $"第{seed}集群";
        foreach (var (field, text) in own)
            answers[field] = text;
        // parts of the enterprises, whatever their number was made to be
        foreach (var part in (string[])["aboveScale", "highTech", "littleGiants", "listed", "champions"])
            answers[$"indicators.{part}"] = $"{(int)(double.Parse(answers["indicators.enterprises"], CultureInfo.InvariantCulture) / (seed + part.Length))}";
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor(name))).Value!;
        Assert.Empty((await portal.Save(entry.Id, name, answers.AsWishes())).Value!.Refused);
        var submitted = await portal.Submit(entry.Id, Guid.NewGuid(), by: name);
        Assert.True(!submitted.Refused, string.Join('\n', submitted.Refused ? submitted.Refusal.Select(f => $"{f.Field} {f.Message}") : []));
        return new TestCluster(entry.Id, division, answers);
    }
}
