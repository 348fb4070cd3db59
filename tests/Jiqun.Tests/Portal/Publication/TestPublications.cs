using Jiqun.Core;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Publication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Publication;

/// <summary>Published rounds, made without pages.</summary>
static class TestPublications
{
    /// <summary>The portal's clock stands at 10:00 of 2021-06-01, a Tuesday, in Beijing.</summary>
    public const string First = "2021-06-02", Last = "2021-06-08";

    public static readonly DateTimeOffset Within = new(2021, 6, 3, 2, 0, 0, TimeSpan.Zero);

    extension(TestPortal portal)
    {
        public string Public => $"/public/rounds/{portal.Round.Id}";

        /// <summary>An entry of the portal's round in this state.</summary>
        public async Task<Guid> Entry(string by, int seed, string status, params (string Field, string Text)[] answers)
        {
            Guid entry;
            await using (var scope = portal.Scope())
                entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, await portal.Actor(by))).Value!.Id;
            var all = TestEntries.Answers(seed);
            foreach (var (field, text) in answers)
                all[field] = text;
            Assert.Empty((await portal.Save(entry, by, all.AsWishes())).Value!.Refused);
            Assert.Equal("", (await portal.Submit(entry, Guid.NewGuid(), by: by)).Codes());
            await portal.Move(entry, status);
            return entry;
        }

        /// <summary>What an entry's way would do.</summary>
        public async Task Move(Guid entry, string status)
        {
            await using var db = portal.Database.Open();
            await db.Entries.Where(e => e.Id == entry).ExecuteUpdateAsync(s => s.SetProperty(e => e.Status, status));
        }

        public async Task<Outcome<PublicationChange>> Publish(PublicationInput input, bool confirmed = true, string by = "ministry")
        {
            var actor = await portal.Actor(by);
            return await portal.Run<ChangePublication, Outcome<PublicationChange>>(c => c.Run(portal.Round.Id, input, confirmed, actor, default));
        }

        /// <summary>Public from 2021-06-02 to 2021-06-08, and the clock set to a day within.</summary>
        public async Task Publish(params string[] fields)
        {
            Assert.Equal("", (await portal.Publish(new PublicationInput(true, First, Last, fields.Length == 0 ? ["cluster.name"] : fields, "", 0))).Codes());
            portal.Clock.Time = Within;
        }

        public async Task<List<VisitorComment>> Comments()
        {
            await using var db = portal.Database.Open();
            return await db.VisitorComments.AsNoTracking().OrderBy(c => c.Number).ToListAsync();
        }
    }

    /// <summary>Fills in the comment form as a visitor would.</summary>
    public static async Task<TestPage> Comment(this TestBrowser browser, TestPortal portal, string text, string entry = "", string name = "", string contact = "", string trap = "", Guid? request = null)
    {
        var form = await browser.Get($"{portal.Public}/comment");
        return await browser.Post($"{portal.Public}/comment",
            ("request", request?.ToString() ?? form.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!), ("entry", entry), ("text", text), ("name", name), ("contact", contact), ("website", trap));
    }
}
