using System.Text.Json;
using Jiqun.Core;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Jiqun.Samples;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Bench;

/// <summary>One promotion organisation's member, signed in, with entries.</summary>
/// <param name="Cookie">Header of the session.</param>
/// <param name="Token">Against forged requests.</param>
/// <param name="Filled">Entry that holds a whole form.</param>
/// <param name="Empty">Entries to be sent and submitted, one for each round of the bench.</param>
/// <param name="Revision">Of the filled entry.</param>
sealed record Member(string Cookie, string Token, Guid Filled, IReadOnlyList<Guid> Empty, int Revision);

/// <summary>What the load needs to know of the database.</summary>
/// <param name="Forms">Filled forms of 8 KB without errors, by field.</param>
sealed record Seeded(IReadOnlyList<Member> Members, IReadOnlyList<Dictionary<string, string>> Forms, string Narrative);

/// <summary>Fills a database for the bench: straight through the tables, and sessions as the server itself would give them.</summary>
static class PortalSeed
{
    /// <summary>Entries that each organisation submits in the course of the bench, the first ones to warm the server up.</summary>
    const int Submissions = 8;

    public static async Task Run(string database, string file, int count)
    {
        await using var store = database.Contains('=', StringComparison.Ordinal) ? Database.OnServer(database, Path.Combine(Path.GetTempPath(), "jiqun-bench.key")) : Database.InFolder(database);
        await store.Migrate();
        var (form, clock) = (FormLibrary.Builtin.Default, TimeProvider.System);
        var now = clock.GetUtcNow().UtcDateTime;
        var forms = Enumerable.Range(0, 1000).Select(seed => Answers(form, seed, 3100)).Where(a => !HasErrors(form, a)).Take(20).ToList();
        var filled = Enumerable.Range(0, 20).Select(seed => Answers(form, seed, 20_000)).ToList();

        await using var db = store.Open();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var ministry = Organisation.Under(null, Level.Ministry, "工业和信息化部", null, now);
        var province = Organisation.Under(ministry, Level.Province, "湖南省工业和信息化厅", "430000", now);
        var city = Organisation.Under(province, Level.City, "株洲市人民政府", "430200", now);
        var rounds = Enumerable.Range(0, Submissions + 1).Select(i => new Round
        {
            Id = Guid.CreateVersion7(now),
            Name = $"第{i + 1}批",
            FormId = form.Id,
            FormDigest = form.Digest,
            BaseYear = form.BaseYear,
            OpensAt = now.AddDays(-7),
            ClosesAt = now.AddDays(30),
            CreatedAt = now,
        }).ToList();
        db.AddRange(ministry, province, city);
        db.AddRange(rounds);
        List<(Account, List<Entry>)> made = [];
        for (var i = 0; i < count; i++)
        {
            var promoter = Organisation.Under(city, Level.Promoter, $"株洲市第{i + 1}产业集群发展促进中心", "430200", now);
            var account = new Account
            {
                Id = Guid.CreateVersion7(now),
                UserName = $"promoter{i}",
                NormalizedUserName = $"PROMOTER{i}",
                FullName = "陈海燕",
                Role = Role.Member,
                OrganisationId = promoter.Id,
                CreatedAt = now,
                LockoutEnabled = true,
                SecurityStamp = Guid.NewGuid().ToString("N"),
            };
            var entries = rounds.Select((round, n) => new Entry
            {
                Id = Guid.CreateVersion7(now),
                RoundId = round.Id,
                OrganisationId = promoter.Id,
                State = EntryState.Draft,
                Status = "draft",
                Revision = n == 0 ? filled[i % 20].Count : 0,
                IsSample = false,
                CreatedAt = now,
            }).ToList();
            db.Add(promoter);
            db.Add(account);
            db.AddRange(entries);
            var number = 0;
            foreach (var (field, written) in filled[i % 20])
            {
                number++;                                  // the version of a field is its place among those that an entrant fills in
                var stored = StoredAnswer.Of(store.Key, entries[0].Id, form[field], written);
                db.Add(new Change
                {
                    EntryId = entries[0].Id,
                    Number = number,
                    Field = field,
                    Code = "",
                    Before = "",
                    After = stored,
                    At = now,
                    AccountId = account.Id,
                    Digest = ChangeDigest.Of(entries[0].Id, number, field, "", "", stored, now, account.Id),
                });
                db.Add(new Answer { EntryId = entries[0].Id, Field = field, Code = "", Written = stored, Version = number });
            }
            made.Add((account, entries));
        }
        await db.SaveChangesAsync();

        await using var portal = Portal.Portal.Build(new PortalSettings(store, FormLibrary.Builtin, clock, "http://127.0.0.1:0"));
        List<Member> members = [];
        foreach (var (account, entries) in made)
        {
            await using var scope = portal.Services.CreateAsyncScope();
            var (cookie, token) = await Session(scope.ServiceProvider, account);
            members.Add(new Member(cookie, token, entries[0].Id, [.. entries.Skip(1).Select(e => e.Id)], entries[0].Revision));
        }
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new Seeded(members, forms, filled[0]["overview.narrative"])));
        Console.Out.WriteLine($"{members.Count} members; {forms.Count} forms of {forms.Average(f => System.Text.Encoding.UTF8.GetByteCount(string.Concat(f.Values))):0} bytes; narratives of {filled.Average(f => f["overview.narrative"].Length):0} characters");
    }

    /// <summary>Every field that an entrant fills in.</summary>
    internal static Dictionary<string, string> Answers(Form form, int seed, int characters)
    {
        var answers = SampleAnswers.Of(form, seed, characters, complete: true);
        return form.EntrantFields.ToDictionary(f => f.Id, f => f.Repeats is { } echoed ? answers[echoed] : answers[f.Id]);
    }

    static bool HasErrors(Form form, Dictionary<string, string> answers) =>
        Draft.Of(1, answers.Select(a => (new Place(a.Key), new Standing(a.Value, 1)))).Checked(form, Stage.Submission, new DateOnly(2026, 1, 1)).Findings.Any(f => f.Severity is Severity.Error);

    /// <summary>The cookies and the token of a signed-in page, as the server's own services give them.</summary>
    public static async Task<(string Cookie, string Token)> Session(IServiceProvider services, Account account)
    {
        var http = new DefaultHttpContext { RequestServices = services };
        var signIn = services.GetRequiredService<SignInManager<Account>>();
        signIn.Context = http;
        await services.GetRequiredService<Sessions>().Begin(account, http);
        http.User = await signIn.CreateUserPrincipalAsync(account);
        var token = services.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http).RequestToken!;
        return (string.Join("; ", http.Response.Headers.SetCookie.Select(c => c![..c!.IndexOf(';', StringComparison.Ordinal)])), token);
    }
}
