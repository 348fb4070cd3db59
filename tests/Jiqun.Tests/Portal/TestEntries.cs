using System.Collections.Concurrent;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Rounds;
using Jiqun.Samples;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

/// <summary>One portal of each kind for a whole class of tests: each begins entries of its own.</summary>
public sealed class SharedPortals : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Lazy<Task<TestPortal>>> portals = new();

    public Task<TestPortal> Of(string kind) => portals.GetOrAdd(kind, k => new Lazy<Task<TestPortal>>(() => TestPortal.Of(k))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var portal in portals.Values)
            await (await portal.Value).DisposeAsync();
    }
}

/// <summary>Entries of a test portal, worked on as requests would, without HTTP.</summary>
static class TestEntries
{
    public static FormLibrary Forms => FormLibrary.Builtin;

    public static Form Form => Forms.Default;

    /// <summary>Answers that nothing is wrong with: all fields that people fill in.</summary>
    public static Dictionary<string, string> Answers(int seed = 1)
    {
        var made = SampleAnswers.Of(Form, seed, complete: true);
        return Form.EntrantFields.Where(f => f.Repeats is null).ToDictionary(f => f.Id, f => made[f.Id]);
    }

    public static Wish[] AsWishes(this Dictionary<string, string> answers, int version = 0) => [.. answers.Select(a => new Wish(new Place(a.Key), a.Value, version))];

    extension(TestPortal portal)
    {
        /// <summary>An entry of the promotion organisation in a round of its own.</summary>
        public async Task<Entry> Begin(string by = "promoter")
        {
            var round = new Round
            {
                Id = Guid.NewGuid(),
                Name = "测试批次",
                FormId = Form.Id,
                FormDigest = Form.Digest,
                BaseYear = Form.BaseYear,
                OpensAt = portal.Round.OpensAt,
                ClosesAt = portal.Round.ClosesAt,
                CreatedAt = portal.Round.CreatedAt,
            };
            await using (var db = portal.Database.Open())
            {
                db.Add(round);
                await db.SaveChangesAsync();
            }
            await using var scope = portal.Scope();
            return (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(round.Id, await portal.Actor(by))).Value!;
        }

        /// <summary>An entry that could be submitted.</summary>
        public async Task<Entry> BeginFilled(int seed = 1)
        {
            var entry = await portal.Begin();
            var saved = await portal.Save(entry.Id, "promoter", Answers(seed).AsWishes());
            Assert.Empty(saved.Value!.Refused);
            return entry;
        }

        public async Task<Outcome<Saved>> Save(Guid entry, string by, params Wish[] wishes) => await portal.Save(entry, await portal.Actor(by), wishes);

        public async Task<Outcome<Saved>> Save(Guid entry, Actor by, params Wish[] wishes)
        {
            await using var scope = portal.Scope();
            return await scope.ServiceProvider.GetRequiredService<SaveAnswers>().Run(entry, wishes, by);
        }

        public async Task<Outcome<Submission>> Submit(Guid entry, Guid request, bool keepUnexplained = true, string by = "promoter")
        {
            var actor = await portal.Actor(by);
            await using var scope = portal.Scope();
            return await scope.ServiceProvider.GetRequiredService<SubmitEntry>().Run(entry, request, keepUnexplained, actor);
        }

        /// <summary>What the database holds of an entry, read anew, personal values deciphered.</summary>
        public async Task<Stored> Stored(Guid entry)
        {
            await using var db = portal.Database.Open();
            return new Stored(
                await db.Entries.AsNoTracking().SingleAsync(e => e.Id == entry),
                [.. (await db.Answers.AsNoTracking().Where(a => a.EntryId == entry).OrderBy(a => a.Version).ToListAsync())
                    .Select(a => new Answer { EntryId = entry, Field = a.Field, Code = a.Code, Written = Read(a.Field, a.Written), Version = a.Version })],
                [.. (await db.Changes.AsNoTracking().Where(c => c.EntryId == entry).OrderBy(c => c.Number).ToListAsync())
                    .Select(c => new Change { EntryId = entry, Number = c.Number, Field = c.Field, Code = c.Code, Before = Read(c.Field, c.Before), After = Read(c.Field, c.After), At = c.At, AccountId = c.AccountId, Digest = c.Digest })],
                await db.Submissions.AsNoTracking().Where(s => s.EntryId == entry).ToListAsync());

            string Read(string field, string stored) => StoredAnswer.Read(portal.Database.Key, entry, field, stored);
        }
    }
}

/// <summary>The rows of one entry.</summary>
sealed record Stored(Entry Entry, IReadOnlyList<Answer> Answers, IReadOnlyList<Change> Changes, IReadOnlyList<Submission> Submissions)
{
    public string Text(string field, string code = "") => Answers.SingleOrDefault(a => a.Field == field && a.Code == code)?.Written ?? "";

    /// <summary>Asserts that the changes, one after the other, give the answers, and are numbered without a gap.</summary>
    /// <param name="attached">Files that were attached or put away: each takes a number, too.</param>
    public void Replays(int attached = 0)
    {
        Dictionary<Place, Standing> replayed = [];
        foreach (var (change, i) in Changes.Select((c, i) => (c, i + 1)))
        {
            var number = attached > 0 ? change.Number : i;
            var place = new Place(change.Field, change.Code);
            Assert.Equal((number, replayed.GetValueOrDefault(place, new Standing("", 0)).Text), (change.Number, change.Before));
            Assert.NotEqual(change.Before, change.After);
            replayed[place] = new Standing(change.After, number);
        }
        Assert.Equal(Changes.Count + attached + Submissions.Count, Entry.Revision);        // a step takes a number, too
        Assert.Equal(replayed.OrderBy(r => r.Value.Version), Answers.Select(a => KeyValuePair.Create(new Place(a.Field, a.Code), new Standing(a.Written, a.Version))));
    }

    /// <summary>Everything, to compare before and after.</summary>
    public string Print() => string.Join('\n', [
        $"{Entry.State} {Entry.Revision}",
        .. Answers.Select(a => $"{a.Field}:{a.Code} {a.Version} {a.Written}"),
        .. Changes.Select(c => $"{c.Number} {c.Field}:{c.Code} {c.Before} {c.After} {c.At:O} {c.AccountId}"),
        .. Submissions.Select(s => $"{s.Id} {s.Digest} {Convert.ToHexString(s.Content)}")]);
}
