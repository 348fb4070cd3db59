using System.Net;
using Jiqun.Portal.Approvals;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Approvals;

/// <summary>Ids that belong elsewhere, in addresses, queries and bodies: refused, in the words with which an id that nothing has is refused.</summary>
public sealed class SwappedIdTests
{
    [Fact]
    public async Task An_id_of_something_else_is_refused_like_one_that_nothing_has()
    {
        await using var portal = await TestPortal.Of("sqlite");
        await portal.AddNeighbours();
        List<Visitor> visitors = [];
        foreach (var name in (string[])["promoter", "other", "third", "city", "guangzhou", "province", "guangdong", "ministry"])
            visitors.Add(await Visitor.Of(portal, name));
        Visitor Who(string name) => visitors.Single(v => v.Name == name);

        const string one = "湖南省株洲市";
        var (submitted, otherSubmitted) = (await portal.In("submitted", one), await portal.In("submitted", one, "other"));
        var (sealed_, otherSealed) = (await portal.In("sealed", one), await portal.In("sealed", one, "other"));
        var (recommended, otherRecommended) = (await portal.In("recommended", one), await portal.In("recommended", one, "other"));
        var (returned, otherReturned) = (await portal.In("returned", one), await portal.In("returned", one, "other"));
        Guid draftOfCity;
        await using (var db = portal.Database.Open())
            draftOfCity = await db.Opinions.Where(o => o.SubmissionId == submitted.Submission && o.StepId == null).Select(o => o.Id).SingleAsync();
        EntryIn[] all = [submitted, otherSubmitted, sealed_, otherSealed, recommended, otherRecommended, returned, otherReturned];
        var before = await Records();

        // {0} is an id that is there, but not here; and then one that is nowhere
        (string Who, string Method, string Path, string? Body, Guid Id)[] asked =
        [
            // a submission of another entry, for a step of this one: of one that they see, and of one that they do not
            ("city", "POST", $"/entries/{submitted.Entry}/steps/return", "submission={0}&point:=x", otherSubmitted.Submission!.Value),
            ("other", "POST", $"/entries/{otherSubmitted.Entry}/steps/withdraw", "submission={0}&reason=x", submitted.Submission!.Value),
            ("city", "POST", $"/api/entries/{submitted.Entry}/steps", """{"step":"return","submission":"{0}","points":[{"reason":"x"}]}""", otherSubmitted.Submission.Value),
            ("other", "POST", $"/api/entries/{otherSubmitted.Entry}/steps", """{"step":"withdraw","submission":"{0}","reason":"x"}""", submitted.Submission.Value),
            // the step's own entry
            ("other", "POST", "/entries/{0}/steps/withdraw", $"submission={otherSubmitted.Submission}&reason=x", submitted.Entry),
            ("guangzhou", "GET", "/entries/{0}/steps/return", null, submitted.Entry),
            // several entries at once
            ("ministry", "POST", $"/rounds/{recommended.Round}/entries", $"step=accept&confirmed=1&chosen={recommended.Entry}:{{0}}", otherRecommended.Submission!.Value),
            ("ministry", "POST", $"/rounds/{recommended.Round}/entries", $"step=accept&chosen={recommended.Entry}:{{0}}", otherRecommended.Submission.Value),
            ("ministry", "POST", $"/rounds/{recommended.Round}/entries", $"step=accept&confirmed=1&chosen={{0}}:{otherRecommended.Submission}", otherRecommended.Entry),
            ("ministry", "POST", $"/rounds/{recommended.Round}/entries", $"step=accept&confirmed=1&chosen={recommended.Entry}:{recommended.Submission}&chosen={{0}}:{otherRecommended.Submission}", otherRecommended.Entry),
            ("guangdong", "POST", $"/rounds/{recommended.Round}/entries", $"step=back-to-city&confirmed=1&reason=x&chosen={{0}}:{recommended.Submission}", recommended.Entry),
            // recommendations
            ("province", "POST", $"/rounds/{sealed_.Round}/recommendation", $"chosen={sealed_.Entry}:{{0}}", otherSealed.Submission!.Value),
            ("province", "POST", $"/rounds/{sealed_.Round}/recommendation", $"confirmed=1&chosen={sealed_.Entry}:{{0}}", otherSealed.Submission.Value),
            ("province", "POST", $"/rounds/{sealed_.Round}/recommendation", $"confirmed=1&chosen={{0}}:{otherSealed.Submission}", otherSealed.Entry),
            ("province", "POST", $"/rounds/{sealed_.Round}/recommendation", $"confirmed=1&chosen={sealed_.Entry}:{sealed_.Submission}&chosen={{0}}:{otherSealed.Submission}", otherSealed.Entry),
            ("guangdong", "POST", $"/rounds/{sealed_.Round}/recommendation", $"confirmed=1&chosen={{0}}:{sealed_.Submission}", sealed_.Entry),
            ("province", "POST", $"/api/rounds/{sealed_.Round}/recommendation", $$"""{"entries":[{"entry":"{{sealed_.Entry}}","submission":"{0}"}]}""", otherSealed.Submission.Value),
            ("province", "POST", $"/api/rounds/{sealed_.Round}/recommendation", $$"""{"entries":[{"entry":"{0}","submission":"{{otherSealed.Submission}}"}]}""", otherSealed.Entry),
            ("guangdong", "POST", $"/api/rounds/{sealed_.Round}/recommendation", $$"""{"entries":[{"entry":"{0}","submission":"{{sealed_.Submission}}"}]}""", sealed_.Entry),
            ("province", "GET", $"/rounds/{sealed_.Round}/recommendation?entry={{0}}", null, otherSealed.Entry),
            ("guangdong", "GET", "/recommendations/{0}", null, recommended.Recommendation!.Value),
            ("city", "GET", "/api/recommendations/{0}/letter.pdf", null, recommended.Recommendation.Value),
            // points
            ("other", "POST", $"/entries/{otherReturned.Entry}/points", "{0}=x", returned.Point!.Value),
            ("promoter", "POST", $"/entries/{returned.Entry}/points", $"{returned.Point}=x&{{0}}=x", otherReturned.Point!.Value),
            ("other", "PUT", $"/api/entries/{otherReturned.Entry}/points/{{0}}", """{"text":"x"}""", returned.Point.Value),
            ("other", "PUT", $"/api/entries/{{0}}/points/{otherReturned.Point}", """{"text":"x"}""", returned.Entry),
            // opinions and their files
            ("third", "GET", "/opinions/{0}/file", null, sealed_.Opinion!.Value),
            ("other", "GET", "/api/opinions/{0}/file", null, sealed_.Opinion.Value),
            ("province", "GET", "/opinions/{0}/file", null, draftOfCity),
            ("guangzhou", "POST", "/submissions/{0}/opinion", "text=x&dated=2021-06-01", submitted.Submission.Value),
            ("guangzhou", "POST", "/submissions/{0}/seal/confirm", "compared=1", submitted.Submission.Value),
            ("guangzhou", "GET", "/api/submissions/{0}/opinion.pdf", null, submitted.Submission.Value),
            // an id of one kind for another
            ("city", "GET", "/submissions/{0}", null, submitted.Entry),
            ("city", "GET", "/entries/{0}", null, submitted.Submission.Value),
            ("ministry", "GET", "/rounds/{0}/terms", null, submitted.Entry),
            ("ministry", "GET", "/entries/{0}/extension", null, submitted.Submission.Value),
            ("province", "GET", "/recommendations/{0}", null, sealed_.Round),
            ("city", "GET", "/opinions/{0}/file", null, sealed_.Evidence),
            // evidence of another entry
            ("other", "GET", "/evidence/{0}", null, submitted.Evidence),
            ("other", "DELETE", "/api/evidence/{0}", null, returned.Evidence),
        ];
        List<string> wrong = [];
        foreach (var (who, method, path, body, id) in asked)
        {
            var there = await Ask(Who(who), method, path, body, id);
            var nowhere = await Ask(Who(who), method, path, body, Guid.NewGuid());
            if (there != nowhere)
                wrong.Add($"{who} {method} {path} {body}: {there.Status}, of nothing {nowhere.Status}");
            if (there.Status >= HttpStatusCode.InternalServerError)
                wrong.Add($"{who} {method} {path} {body}: {there.Status}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(before, await Records());
        foreach (var visitor in visitors)
            visitor.Dispose();

        async Task<string> Records()
        {
            List<string> records = [];
            foreach (var entry in all)
                records.Add(await portal.Record(entry.Entry));
            return string.Join('\n', records);
        }
    }

    static async Task<(HttpStatusCode Status, string Text)> Ask(Visitor who, string method, string path, string? body, Guid id)
    {
        (path, body) = (path.Replace("{0}", $"{id}", StringComparison.Ordinal), body?.Replace("{0}", $"{id}", StringComparison.Ordinal));
        var (status, text) = path.StartsWith("/api/", StringComparison.Ordinal) ? await who.Call(new HttpMethod(method), path, body, "\"0\"")
            : body is null ? await who.Send(new HttpMethod(method), path)
            : await who.Post(path, [("request", $"{Guid.NewGuid()}"), .. body.Split('&').Select(p => p.Split('=')).Select(p => (p[0], p[1]))]);
        return (status, string.Join('\n', text.Replace($"{id}", "ID", StringComparison.Ordinal).Split('\n').Where(l => !l.Contains("__RequestVerificationToken", StringComparison.Ordinal) && !l.Contains("traceId", StringComparison.Ordinal) && !l.Contains("name=\"request\"", StringComparison.Ordinal))));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_stranger_among_several_entries_keeps_the_step_from_all(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var (mine, elsewhere) = (await portal.In("recommended", "湖南省株洲市"), await portal.In("recommended", "湖南省株洲市"));
        using var ministry = await Visitor.Of(portal, "ministry");
        var (status, _) = await ministry.Post($"/rounds/{mine.Round}/entries", ("step", "accept"), ("confirmed", "yes"), ("chosen", $"{mine.Entry}:{mine.Submission}:{Guid.NewGuid()}"), ("chosen", $"{elsewhere.Entry}:{elsewhere.Submission}"));
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal(("recommended", "recommended"), (await portal.Status(mine.Entry), await portal.Status(elsewhere.Entry)));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Points_that_were_answered_with_a_submission_are_answered_for_good(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.In("returned", "湖南省株洲市");
        Assert.False((await portal.AnswerAndSubmit(entry.Entry)).Refused);
        await portal.Step(entry.Entry, "return", "city", "", new WantedPoint("", "再改"));
        using var promoter = await Visitor.Of(portal, "promoter");
        Assert.Equal(HttpStatusCode.NotFound, (await promoter.Call(HttpMethod.Put, $"/api/entries/{entry.Entry}/points/{entry.Point}", """{"text":"另一说法"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await promoter.Post($"/entries/{entry.Entry}/points", ($"{entry.Point}", "另一说法"))).Status);
        await using var db = portal.Database.Open();
        Assert.Equal("已修改。", (await db.ReturnPoints.SingleAsync(p => p.Id == entry.Point)).Answer);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_request_of_something_else_is_not_taken_for_this_one(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        const string one = "湖南省株洲市";
        var (first, second) = (await portal.In("submitted", one), await portal.In("submitted", one));
        var request = Guid.NewGuid();
        foreach (var (entry, codes) in new[] { (first, ""), (second, "busy") })
        {
            using var scan = new MemoryStream(Evidence.Files.Jpeg());
            var brought = await portal.With((give, actor) => give.Bring(entry.Submission!.Value, Guid.NewGuid(), "a.jpg", scan, actor, default), "city");
            Assert.Equal(codes, (await portal.With((give, actor) => give.Confirm(entry.Submission!.Value, request, brought.Value!.Version, actor), "city")).Codes());
        }
        Assert.Equal(("sealed", "submitted"), (await portal.Status(first.Entry), await portal.Status(second.Entry)));

        var (third, fourth) = (await portal.In("sealed", one), await portal.In("sealed", one));
        Assert.Equal("", (await portal.Recommend("province", request, third.Entry)).Codes());
        Assert.Equal("busy", (await portal.Recommend("province", request, fourth.Entry)).Codes());
        Assert.Equal("sealed", await portal.Status(fourth.Entry));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task One_request_for_two_entries_at_once_takes_one_step(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        for (var i = 0; i < 5; i++)
        {
            var (first, second) = (await portal.In("submitted", "湖南省株洲市"), await portal.In("submitted", "湖南省株洲市"));
            var request = Guid.NewGuid();
            var both = await Task.WhenAll(((EntryIn[])[first, second]).Select(e => portal.Step(e.Entry, new StepWish(request, "withdraw", e.Submission!.Value, "合并申报", []), "promoter")));
            Assert.Single(both, b => !b.Refused);
        }
    }
}
