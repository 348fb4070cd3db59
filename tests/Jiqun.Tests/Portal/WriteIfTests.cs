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

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_written_is_read_as_it_was(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        var random = new Random(7);
        string[] texts = ["", "x", "集群产值达1200亿元", "𠮷🙂", "'; --", new string('长', 5000)];
        for (var number = 1; number <= 200; number++)
        {
            var at = new DateTime(random.NextInt64(DateTime.UnixEpoch.Ticks, DateTime.UnixEpoch.AddYears(200).Ticks) / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);
            at = number % 4 == 0 ? at.Date : number % 4 == 1 ? at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond)) : at;              // few digits behind the second, and none
            var (text, account) = (texts[number % texts.Length], Guid.NewGuid());
            Assert.True(await portal.Database.WriteIf(
                new Statement("UPDATE entry SET revision = $2 WHERE id = $1", entry.Id, number),
                new Insertion(new Into("change", ["entry_id", "number", "field", "code", "before", "after", "at", "account_id", "digest"]), [[entry.Id, number, "f", "", "", text, at, account, new byte[32]]])));
            var read = await portal.Database.First(
                new Statement("SELECT entry_id, number, after, at, account_id, NULL, at IS NULL, at IS NOT NULL FROM change WHERE entry_id = $1 AND number = $2", entry.Id, number),
                row => Tuple.Create((row.GetGuid(0), row.GetInt32(1), row.GetInt64(1), row.GetString(2), row.GetUtc(3), row.GetGuid(4)), (row.IsNull(5), row.IsNull(4), row.GetBoolean(6), row.GetBoolean(7))));
            Assert.Equal(Tuple.Create((entry.Id, number, (long)number, text, at, account), (true, false, false, true)), read);
            Assert.Equal(DateTimeKind.Utc, read!.Item1.Item5.Kind);
            await using var db = portal.Database.Open();
            var stored = await db.Changes.AsNoTracking().SingleAsync(c => c.EntryId == entry.Id && c.Number == number);
            Assert.Equal((text, at, account), (stored.After, stored.At, stored.AccountId));
        }
        Assert.Null(await portal.Database.First(new Statement("SELECT number FROM change WHERE entry_id = $1", Guid.NewGuid()), row => $"{row.GetInt32(0)}"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => portal.Database.First(new Statement("SELECT nothing FROM change"), _ => ""));
    }
}
