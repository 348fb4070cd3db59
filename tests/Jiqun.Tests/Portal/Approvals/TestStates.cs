using System.Net;
using System.Text.Json;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Evidence;
using Jiqun.Tests.Portal.Api;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Approvals;

/// <summary>An entry that was brought into a state, with the ids of what hangs on it; null where there is none.</summary>
/// <param name="State">One of <see cref="TestStates.All"/>.</param>
/// <param name="Opinion">A sealed one.</param>
/// <param name="Point">One that is open.</param>
sealed record EntryIn(string State, Guid Entry, Guid Round, Guid Evidence, Guid? Submission = null, Guid? Opinion = null, Guid? Recommendation = null, Guid? Point = null)
{
    /// <summary>The id that a route's pattern asks for.</summary>
    public Guid? For(string pattern) =>
        pattern.Contains("/submissions/{", StringComparison.Ordinal) ? Submission
        : pattern.Contains("/opinions/{", StringComparison.Ordinal) ? Opinion
        : pattern.Contains("/recommendations/{", StringComparison.Ordinal) ? Recommendation
        : pattern.Contains("/evidence/{", StringComparison.Ordinal) ? Evidence
        : pattern.Contains("/rounds/{", StringComparison.Ordinal) ? Round
        : pattern.Contains("/entries/{", StringComparison.Ordinal) ? Entry
        : null;
}

static class TestStates
{
    /// <summary>new: never submitted. returned: a draft again. The others as the form's way has them.</summary>
    public static readonly string[] All = ["new", "submitted", "sealed", "recommended", "accepted", "rejected", "withdrawn", "returned"];

    public const string TwoCities = "湖南省株洲市、长沙市";

    extension(TestPortal portal)
    {
        /// <summary>An entry in a round of its own, in this state. While it is submitted its offices have begun to write.</summary>
        /// <param name="area">With 长沙 the neighbours must be there.</param>
        /// <param name="by">Of the promotion organisation whose entry it is.</param>
        public async Task<EntryIn> In(string state, string area = TwoCities, string by = "promoter")
        {
            var entry = await portal.Begin(by);
            var answers = TestEntries.Answers();
            answers["cluster.area"] = area;
            Assert.Empty((await portal.Save(entry.Id, by, state is "new" ? [new Wish(new Place("cluster.name"), "x", 0)] : answers.AsWishes())).Value!.Refused);
            using var content = new MemoryStream(Evidence.Files.Jpeg());
            var owner = await portal.Actor(by);
            var evidence = (await portal.Run<AttachEvidence, Core.Outcome<EvidenceFile>>(a => a.Run(entry.Id, "", "a.jpg", content, isOrigin: false, owner, default))).Value!.Id;
            var made = new EntryIn(state, entry.Id, entry.RoundId, evidence);
            if (state is "new")
                return made;
            portal.Clock.Time += TimeSpan.FromMinutes(1);
            Assert.False((await portal.Submit(entry.Id, Guid.NewGuid(), by: by)).Refused);
            portal.Clock.Time += TimeSpan.FromMinutes(1);
            made = made with { Submission = await portal.Current(entry.Id) };
            string[] cities = area.Contains("长沙", StringComparison.Ordinal) ? ["city", "changsha"] : ["city"];
            if (state is "submitted")
            {
                foreach (var city in cities)
                    Assert.False((await portal.With((give, actor) => give.Write(made.Submission!.Value, "同意推荐。", "2021-06-01", 0, actor), city)).Refused);
                return made;
            }
            foreach (var city in cities)
                Assert.Equal("", (await portal.Seal(entry.Id, city)).Codes());
            if (state is "recommended" or "accepted" or "rejected")
                made = made with { Recommendation = (await portal.Recommend("province", null, entry.Id)).Value!.Id };
            var taken = state switch
            {
                "accepted" => await portal.Step(entry.Id, "accept", "ministry"),
                "rejected" => await portal.Step(entry.Id, "reject", "ministry", "材料不全"),
                "withdrawn" => await portal.Step(entry.Id, "withdraw", by, "合并申报"),
                "returned" => await portal.Step(entry.Id, "return", "province", "", new WantedPoint("indicators.output", "请核对")),
                _ => null,
            };
            Assert.False(taken?.Refused ?? false);
            Assert.Equal(state is "returned" ? "draft" : state, await portal.Status(entry.Id));
            await using var db = portal.Database.Open();
            return made with
            {
                Opinion = await db.Opinions.Where(o => o.SubmissionId == made.Submission && o.StepId != null).OrderBy(o => o.Id).Select(o => o.Id).FirstAsync(),
                Point = await db.ReturnPoints.Where(p => p.EntryId == entry.Id).Select(p => (Guid?)p.Id).FirstOrDefaultAsync(),
            };
        }

