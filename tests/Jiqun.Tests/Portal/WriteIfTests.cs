using Jiqun.Portal.Entries;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal;

/// <summary>The one way in which answers and submissions get into the database.</summary>
public sealed class WriteIfTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static Task<bool> Write(TestPortal portal, Guid entry, Guid account, int revision = 0, bool twice = false) => portal.Database.WriteIf(
        new Statement("UPDATE entry SET revision = $3 WHERE id = $1 AND revision = $2", entry, revision, revision + 1),
        new Insertion(new Into("answer", ["entry_id", "field", "code", "written", "version"]), [[entry, $"f{revision}", "", "x", revision + 1]]),
        new Insertion(new Into("change", ["entry_id", "number", "field", "code", "before", "after", "at", "account_id", "digest"]),
            [.. Enumerable.Repeat(new object[] { entry, revision + 1, $"f{revision}", "", "", "x", portal.Clock.GetUtcNow().UtcDateTime, account, new byte[32] }, twice ? 2 : 1)]));

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task One_write_that_fails_takes_nothing_of_the_others_with_it_and_leaves_nothing_behind(string kind)
    {
        var portal = await portals.Of(kind);
        var account = (await portal.Actor("promoter")).AccountId;
        List<Entry> entries = [];
        for (var i = 0; i < 8; i++)
            entries.Add(await portal.Begin());
        var wrong = entries[3];

        var written = await Task.WhenAll(entries.Select(e => Record(Write(portal, e.Id, account, twice: e == wrong))));       // two changes of one number

        Assert.IsAssignableFrom<System.Data.Common.DbException>(written[3].Failure);
        Assert.All(written.Where((_, i) => i != 3), w => Assert.True(w.Written));
        foreach (var entry in entries)
        {
            var stored = await portal.Stored(entry.Id);
            stored.Replays();
            Assert.Equal(entry == wrong ? 0 : 1, stored.Changes.Count);
        }
        Assert.True(await Write(portal, wrong.Id, account));
    }

    static async Task<(bool Written, Exception? Failure)> Record(Task<bool> writing)
    {
        try
        {
            return (await writing, null);
        }
        catch (Exception failure)
        {
            return (false, failure);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_many_that_want_the_same_row_one_gets_it(string kind)
    {
        var portal = await portals.Of(kind);
        var (entry, account) = (await portal.Begin(), (await portal.Actor("promoter")).AccountId);
        for (var revision = 0; revision < 4; revision++)
            Assert.Single(await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Write(portal, entry.Id, account, revision)))), w => w);
        (await portal.Stored(entry.Id)).Replays();
        Assert.False(await Write(portal, Guid.NewGuid(), account));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Another_connection_sees_what_was_acknowledged_at_once(string kind)
    {
        var portal = await portals.Of(kind);
        var (entry, account) = (await portal.Begin(), (await portal.Actor("promoter")).AccountId);
        for (var revision = 0; revision < 20; revision++)
        {
            Assert.True(await Write(portal, entry.Id, account, revision));
            await using var db = portal.Database.Open();
            Assert.Equal(revision + 1, (await db.Entries.AsNoTracking().SingleAsync(e => e.Id == entry.Id)).Revision);
        }
    }
}
