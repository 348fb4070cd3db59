using System.Collections.Concurrent;
using System.Globalization;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Portal.Approvals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jiqun.Tests.Portal.Audit;

/// <summary>The chain, and what somebody does to the database who has not got the master key.</summary>
public sealed class VerifyAuditTests(VerifyAuditTests.Originals originals) : IClassFixture<VerifyAuditTests.Originals>
{
    /// <summary>One busy portal of each kind, which is stopped; each test has a copy of its database.</summary>
    public sealed class Originals : IAsyncDisposable
    {
        readonly ConcurrentDictionary<string, Lazy<Task<(TestPortal Portal, Guid Entry)>>> made = new();

        public async Task<(TestDatabase Database, Guid Entry)> Copy(string kind)
        {
            var (portal, entry) = await made.GetOrAdd(kind, k => new(() => Busy(k))).Value;
            return (await portal.TestDatabase.Copy(), entry);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var portal in made.Values)
                await (await portal.Value).Portal.DisposeAsync();
        }
    }

    /// <summary>A portal in which a form was filled in, submitted, returned and submitted anew, all of it chained.</summary>
    static async Task<(TestPortal Portal, Guid Entry)> Busy(string kind)
    {
        var portal = await TestPortal.Of(kind);
        var entry = await portal.BeginFilled();
        Assert.False((await portal.Submit(entry.Id, Guid.NewGuid())).Refused);
        await portal.Chained();
        Assert.Equal("", (await portal.Step(entry.Id, "return", "city", "产值请核对", new Jiqun.Portal.Approvals.WantedPoint("indicators.output", "核对"))).Codes());
        Assert.False((await portal.AnswerAndSubmit(entry.Id, new Wish(new Place("indicators.output"), "1508", (await portal.Stored(entry.Id)).Answers.Single(a => a.Field == "indicators.output").Version))).Refused);
        using (await portal.Browser("province"))
        {
        }
        await portal.Chained();
        await portal.Stop();
        return (portal, entry.Id);
    }

    static readonly TestClock Clock = new();

    static Task<AuditVerdict> Verify(TestDatabase database, params Checkpoint[] checkpoints) => new VerifyAudit(database.Database, Clock).Run(checkpoints);

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_the_portal_wrote_is_right(string kind)
    {
        var (database, _) = await originals.Copy(kind);
        await using var own = database;
        var verdict = await Verify(database);
        Assert.Empty(verdict.Flaws);
        Assert.Equal((0, 2), (verdict.NotYetChained, verdict.Submissions));
        Assert.True(verdict.Rows > 6 && verdict.Changes > 30 && verdict.LastBlock > 0);
    }

    public sealed record Tampering(string Name, AuditFlawKind Found, Func<JiqunDb, Guid, Task> Do);

    /// <summary>A row in the middle, and one that is the newest of the chain.</summary>
    static Task<List<long>> Rows(JiqunDb db) => db.Audit.OrderBy(r => r.Id).Select(r => r.Id).ToListAsync();

    static async Task Sql(JiqunDb db, string sql, params object[] values) => Assert.True(await db.Database.ExecuteSqlRawAsync(sql, values) > 0, sql);

    static readonly Tampering[] All =
    [
        new("the detail of a row", AuditFlawKind.RowChanged, async (db, _) => await Sql(db, "UPDATE audit SET detail = 'nothing' WHERE id = {0}", (await Rows(db))[3])),
        new("who did it", AuditFlawKind.RowChanged, async (db, _) => await Sql(db, "UPDATE audit SET account_id = NULL WHERE id = {0}", (await Rows(db))[1])),
        new("from where it was done", AuditFlawKind.RowChanged, async (db, _) => await Sql(db, "UPDATE audit SET address = '192.0.2.1' WHERE id = {0}", (await Rows(db))[^1])),
        new("when it was done", AuditFlawKind.RowChanged, async (db, _) =>
        {
            var id = (await Rows(db))[2];
            var at = (await db.Audit.SingleAsync(r => r.Id == id)).At.AddHours(1);
            await Sql(db, "UPDATE audit SET at = {1} WHERE id = {0}", id, at);
        }),
        new("a row gone", AuditFlawKind.RowRemoved, async (db, _) => await Sql(db, "DELETE FROM audit WHERE id = {0}", (await Rows(db))[2])),
        new("the newest row gone", AuditFlawKind.RowRemoved, async (db, _) => await Sql(db, "DELETE FROM audit WHERE id = {0}", (await Rows(db))[^1])),
        new("a row made up", AuditFlawKind.RowInserted, async (db, _) =>
        {
            db.Audit.Add(new AuditRow { At = DateTime.UtcNow, AccountId = null, TokenId = null, Address = "", Action = AuditAction.SignIn, Outcome = AuditOutcome.Done, Subject = null, Detail = "", Digest = "", Mark = new byte[32] });
            await db.SaveChangesAsync();
        }),
        new("a row copied", AuditFlawKind.RowCopied, async (db, _) => await Sql(db,
            "INSERT INTO audit (at, account_id, token_id, address, action, outcome, subject, detail, digest, mark) SELECT at, account_id, token_id, address, action, outcome, subject, detail, digest, mark FROM audit WHERE id = {0}", (await Rows(db))[2])),
        new("two rows exchanged", AuditFlawKind.RowMoved, async (db, _) =>
        {
            var rows = await Rows(db);
            await Sql(db, "UPDATE audit SET id = -1 WHERE id = {0}", rows[1]);
            await Sql(db, "UPDATE audit SET id = {1} WHERE id = {0}", rows[2], rows[1]);
            await Sql(db, "UPDATE audit SET id = {0} WHERE id = -1", rows[2]);
        }),
        new("what a block says", AuditFlawKind.BlockChanged, async (db, _) =>
        {
            var block = await db.AuditBlocks.AsNoTracking().OrderBy(b => b.Number).FirstAsync();
            block.Leaves[20] ^= 1;
            await Sql(db, "UPDATE audit_block SET leaves = {0} WHERE number = {1}", block.Leaves, block.Number);
        }),
        new("a block gone", AuditFlawKind.BlockRemoved, async (db, _) => await Sql(db, "DELETE FROM audit_block WHERE number = {0}", 1)),
        new("chained anew without the key", AuditFlawKind.BlockChanged, async (db, _) =>
        {
            var rows = await Rows(db);
            await Sql(db, "UPDATE audit SET detail = 'nothing' WHERE id = {0}", rows[2]);
            await Sql(db, "DELETE FROM audit_block");
            db.AuditBlocks.Add(AuditBlock.Of(MasterKey.Make(), null, await db.Audit.AsNoTracking().OrderBy(r => r.Id).ToListAsync(), DateTime.UtcNow));
            await db.SaveChangesAsync();
        }),
        new("a value in the history", AuditFlawKind.ChangeChanged, (db, entry) => Sql(db, "UPDATE change SET after = '999999' WHERE entry_id = {0} AND field = 'indicators.output' AND number < 100", entry)),
        new("a value in the history, with its digest", AuditFlawKind.ChangeChanged, async (db, entry) =>
        {
            var change = await db.Changes.AsNoTracking().Where(c => c.EntryId == entry && c.Field == "indicators.highTech").SingleAsync();
            await Sql(db, "UPDATE change SET after = '999', digest = {2} WHERE entry_id = {0} AND number = {1}", entry, change.Number,
                ChangeDigest.Of(entry, change.Number, change.Field, change.Code, change.Before, "999", change.At, change.AccountId));
        }),
        new("a change gone", AuditFlawKind.ChangeRemoved, (db, entry) => Sql(db, "DELETE FROM change WHERE entry_id = {0} AND number = 5", entry)),
        new("a change made up", AuditFlawKind.ChangeUnaudited, (db, entry) => Sql(db,
            "INSERT INTO change (entry_id, number, field, code, before, after, at, account_id, digest) SELECT entry_id, 9999, field, code, after, 'x', at, account_id, digest FROM change WHERE entry_id = {0} AND number = 5", entry)),
        new("an answer", AuditFlawKind.AnswerChanged, (db, entry) => Sql(db, "UPDATE answer SET written = '999999' WHERE entry_id = {0} AND field = 'indicators.output'", entry)),
        new("a telephone number emptied", AuditFlawKind.ChangeChanged, (db, entry) => Sql(db, "UPDATE change SET after = '' WHERE entry_id = {0} AND field = 'promoter.mobile'", entry)),
        new("a submission", AuditFlawKind.SubmissionChanged, async (db, entry) =>
        {
            var content = (await db.Submissions.AsNoTracking().Where(s => s.EntryId == entry).OrderBy(s => s.Number).FirstAsync()).Content;
            content[^10] ^= 1;
            await Sql(db, "UPDATE submission SET content = {0} WHERE entry_id = {1} AND number = 1", content, entry);
        }),
        new("a submission, with its digest", AuditFlawKind.SubmissionUnaudited, async (db, entry) =>
        {
            var content = (await db.Submissions.AsNoTracking().Where(s => s.EntryId == entry).OrderBy(s => s.Number).FirstAsync()).Content;
            content[^10] ^= 1;
            await Sql(db, "UPDATE submission SET content = {0}, digest = {2} WHERE entry_id = {1} AND number = 1", content, entry, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));
        }),
        new("a personal value", AuditFlawKind.PersonalValueChanged, (db, _) => Sql(db, "UPDATE personal_value SET value = 'x' WHERE field = 'promoter.mobile'")),
        new("a personal value of another", AuditFlawKind.PersonalValueChanged, (db, _) => Sql(db,
            "UPDATE personal_value SET value = (SELECT max(o.value) FROM personal_value o WHERE o.field = 'government.mobile') WHERE field = 'promoter.mobile'")),
        new("a personal value gone", AuditFlawKind.PersonalValueChanged, (db, _) => Sql(db, "DELETE FROM personal_value WHERE field = 'promoter.mobile'")),
        new("a step made up", AuditFlawKind.StepUnaudited, (db, entry) => Sql(db, "UPDATE entry_step SET step = 'seal' WHERE entry_id = {0} AND step = 'return'", entry)),
        new("a state", AuditFlawKind.StateChanged, (db, entry) => Sql(db, "UPDATE entry SET status = 'accepted' WHERE id = {0}", entry)),
    ];

    public static TheoryData<string, string> Tamperings => [.. from t in All from kind in (string[])["sqlite", "postgres"] select (t.Name, kind)];

    [Theory, MemberData(nameof(Tamperings))]
    public async Task Whatever_was_changed_in_the_database_is_found(string name, string kind)
    {
        var tampering = All.Single(t => t.Name == name);
        var (database, entry) = await originals.Copy(kind);
        await using var own = database;
        await using (var db = database.Open())
            await tampering.Do(db, entry);
        var verdict = await Verify(database);
        Assert.Contains(tampering.Found, verdict.Flaws.Select(f => f.Kind));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_chain_that_is_gone_altogether_is_missed_once_its_rows_are_old(string kind)
    {
        var (database, _) = await originals.Copy(kind);
        await using var own = database;
        await using (var db = database.Open())
            await Sql(db, "DELETE FROM audit_block");
        var verdict = await new VerifyAudit(database.Database, new TestClock { Time = Clock.Time.AddHours(1) }).Run([]);
        Assert.Equal(AuditFlawKind.RowsUnchained, Assert.Single(verdict.Flaws).Kind);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_checkpoint_finds_that_the_end_was_cut_off_or_chained_anew_with_the_key(string kind)
    {
        var (database, _) = await originals.Copy(kind);
        await using var own = database;
        var before = await Verify(database);
        var checkpoint = Checkpoint.Read(new Checkpoint(before.LastBlock, before.LastHash, before.Rows, Clock.Time.UtcDateTime).Written())!;
        Assert.Empty((await Verify(database, checkpoint)).Flaws);
        await using var db = database.Open();
        var last = await db.AuditBlocks.AsNoTracking().OrderByDescending(b => b.Number).FirstAsync();
        foreach (var leaf in last.Rows())
            await Sql(db, "DELETE FROM audit WHERE id = {0}", leaf.Row);
        await Sql(db, "DELETE FROM audit_block WHERE number = {0}", last.Number);
        var cut = await Verify(database, checkpoint);
        Assert.Contains(new AuditFlaw(AuditFlawKind.CheckpointMissed, last.Number.ToString(CultureInfo.InvariantCulture)), cut.Flaws);

        var chain = new ChainAudit(database.Database, Clock, NullLoggerFactory.Instance);
        db.Note(AuditAction.SignIn, null, null, Clock.Time.UtcDateTime);
        await db.SaveChangesAsync();
        await chain.Pass();
        Assert.Contains(AuditFlawKind.CheckpointMissed, (await Verify(database, checkpoint)).Flaws.Select(f => f.Kind));
    }

    [Fact]
    public async Task A_block_that_cannot_be_written_is_no_block_of_somebody_else()
    {
        await using var database = await TestDatabase.Of("sqlite");
        await using var db = database.Open();
        await db.NoteAlone(AuditAction.SignIn, null, null, Clock.Time.UtcDateTime);
        await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER full BEFORE INSERT ON audit_block BEGIN SELECT RAISE(ABORT, 'full'); END");
        var chain = new ChainAudit(database.Database, Clock, NullLoggerFactory.Instance);
        await Assert.ThrowsAsync<DbUpdateException>(chain.Pass);
        await db.Database.ExecuteSqlRawAsync("DROP TRIGGER full");
        Assert.Equal(1, await chain.Pass());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Rows_that_are_written_late_are_chained_and_ten_thousand_at_once_are_whole(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        var clock = TimeProvider.System;
        ChainAudit[] chains = [new(database.Database, clock, NullLoggerFactory.Instance), new(database.Database, clock, NullLoggerFactory.Instance)];
        using var stop = new CancellationTokenSource();
        var chaining = chains.Select(c => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await c.Pass();
                await Task.Delay(20);
            }
            await c.Pass();
        })).ToArray();
        const int writers = 20, each = 500;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            var dice = new Random(w);
            for (var i = 0; i < each; i += 10)
            {
                await using var db = database.Open();
                await using var transaction = kind is "postgres" ? await db.Database.BeginTransactionAsync() : null;
                for (var j = 0; j < 10; j++)
                    db.Note(AuditAction.AnswersChanged, Guid.NewGuid(), Guid.NewGuid(), clock.GetUtcNow().UtcDateTime, $"{w} {i + j}");
                await db.SaveChangesAsync();
                await Task.Delay(dice.Next(30));               // numbers are taken, and on PostgreSQL are seen later than larger ones; on SQLite it lets others write
                if (transaction is not null)
                    await transaction.CommitAsync();
            }
        })));
        await stop.CancelAsync();
        await Task.WhenAll(chaining);
        while (await chains[0].Pass() > 0)
        {
        }
        var verdict = await new VerifyAudit(database.Database, clock).Run([]);
        Assert.Empty(verdict.Flaws);
        Assert.Equal((writers * each, 0), (verdict.Rows, verdict.NotYetChained));
        await using var after = database.Open();
        Assert.Equal(writers * each, await after.Audit.Select(r => r.Detail).Distinct().CountAsync());
        Assert.True(verdict.LastBlock > 3);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_portal_that_is_started_anew_goes_on_with_the_chain(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        var clock = new TestClock { Time = Clock.Time };
        for (var start = 0; start < 3; start++)
        {
            await using var db = database.Open();
            await db.NoteAlone(AuditAction.SignIn, null, null, clock.Time.UtcDateTime);
            Assert.Equal(1, await new ChainAudit(database.Database, clock, NullLoggerFactory.Instance).Pass());
            clock.Time += TimeSpan.FromHours(1);
        }
        var verdict = await new VerifyAudit(database.Database, clock).Run([]);
        Assert.Empty(verdict.Flaws);
        Assert.Equal((3, 0, 3), (verdict.Rows, verdict.NotYetChained, verdict.LastBlock));
    }

    /// <summary>The portal was ended just then, and is started a day later. On SQLite one writes after the other, and nothing comes late.</summary>
    [Fact]
    public async Task A_row_that_came_late_is_chained_however_long_nobody_was_there_to_do_it()
    {
        await using var database = await TestDatabase.Of("postgres");
        await using var late = database.Open();
        await using var transaction = await late.Database.BeginTransactionAsync();
        await late.NoteAlone(AuditAction.SignIn, null, null, Clock.Time.UtcDateTime, "late");
        await using (var db = database.Open())
            await db.NoteAlone(AuditAction.SignIn, null, null, Clock.Time.UtcDateTime, "in time");
        Assert.Equal(1, await new ChainAudit(database.Database, Clock, NullLoggerFactory.Instance).Pass());
        await transaction.CommitAsync();

        var tomorrow = new TestClock { Time = Clock.Time.AddDays(1) };
        Assert.Equal(AuditFlawKind.RowsUnchained, Assert.Single((await new VerifyAudit(database.Database, tomorrow).Run([])).Flaws).Kind);
        Assert.Equal(1, await new ChainAudit(database.Database, tomorrow, NullLoggerFactory.Instance).Pass());
        Assert.Empty((await new VerifyAudit(database.Database, tomorrow).Run([])).Flaws);
    }
}