        /// <summary>Every row of an entry that counts, to compare before and after: all but what is still being written and what was only looked at.</summary>
        public async Task<string> Record(Guid entry)
        {
            await using var db = portal.Database.Open();
            var submissions = await db.Submissions.AsNoTracking().Where(s => s.EntryId == entry).OrderBy(s => s.Number).ToListAsync();
            var ids = submissions.ConvertAll(s => s.Id);
            var steps = await db.EntrySteps.AsNoTracking().Where(s => s.EntryId == entry).OrderBy(s => s.Number).ToListAsync();
            var taken = steps.ConvertAll(s => s.Id);
            object[] rows =
            [
                await db.Entries.AsNoTracking().SingleAsync(e => e.Id == entry),
                .. await db.Answers.AsNoTracking().Where(a => a.EntryId == entry).OrderBy(a => a.Field).ThenBy(a => a.Code).ToListAsync(),
                .. await db.Changes.AsNoTracking().Where(c => c.EntryId == entry).OrderBy(c => c.Number).ToListAsync(),
                .. await db.Evidence.AsNoTracking().Where(f => f.EntryId == entry).OrderBy(f => f.Id).ToListAsync(),
                .. submissions,
                .. await db.PersonalValues.AsNoTracking().Where(p => ids.Contains(p.SubmissionId)).OrderBy(p => p.SubmissionId).ThenBy(p => p.Field).ToListAsync(),
                .. await db.SubmissionPlaces.AsNoTracking().Where(p => p.EntryId == entry).OrderBy(p => p.Number).ThenBy(p => p.Code).ToListAsync(),
                .. steps,
                .. await db.ReturnPoints.AsNoTracking().Where(p => p.EntryId == entry).OrderBy(p => p.Id).ToListAsync(),
                .. await db.Opinions.AsNoTracking().Where(o => ids.Contains(o.SubmissionId) && o.StepId != null).OrderBy(o => o.Id).ToListAsync(),
                .. await db.RecommendedEntries.AsNoTracking().Where(r => taken.Contains(r.StepId)).OrderBy(r => r.RecommendationId).ThenBy(r => r.Rank).ToListAsync(),
            ];
            return string.Join('\n', rows.Select(r => $"{r.GetType().Name} {JsonSerializer.Serialize(r, r.GetType())}"));
        }
    }
}

/// <summary>A person at the portal, signed in once, with a browser and a program.</summary>
sealed class Visitor(string name, TestBrowser browser, TestProgram program) : IDisposable
{
    /// <summary>Whoever there can be: of the entry's promotion organisation and others, its offices and others, and those who have nothing to do with entries.</summary>
    public static readonly string[] Everybody =
        ["promoter", "colleague", "other", "third", "city", "changsha", "guangzhou", "province", "guangdong", "ministry", "expert", "system", "security", "audit"];

    public string Name => name;

    public HttpClient Http => browser.Http;

    /// <summary>Goes with each form; the same as long as one stays signed in.</summary>
    public string Token { get; } = browser.Token;

    public TestProgram Program => program;

    /// <summary>Everybody, at a portal with neighbours.</summary>
    public static async Task<IReadOnlyList<Visitor>> All(TestPortal portal)
    {
        await portal.AddNeighbours();
        List<Visitor> all = [];
        foreach (var name in Everybody)
            all.Add(await Of(portal, name));
        return all;
    }

    public static async Task<Visitor> Of(TestPortal portal, string name) => new(name, await portal.Browser(name), await portal.Program(name));

    public async Task<(HttpStatusCode Status, string Text)> Send(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("RequestVerificationToken", Token);
        using var answer = await Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a form.</summary>
    public async Task<(HttpStatusCode Status, string Text)> Post(string path, params (string Name, string Value)[] inputs)
    {
        using var form = new FormUrlEncodedContent(inputs.Append(("__RequestVerificationToken", Token)).Select(i => KeyValuePair.Create(i.Item1, i.Item2)));
        return await Send(HttpMethod.Post, path, form);
    }

    /// <summary>Sends JSON as a program, against this version of what is to be changed.</summary>
    public async Task<(HttpStatusCode Status, string Text)> Call(HttpMethod method, string path, string? json = null, string? match = null)
    {
        using var content = json is null ? null : new StringContent(json, null, "application/json");
        var answer = await program.Send(method, path, content, ("If-Match", match), ("Idempotency-Key", method == HttpMethod.Post ? $"{Guid.NewGuid()}" : null));
        return (answer.Status, answer.Text);
    }

    public void Dispose()
    {
        browser.Dispose();
        program.Dispose();
    }
}
