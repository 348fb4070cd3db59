using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

public sealed class SubmitEntryTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Errors_refuse_with_the_whole_list_and_nothing_is_written(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        string[] emptied = ["cluster.name", "promoter.contact", "indicators.output", "organisation.work"];
        await portal.Save(entry.Id, "promoter", [.. (await portal.Stored(entry.Id)).Answers.Where(a => emptied.Contains(a.Field)).Select(a => new Wish(new Place(a.Field), "", a.Version))]);
        var before = (await portal.Stored(entry.Id)).Print();

        var outcome = await portal.Submit(entry.Id, Guid.NewGuid());

        Assert.Equal(emptied, outcome.Refusal!.Select(f => f.Field));
        Assert.All(outcome.Refusal!, f => Assert.Equal(Severity.Error, f.Severity));
        Assert.Equal(before, (await portal.Stored(entry.Id)).Print());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_warning_without_explanation_needs_a_word_that_it_stays_so(string kind)
    {
        var portal = await portals.Of(kind);
        var (entry, explained) = (await portal.BeginFilled(), await portal.BeginFilled());
        foreach (var e in new[] { entry, explained })
            await Warn(portal, e);
        await portal.Save(explained.Id, "colleague", new Wish(new Place("indicators.output", "approximate"), "统计口径", 0));

        Assert.Equal("unexplained", Assert.Single((await portal.Submit(entry.Id, Guid.NewGuid(), keepUnexplained: false)).Refusal!).Code);
        Assert.False((await portal.Submit(entry.Id, Guid.NewGuid(), keepUnexplained: true)).Refused);
        var submission = (await portal.Submit(explained.Id, Guid.NewGuid(), keepUnexplained: false)).Value!;

        var content = JsonNode.Parse(submission.Content)!;
        var explanation = Assert.Single(content["explanations"]!.AsArray())!;
        Assert.Equal(("indicators.output", "approximate", "统计口径"), ((string)explanation["field"]!, (string)explanation["code"]!, (string)explanation["text"]!));
        Assert.Contains(content["findings"]!.AsArray(), f => (string)f!["code"]! == "approximate");
    }

    /// <summary>Leaves one warning.</summary>
    static async Task Warn(TestPortal portal, Entry entry)
    {
        var output = (await portal.Stored(entry.Id)).Answers.Single(a => a.Field == "indicators.output");
        Assert.Empty((await portal.Save(entry.Id, "promoter", new Wish(new Place(output.Field), $"约{output.Written}亿元", output.Version))).Value!.Conflicts);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_frozen_is_canonical_and_bears_personal_values_as_commitments_only(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled(seed: 5);
        var answers = TestEntries.Answers(5);
        var submission = (await portal.Submit(entry.Id, Guid.NewGuid())).Value!;

        await using var db = portal.Database.Open();
        var stored = await db.Submissions.AsNoTracking().SingleAsync(s => s.Id == submission.Id);
        var content = JsonNode.Parse(stored.Content)!.AsObject();
        Assert.Equal(CanonicalJson.Of(content), stored.Content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(stored.Content)), stored.Digest);
        Assert.Equal((1, entry.Id.ToString(), portal.Promoter.Name), ((int)content["number"]!, (string)content["entry"]!, (string)content["organisation"]!["name"]!));

        var text = Encoding.UTF8.GetString(stored.Content) + string.Join('\n', (await db.Audit.ToListAsync()).Select(a => a.Detail));
        var personal = await db.PersonalValues.AsNoTracking().Where(p => p.SubmissionId == stored.Id).ToListAsync();
        Assert.Equal(TestEntries.Form.EntrantFields.Where(f => f.Personal).Select(f => f.Id).Order(StringComparer.Ordinal), personal.Select(p => p.Field).Order(StringComparer.Ordinal));
        Assert.All(personal, p =>
        {
            var value = PersonalValue.Read(portal.Database.Key, stored.Id, p.Field, p.Value);
            Assert.Equal(Commitment.Of(p.Salt, value), (string)content["personal"]![p.Field]!);
            Assert.DoesNotContain($"\"{value}\"", text, StringComparison.Ordinal);
            if (value.Length > 3)
                Assert.DoesNotContain(value, text, StringComparison.Ordinal);
        });
        Assert.Equal(personal.Count, personal.Select(p => Convert.ToHexString(p.Salt)).Distinct().Count());
        Assert.DoesNotContain("opinion.", text, StringComparison.Ordinal);

        var actor = await portal.Actor("promoter");
        await using var scope = portal.Scope();
        var read = (await scope.ServiceProvider.GetRequiredService<ReadSubmission>().Run(stored.Id, actor))!;
        foreach (var field in TestEntries.Form.EntrantFields)
            Assert.Equal((field.Id, Reading.Of(field, answers[field.Repeats ?? field.Id]).Value?.Written), (field.Id, read.Answers[field.Id]?.Written));
        var audit = Assert.Single(await db.Audit.Where(a => a.Subject == stored.Id).ToListAsync());
        Assert.Equal((AuditAction.Submitted, actor.AccountId, stored.Digest), (audit.Action, audit.AccountId!.Value, audit.Detail));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Numbers_come_back_as_they_were_frozen(string kind)
    {
        var portal = await portals.Of(kind);
        foreach (var number in (string[])["0.0000001", "1507.50", "123456789012345.678", "1000000000000000000000000", "0.1", "79228162514264337593543950335"])
        {
            var entry = await portal.BeginFilled();
            var output = (await portal.Stored(entry.Id)).Answers.Single(a => a.Field == "indicators.output");
            await portal.Save(entry.Id, "promoter", new Wish(new Place(output.Field), number, output.Version));
            if ((await portal.Submit(entry.Id, Guid.NewGuid())) is not { Refused: false, Value: var submission })
                continue;                                            // refused as implausible: nothing was frozen
            await using var scope = portal.Scope();
            var read = (await scope.ServiceProvider.GetRequiredService<ReadSubmission>().Run(submission.Id, await portal.Actor("promoter")))!;
            Assert.Equal(Reading.Of(TestEntries.Form["indicators.output"], number).Value, read.Answers["indicators.output"]);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_same_request_gives_the_same_submission_also_sixteen_times_at_once(string kind)
    {
        var portal = await portals.Of(kind);
        for (var round = 0; round < 4; round++)                       // what is between two statements is not met every time
        {
            var entry = await portal.BeginFilled();
            var request = Guid.NewGuid();

            var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => portal.Submit(entry.Id, request))));

            Assert.All(outcomes, o => Assert.Null(o.Refusal));
            var submission = Assert.Single((await portal.Stored(entry.Id)).Submissions);
            Assert.All(outcomes, o => Assert.Equal((submission.Id, submission.Digest), (o.Value!.Id, o.Value.Digest)));
            Assert.Equal(submission.Id, (await portal.Submit(entry.Id, request)).Value!.Id);
            Assert.Equal("submitted", (await portal.Submit(entry.Id, Guid.NewGuid())).Refusal![0].Code);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_request_of_another_entry_finds_nothing(string kind)
    {
        var portal = await portals.Of(kind);
        var (one, other) = (await portal.BeginFilled(), await portal.BeginFilled());
        var request = Guid.NewGuid();
        await portal.Submit(one.Id, request);

        Assert.Equal("missing", (await portal.Submit(other.Id, request)).Refusal![0].Code);
        Assert.Equal("missing", (await portal.Submit(one.Id, request, by: "other")).Refusal![0].Code);
        Assert.Equal("missing", (await portal.Submit(one.Id, Guid.NewGuid(), by: "other")).Refusal![0].Code);
        Assert.Empty((await portal.Stored(other.Id)).Submissions);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_colleagues_change_is_in_the_submission_or_refused(string kind)
    {
        var portal = await portals.Of(kind);
        var (colleague, place) = (await portal.Actor("colleague"), new Place("cluster.name"));
        for (var round = 0; round < 6; round++)
        {
            var entry = await portal.BeginFilled();
            var version = (await portal.Stored(entry.Id)).Answers.Single(a => a.Field == place.Field).Version;
            var acknowledged = TestEntries.Answers()[place.Field];
            var saving = Task.Run(async () =>
            {
                for (var i = 1; ; i++)
                {
                    var saved = await portal.Save(entry.Id, colleague, new Wish(place, $"集群{i}", version));
                    if (saved.Refused)
                        return saved.Refusal[0].Code;
                    (version, acknowledged) = (saved.Value.Draft[place].Version, $"集群{i}");
                }
            });
            await Task.Delay(10 * round);
            while ((await portal.Submit(entry.Id, Guid.NewGuid())) is { Refused: true } busy)
                Assert.Equal("busy", busy.Refusal[0].Code);

            Assert.Equal("submitted", await saving);
            var stored = await portal.Stored(entry.Id);
            stored.Replays();
            Assert.Equal(acknowledged, stored.Text(place.Field));
            Assert.Equal(acknowledged, (string)JsonNode.Parse(Assert.Single(stored.Submissions).Content)!["answers"]![place.Field]!);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task After_the_submission_nothing_changes_any_more(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        var request = Guid.NewGuid();
        using var browser = await portal.Browser("promoter");
        using var colleague = await portal.Browser("colleague");
        await browser.Get($"/entries/{entry.Id}");
        await portal.Submit(entry.Id, request);
        var before = (await portal.Stored(entry.Id)).Print();

        var (status, body) = await browser.Json($"/entries/{entry.Id}/answers", new { changes = new[] { new { field = "cluster.name", code = "", text = "x", version = 1 } } });
        Assert.Equal((422, "submitted"), ((int)status, (string)body!["code"]!));
        (status, body) = await browser.Json($"/entries/{entry.Id}/answers", new { changes = new[] { new { field = "indicators.output", code = "approximate", text = "x", version = 0 } } });
        Assert.Equal((422, "submitted"), ((int)status, (string)body!["code"]!));
        await browser.Get("/");
        Assert.Equal(422, (int)(await browser.Post($"/entries/{entry.Id}", ("a:cluster.name:", "x"), ("v:cluster.name:", "1"))).Status);
        await colleague.Get("/");
        Assert.Equal(422, (int)(await colleague.Post($"/entries/{entry.Id}/history", ("field", "cluster.name"), ("number", "1"))).Status);
        await colleague.Get("/");
        Assert.Equal(422, (int)(await colleague.Post($"/entries/{entry.Id}/submit", ("request", $"{Guid.NewGuid()}"), ("a:indicators.output:approximate", "x"), ("v:indicators.output:approximate", "0"))).Status);
        await colleague.Get("/");
        Assert.StartsWith("/submissions/", (await colleague.Post("/entries", ("round", $"{entry.RoundId}"))).Path, StringComparison.Ordinal);

        Assert.Equal(before, (await portal.Stored(entry.Id)).Print());
        await browser.Get("/");
        var again = await browser.Post($"/entries/{entry.Id}/submit", ("request", $"{request}"));
        Assert.StartsWith("/submissions/", again.Path, StringComparison.Ordinal);
        await browser.Get("/");
        again = await browser.Post($"/entries/{entry.Id}/submit", ("a:cluster.name:", "x"), ("v:cluster.name:", "1"), ("request", $"{request}"));
        Assert.StartsWith("/submissions/", again.Path, StringComparison.Ordinal);
        Assert.Equal(before, (await portal.Stored(entry.Id)).Print());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_whole_form_is_saved_and_submitted_in_one_request_that_may_be_repeated(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}");
        (string, string)[] form = [.. TestEntries.Answers().Select(a => ($"a:{a.Key}:", a.Value)), ("keepUnexplained", "on"), ("request", $"{Guid.NewGuid()}")];

        var first = await browser.Post($"/entries/{entry.Id}/submit", form);
        await browser.Get("/");
        var second = await browser.Post($"/entries/{entry.Id}/submit", form);

        Assert.Equal($"/submissions/{Assert.Single((await portal.Stored(entry.Id)).Submissions).Id}", first.Path);
        Assert.Equal(first.Path, second.Path);
    }
}
