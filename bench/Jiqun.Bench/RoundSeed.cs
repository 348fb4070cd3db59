using System.Globalization;
using System.Text.Json;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;
using Jiqun.Portal;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Jiqun.Samples;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Bench;

/// <summary>Fills a database with one round in which everybody has submitted, for the bench of the organisers' desk; and a round before it, with the same organisations.</summary>
static class RoundSeed
{
    /// <summary>Characters of a narrative.</summary>
    const int Narrative = 3000;

    /// <summary>Different characters of the texts: as many as people use, or the fonts in the documents would be many times as large.</summary>
    const int Letters = 600;

    /// <summary>One in so many narratives holds a passage of another.</summary>
    const int Copied = 100;

    /// <summary>Of the round that is looked at: everything that the load needs.</summary>
    /// <param name="Cookie">Of a member of the ministry.</param>
    sealed record Seeded(Guid Round, string Cookie, string Token, int Entries);

    /// <summary>Has some entry of the round that is looked at submit once more, with another output.</summary>
    public static async Task SubmitAgain(string database, string file)
    {
        await using var store = Store(database);
        await store.Unlock();
        await using var db = store.Open();
        var (form, now) = (FormLibrary.Builtin.Default, TimeProvider.System.GetUtcNow().UtcDateTime);
        var seeded = JsonSerializer.Deserialize<Seeded>(await File.ReadAllTextAsync(file))!;
        var round = await db.Rounds.SingleAsync(r => r.Id == seeded.Round);
        var entry = await db.Entries.Where(e => e.RoundId == round.Id).OrderBy(e => e.Id).Skip(Random.Shared.Next(seeded.Entries)).FirstAsync();
        var promoter = await db.Organisations.SingleAsync(o => o.Id == entry.OrganisationId);
        var last = await db.Submissions.SingleAsync(s => s.EntryId == entry.Id && s.Number == entry.Submissions);
        var frozen = FrozenContent.Read(form, last.Content, []);
        var personal = SampleAnswers.Of(form, Random.Shared.Next(), 200, complete: true);
        var answers = form.EntrantFields.ToDictionary(f => f.Id, f => frozen.Answers[f.Id]?.Written ?? personal[f.Repeats ?? f.Id]);
        answers["indicators.output"] = string.Create(CultureInfo.InvariantCulture, $"{Random.Shared.Next(100, 5000)}");
        entry.Submissions++;
        Submit(store, db, form, round, promoter, entry, last.AccountId, answers, now);
        await db.SaveChangesAsync();
    }

    static Database Store(string database) =>
        database.Contains('=', StringComparison.Ordinal) ? Database.OnServer(database, Path.Combine(Path.GetTempPath(), "jiqun-bench.key")) : Database.InFolder(database);

