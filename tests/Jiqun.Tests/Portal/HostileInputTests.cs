using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Entries;
using Jiqun.Tests.Documents;

namespace Jiqun.Tests.Portal;

/// <summary>Texts that a careless page would run, or a database could not hold: kept or refused with a message, and shown as text.</summary>
public sealed class HostileInputTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static readonly Field[] Fields = [.. TestEntries.Form.EntrantFields.Where(f => f.Repeats is null)];

    static readonly string[] More = ["\"onfocus=alert(1) autofocus x=\"", "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "<svg/onload=alert(1)>", "{{constructor.constructor('alert(1)')()}}", "'\"><base href=//evil>", "\u2028alert(1)", "\0\0", " ", "\uFEFF"];

    static IEnumerable<string> Texts => More.Concat(Enumerable.Range(0, HostileTexts.Count).Select(HostileTexts.Of));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Whatever_is_typed_is_kept_or_refused_and_never_runs(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        string[] texts = [.. Texts];
        Dictionary<string, int> versions = [];
        for (var first = 0; first < texts.Length; first += 6)                    // every text into many fields, every field with many texts
        {
            await browser.Get($"/entries/{entry.Id}");
            var changes = Fields.Select((f, i) => new { field = f.Id, code = "", text = texts[(first + i) % texts.Length], version = versions.GetValueOrDefault(f.Id) }).ToList();
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/entries/{entry.Id}/answers") { Content = JsonContent.Create(new { changes }) };
            request.Headers.Add("RequestVerificationToken", browser.Token);
            using var answer = await browser.Http.SendAsync(request);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Empty(body["conflicts"]!.AsArray());
            Assert.Empty(body["refused"]!.AsArray());
            foreach (var place in body["places"]!.AsArray())
                versions[(string)place!["field"]!] = (int)place["version"]!;

            foreach (var path in (string[])[$"/entries/{entry.Id}", $"/entries/{entry.Id}/history", $"/entries/{entry.Id}/submit", "/"])
            {
                var page = await browser.Get(path);
                Assert.Equal((path, HttpStatusCode.OK), (path, page.Status));
                Assert.Empty(SafetyTests.Inline(page.Document));
                Assert.Single(page.Document.Scripts);
            }
            var shown = (await browser.Get($"/entries/{entry.Id}")).Document;
            var stored = await portal.Stored(entry.Id);
            foreach (var field in Fields)
            {
                var input = shown.GetElementById($"f-{field.Id}")!;
                var value = input is AngleSharp.Html.Dom.IHtmlTextAreaElement area ? area.Value : ((AngleSharp.Html.Dom.IHtmlInputElement)input).GetAttribute("value");
                Assert.Equal((field.Id, stored.Text(field.Id)), (field.Id, value!.ReplaceLineEndings("\n")));
            }
            foreach (var file in first % 12 == 0 ? (string[])["docx", "json", "pdf"] : ["docx", "json"])
            {
                using var download = await browser.Http.GetAsync(new Uri($"/entries/{entry.Id}/draft.{file}", UriKind.Relative));
                Assert.Equal((first, file, HttpStatusCode.OK), (first, file, download.StatusCode));
            }
            using var all = await browser.Http.GetAsync(new Uri($"/entries/{entry.Id}/changes?after=0", UriKind.Relative));
            Assert.Equal(versions.Count(v => v.Value > 0), JsonDocument.Parse(await all.Content.ReadAsStringAsync()).RootElement.GetProperty("places").GetArrayLength());
        }
        (await portal.Stored(entry.Id)).Replays();
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Control_characters_half_surrogates_and_foreign_directions_are_kept_as_far_as_can_be(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        var place = new Place("cluster.name");
        var version = 0;
        foreach (var (typed, kept) in new[] { ("a\0b", "a\uFFFDb"), ("a\uD800b", "a\uFFFDb "), ("\uDC00", "\uFFFD"), ("a\u0001\u001Fb", "a\u0001\u001Fb"), ("שלום", "שלום"), ("a\u202Eb", "a\u202Eb"), ("𠮷", "𠮷"), (" x\r\n", "x") })
        {
            var saved = (await portal.Save(entry.Id, "promoter", new Wish(place, typed, version))).Value!;
            Assert.Equal(kept.Trim(), saved.Draft[place].Text);
            Assert.Equal(kept.Trim(), (await portal.Stored(entry.Id)).Text(place.Field));
            version = saved.Draft[place].Version;
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_name_of_a_hundred_thousand_characters_is_refused_and_a_narrative_of_as_many_kept(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}");
        var (name, narrative) = (new string('名', 100_000), new string('文', 100_000));

        var (status, body) = await browser.Json($"/entries/{entry.Id}/answers", new { changes = new[] { new { field = "cluster.name", text = name, version = 0 }, new { field = "overview.narrative", text = narrative, version = 0 } } });
        Assert.Equal(HttpStatusCode.OK, status);
        var refused = Assert.Single(body!["refused"]!.AsArray())!;
        Assert.Equal(("cluster.name", "too-large"), ((string)refused["field"]!, (string)refused["why"]!["code"]!));
        Assert.Contains("100000", (string)refused["why"]!["message"]!, StringComparison.Ordinal);
        var stored = await portal.Stored(entry.Id);
        Assert.Equal(narrative, Assert.Single(stored.Answers).Written);

        var page = await browser.Get($"/entries/{entry.Id}");
        page = await browser.Post($"/entries/{entry.Id}", ("a:cluster.name:", name), ("v:cluster.name:", "0"), ("a:overview.narrative:", narrative + "长"), ("v:overview.narrative:", "1"), ("a:indicators.output:", "1507"), ("v:indicators.output:", "0"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(["#f-cluster.name", "#f-overview.narrative"], page.Document.QuerySelectorAll(".alert-warning li a").Select(a => a.GetAttribute("href")));
        Assert.Equal(name, page.Document.GetElementById("f-cluster.name")!.GetAttribute("value"));
        Assert.Equal(2, (await portal.Stored(entry.Id)).Changes.Count);
        foreach (var file in (string[])["docx", "json"])
        {
            using var download = await browser.Http.GetAsync(new Uri($"/entries/{entry.Id}/draft.{file}", UriKind.Relative));
            Assert.Equal((file, HttpStatusCode.OK), (file, download.StatusCode));
        }
        Assert.Equal(HttpStatusCode.OK, (await browser.Get($"/entries/{entry.Id}/history")).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_conflict_in_a_whole_form_shows_both_texts_and_saving_again_replaces(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}");
        await portal.Save(entry.Id, "colleague", new Wish(new Place("cluster.name"), "<b>他们的</b>", 0));

        var page = await browser.Post($"/entries/{entry.Id}", ("a:cluster.name:", "<i>我的</i>"), ("v:cluster.name:", "0"));
        Assert.Equal("<i>我的</i>", page.Document.GetElementById("f-cluster.name")!.GetAttribute("value"));
        var conflict = page.Document.QuerySelector("[data-place='cluster.name:'] [data-conflict]")!;
        Assert.Contains("<b>他们的</b>", conflict.TextContent, StringComparison.Ordinal);
        Assert.Contains("colleague 王", conflict.TextContent, StringComparison.Ordinal);
        Assert.Equal("<b>他们的</b>", (await portal.Stored(entry.Id)).Text("cluster.name"));

        page = await browser.Post($"/entries/{entry.Id}", ("a:cluster.name:", "<i>我的</i>"), ("v:cluster.name:", page.Document.QuerySelector("[name='v:cluster.name:']")!.GetAttribute("value")!));
        Assert.EndsWith("saved=1", page.Path, StringComparison.Ordinal);
        Assert.Equal("<i>我的</i>", (await portal.Stored(entry.Id)).Text("cluster.name"));
    }
}
