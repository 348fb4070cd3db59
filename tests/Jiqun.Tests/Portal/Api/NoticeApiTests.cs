using System.Net;
using Jiqun.Portal.Entries;

namespace Jiqun.Tests.Portal.Api;

public sealed class NoticeApiTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_program_reads_what_waits_and_what_changed_and_marks_it_read(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(new Place("cluster.name"), "x", 0));
        using var colleague = await portal.Program("colleague");

        var told = (await colleague.Get("/api/notices")).Json;

        Assert.Contains(told["waiting"]!.AsArray(), w => (string?)w!["address"] == $"/entries/{entry.Id}");
        var edits = told["edits"]!.AsArray().Single()!;
        Assert.Equal(($"{entry.Id}", 1, 1), ((string?)edits["entry"], (int)edits["fields"]!, (int)edits["upTo"]!));
        var notice = told["notices"]!.AsArray().Single()!;
        Assert.Equal(("EntryBegun", true), ((string?)notice["kind"], (bool)notice["isNew"]!));

        foreach (var key in new[] { null, "a", "a" })
        {
            var marked = await colleague.Post("/api/notices", new { upTo = (long)told["newest"]!, edits = new Dictionary<string, int> { [$"{entry.Id}"] = 1 } }, key);
            Assert.Equal((key, HttpStatusCode.NoContent), (key, marked.Status));
        }
        var after = (await colleague.Get("/api/notices")).Json;
        Assert.Empty(after["edits"]!.AsArray());
        Assert.False((bool)after["notices"]![0]!["isNew"]!);
    }
}
