using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal.Approvals;

/// <summary>Offices at work on entries, as requests would have them, without HTTP.</summary>
static class TestOffices
{
    extension(TestPortal portal)
    {
        /// <summary>Another city and another province, with an account of each, and a promotion organisation of that city.</summary>
        public async Task AddNeighbours()
        {
            var now = portal.Clock.GetUtcNow().UtcDateTime;
            var changsha = Organisation.Under(portal.Province, Level.City, "长沙市人民政府", "430100", now);
            var guangdong = Organisation.Under(portal.Ministry, Level.Province, "广东省工业和信息化厅", "440000", now);
            var guangzhou = Organisation.Under(guangdong, Level.City, "广州市人民政府", "440100", now);
            var third = Organisation.Under(changsha, Level.Promoter, "长沙市工程机械产业集群发展促进中心", "430100", now);
            await using var db = portal.Database.Open();
            db.AddRange(changsha, guangdong, guangzhou, third);
            db.AddRange(
                portal.Account("changsha", Role.Member, changsha), portal.Account("guangdong", Role.Member, guangdong), portal.Account("guangzhou", Role.Member, guangzhou),
                portal.Account("third", Role.Member, third), portal.Account("expert", Role.Expert, null));
            await db.SaveChangesAsync();
        }

        /// <summary>A submitted entry.</summary>
        /// <param name="area">Where the cluster lies; null for the place of its entrant.</param>
        public async Task<Entry> Submitted(string? area = null, int seed = 1)
        {
            var entry = await portal.Begin();
            var answers = TestEntries.Answers(seed);
            answers["cluster.area"] = area ?? "湖南省株洲市";
            Assert.Empty((await portal.Save(entry.Id, "promoter", answers.AsWishes())).Value!.Refused);
            Assert.False((await portal.Submit(entry.Id, Guid.NewGuid())).Refused);
            return entry;
        }

        public async Task<Outcome<EntryStep>> Step(Guid entry, string step, string by, string reason = "", params WantedPoint[] points) =>
            await portal.Step(entry, new StepWish(Guid.NewGuid(), step, await portal.Current(entry), reason, points), by);

        public async Task<Outcome<EntryStep>> Step(Guid entry, StepWish wish, string by)
        {
            var actor = await portal.Actor(by);
            await using var scope = portal.Scope();
            return await scope.ServiceProvider.GetRequiredService<TakeStep>().Run(entry, wish, actor);
        }

        /// <summary>Id of the entry's last submission.</summary>
        public async Task<Guid> Current(Guid entry)
        {
            await using var db = portal.Database.Open();
            return await db.Submissions.Where(s => s.EntryId == entry).OrderByDescending(s => s.Number).Select(s => s.Id).FirstOrDefaultAsync();
        }

        public async Task<string> Status(Guid entry)
        {
            await using var db = portal.Database.Open();
            return await db.Entries.Where(e => e.Id == entry).Select(e => e.Status).SingleAsync();
        }

        public async Task<T> With<T>(Func<GiveOpinion, Actor, Task<T>> act, string by)
        {
            var actor = await portal.Actor(by);
            await using var scope = portal.Scope();
            return await act(scope.ServiceProvider.GetRequiredService<GiveOpinion>(), actor);
        }

        /// <summary>An opinion, stamped on paper, whose scan a person compares.</summary>
        public async Task<Outcome<Opinion>> Seal(Guid entry, string by)
        {
            var submission = await portal.Current(entry);
            var version = (await portal.With((give, actor) => give.Look(submission, actor), by)).Value?.Opinion?.Version ?? 0;
            var written = await portal.With((give, actor) => give.Write(submission, "同意推荐，请予支持。", "2021-06-01", version, actor), by);
            if (written.Refused)
                return written;
            using var scan = new MemoryStream(Evidence.Files.Jpeg());
            var brought = await portal.With((give, actor) => give.Bring(submission, Guid.NewGuid(), "盖章件.jpg", scan, actor, default), by);
            return brought.Refused ? brought : await portal.With((give, actor) => give.Confirm(submission, Guid.NewGuid(), brought.Value.Version, actor), by);
        }

        public async Task<Outcome<Recommendation>> Recommend(string by, Guid? request = null, params Guid[] entries)
        {
            var actor = await portal.Actor(by);
            List<WantedRecommendation> wanted = [];
            foreach (var entry in entries)
                wanted.Add(new WantedRecommendation(entry, await portal.Current(entry), "基础好"));
            await using var db = portal.Database.Open();
            var round = await db.Entries.Where(e => e.Id == entries[0]).Select(e => e.RoundId).SingleAsync();
            await using var scope = portal.Scope();
            return await scope.ServiceProvider.GetRequiredService<Recommend>().Run(round, request ?? Guid.NewGuid(), wanted, actor);
        }

        /// <summary>Answers every open point and submits anew.</summary>
        public async Task<Outcome<Submission>> AnswerAndSubmit(Guid entry, params Wish[] changes)
        {
            if (changes.Length > 0)
                await portal.Save(entry, "promoter", changes);
            await using (var db = portal.Database.Open())
            {
                var open = await db.ReturnPoints.Where(p => p.EntryId == entry && p.Answer == "").Select(p => p.Id).ToListAsync();
                await using var scope = portal.Scope();
                Assert.False((await scope.ServiceProvider.GetRequiredService<AnswerPoints>().Run(entry, open.ToDictionary(p => p, _ => "已修改。"), await portal.Actor("promoter"))).Refused);
            }
            return await portal.Submit(entry, Guid.NewGuid());
        }
    }
}
