using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Entries;
using Jiqun.Samples;
using Jiqun.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.BrowserTests;

static class Given
{
    public static Form Form => FormLibrary.Builtin.Default;

    /// <summary>Fields that a promotion organisation fills in.</summary>
    public static IEnumerable<Field> Asked => Form.Fields.Where(f => f.By is AnsweredBy.Entrant && f.Repeats is null);

    /// <summary>Made-up answers to every field, in which nothing is wrong, by field: of a cluster in 株洲, where the organisations of a test portal are.</summary>
    public static IReadOnlyDictionary<string, string> Answers { get; } = Sound();

    static Dictionary<string, string> Sound()
    {
        for (var seed = 1; ; seed++)
        {
            var made = SampleAnswers.Of(Form, seed, 600, complete: true);
            if (!made["cluster.area"].Contains("株洲", StringComparison.Ordinal))
                continue;
            var answers = Asked.ToDictionary(f => f.Id, f => made[f.Id]);
            var echoes = Form.Fields.Where(f => f.Repeats is not null).Select(f => (new Place(f.Id), new Standing(made[f.Repeats!], 1)));
            var draft = Draft.Of(1, answers.Select(a => (new Place(a.Key), new Standing(a.Value, 1))).Concat(echoes));
            if (draft.Checked(Form, Stage.Submission, new DateOnly(2021, 6, 1)).Findings.Count == 0)
                return answers;
        }
    }

    /// <summary>An entry that was begun, with these answers.</summary>
    public static async Task<string> Entry(TestPortal portal, params IEnumerable<(string Field, string Text)> answers)
    {
        var promoter = await portal.Actor("promoter");
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, promoter)).Value!;
        await Save(portal, entry.Id, "promoter", answers);
        return $"/entries/{entry.Id}";
    }

    /// <summary>An entry in which nothing is missing and nothing wrong.</summary>
    public static Task<string> CompleteEntry(TestPortal portal) => Entry(portal, Answers.Select(a => (a.Key, a.Value)));

    /// <summary>An entry with two errors, and a warning that is explained.</summary>
    public static async Task<string> EntryWithFindings(TestPortal portal)
    {
        var entry = await CompleteEntry(portal);
        await Save(portal, entry, "promoter", ("indicators.output", "很多"), ("organisation.founded", "2031"), ("promoter.postcode", "999077"));
        return entry;
    }

    /// <summary>What the neighbouring organisation submitted.</summary>
    /// <returns>Id of its entry.</returns>
    public static async Task<Guid> Submission(TestPortal portal)
    {
        var other = await portal.Actor("other");
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, other)).Value!;
        await Save(portal, entry.Id, "other", Answers.Select(a => (a.Key, a.Value)));
        Assert.False((await scope.ServiceProvider.GetRequiredService<SubmitEntry>().Run(entry.Id, Guid.NewGuid(), keepUnexplained: true, other)).Refused);
        return entry.Id;
    }

    /// <summary>What somebody else writes meanwhile, having seen what stands there.</summary>
    public static async Task Save(TestPortal portal, string entry, string userName, params IEnumerable<(string Field, string Text)> answers) =>
        await Save(portal, Guid.Parse(entry.Split('/')[2]), userName, answers);

    static async Task Save(TestPortal portal, Guid entry, string userName, IEnumerable<(string Field, string Text)> answers)
    {
        var actor = await portal.Actor(userName);
        await using var scope = portal.Scope();
        await using var db = portal.Database.Open();
        var versions = db.Answers.Where(a => a.EntryId == entry && a.Code == "").ToDictionary(a => a.Field, a => a.Version);
        var saved = await scope.ServiceProvider.GetRequiredService<SaveAnswers>()
            .Run(entry, [.. answers.Select(a => new Wish(new Place(a.Field), a.Text, versions.GetValueOrDefault(a.Field)))], actor);
        Assert.Empty(saved.Value!.Conflicts);
        Assert.Empty(saved.Value.Refused);
    }
}