    public static async Task Run(string database, string file, int count)
    {
        await using var store = Store(database);
        await store.Migrate();
        var (form, clock) = (FormLibrary.Builtin.Default, TimeProvider.System);
        var now = clock.GetUtcNow().UtcDateTime;
        Round RoundOf(string name, int days) => new()
        {
            Id = Guid.CreateVersion7(now),
            Name = name,
            FormId = form.Id,
            FormDigest = form.Digest,
            BaseYear = form.BaseYear,
            OpensAt = now.AddDays(days - 30),
            ClosesAt = now.AddDays(days),
            CreatedAt = now,
        };
        var (before, round) = (RoundOf("上一批", -100), RoundOf("本批", 30));
        await using var first = store.Open();
        var there = await first.Organisations.AsNoTracking().SingleOrDefaultAsync(o => o.Level == Level.Ministry);      // of another seed, in the same database
        var ministry = there ?? Organisation.Under(null, Level.Ministry, "工业和信息化部", null, now);
        Account AccountOf(string name, Guid organisation) => new()
        {
            Id = Guid.CreateVersion7(now),
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            FullName = "张明",
            Role = Role.Member,
            OrganisationId = organisation,
            CreatedAt = now,
            LockoutEnabled = true,
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        var organiser = AccountOf("organiser", ministry.Id);
        if (there is null)
            first.Add(ministry);
        first.AddRange(before, round, organiser);
        await first.SaveChangesAsync();
        var cities = Divisions.All.Where(d => d.Code.EndsWith("00", StringComparison.Ordinal) && !d.Code.EndsWith("0000", StringComparison.Ordinal)).Select(d => d.Code).ToList();
        var industries = IndustryClasses.All.Where(c => c.Code.Length == 4 && char.IsDigit(c.Code[0]) && string.CompareOrdinal(c.Code, "13") > 0 && string.CompareOrdinal(c.Code, "44") < 0).Select(c => c.Code).ToList();
        var last = "";
        for (var start = 0; start < count; start += 500)
        {
            await using var db = store.Open();
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            for (var i = start; i < Math.Min(count, start + 500); i++)
            {
                var dice = new Random(i);
                var city = cities[dice.Next(cities.Count)];
                var promoter = Organisation.Under(ministry, Level.Promoter, $"第{i + 1}产业集群发展促进中心", city, now);
                var account = AccountOf($"entrant{i}", promoter.Id);
                db.Add(promoter);
                db.Add(account);
                var answers = SampleAnswers.Of(form, i, 200, complete: true);
                answers["cluster.area"] = Divisions.Name(city)!;
                answers["cluster.industry"] = industries[dice.Next(industries.Count)];
                foreach (var field in form.EntrantFields.Where(f => f.Kind is FieldKind.LongText))
                    answers[field.Id] = string.Concat(Enumerable.Range(0, field.Id == "overview.narrative" ? Narrative : 300).Select(n => n % 17 == 16 ? '，' : (char)(0x4E00 + dice.Next(Letters) * 28)));
                if (i % Copied == 1)
                    answers["overview.narrative"] += last[..200];
                last = answers["overview.narrative"];
                answers = form.EntrantFields.ToDictionary(f => f.Id, f => answers[f.Repeats ?? f.Id]);
                foreach (var (of, number) in new[] { (before, 1), (round, 2) })
                {
                    if (number == 1)
                        answers["indicators.output"] = string.Create(CultureInfo.InvariantCulture, $"{dice.Next(100, 5000)}");
                    var entry = new Entry { Id = Guid.CreateVersion7(now), RoundId = of.Id, OrganisationId = promoter.Id, State = EntryState.Submitted, Status = "submitted", Submissions = 1, Revision = answers.Count, IsSample = false, CreatedAt = now };
                    db.Add(entry);
                    Submit(store, db, form, of, promoter, entry, account.Id, answers, now);
                }
            }
            await db.SaveChangesAsync();
        }
        await using var portal = Portal.Portal.Build(new PortalSettings(store, FormLibrary.Builtin, clock, "http://127.0.0.1:0"));
        await using var scope = portal.Services.CreateAsyncScope();
        var (cookie, token) = await PortalSeed.Session(scope.ServiceProvider, organiser);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new Seeded(round.Id, cookie, token, count)));
        Console.Out.WriteLine($"{count} entries in either round; narratives of {Narrative} characters, one in {Copied} with a passage of another");
    }

    static void Submit(Database store, JiqunDb db, Form form, Round round, Organisation promoter, Entry entry, Guid account, Dictionary<string, string> answers, DateTime now)
    {
        var draft = Draft.Of(1, answers.Select(a => (new Place(a.Key), new Standing(a.Value, 1))));
        var filled = draft.Checked(form, Stage.Submission, DateOnly.FromDateTime(now));
        var head = new EntryHead(entry.Id, promoter.Id, promoter.Name, entry.State, entry.Status, 0, entry.Revision, false, round.Id, round.Name, form.Id, round.BaseYear, round.OpensAt, round.ClosesAt, true, round.KeepMonths);
        var frozen = FrozenContent.Of(form, head, draft, filled, [], entry.Submissions, null, now);
        var submission = new Submission { Id = Guid.CreateVersion7(now), EntryId = entry.Id, Number = entry.Submissions, Content = frozen.Json, Digest = frozen.Digest, RequestId = Guid.NewGuid(), At = now, AccountId = account };
        db.Add(submission);
        db.AddRange(frozen.Personal.Select(p => new PersonalValue { SubmissionId = submission.Id, Field = p.Field, Salt = p.Salt, Value = PersonalValue.Stored(store.Key, submission.Id, p.Field, p.Value) }));
        db.AddRange(FigureRows.Of(submission.Id, entry.Id, round.Id, form, filled.Answers, filled.Codes));
    }
}
