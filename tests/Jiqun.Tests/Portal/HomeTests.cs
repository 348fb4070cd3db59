using Jiqun.Portal.Approvals;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

public sealed class HomeTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Every_entry_stands_on_one_of_the_pages(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        await using var db = portal.Database.Open();
        var now = portal.Clock.Time.UtcDateTime;
        for (var i = 0; i < 201; i++)
        {
            var round = new Round { Id = Guid.NewGuid(), Name = $"批次{i}", FormId = portal.Round.FormId, FormDigest = portal.Round.FormDigest, BaseYear = 2020, OpensAt = now, ClosesAt = now, CreatedAt = now };
            db.AddRange(round, new Entry { Id = Guid.NewGuid(), RoundId = round.Id, OrganisationId = portal.Promoter.Id, State = EntryState.Submitted, Status = "submitted", Submissions = 1, Revision = 0, IsSample = false, CreatedAt = now });
        }
        await db.SaveChangesAsync();

        await using var scope = portal.Scope();
        var (courses, own) = (scope.ServiceProvider.GetRequiredService<ReadCourse>(), scope.ServiceProvider.GetRequiredService<JiqunDb>());
        var ministry = await portal.Actor("ministry");
        var first = await HomeView.Of(own, courses, ministry, now);
        var seen = first.Entries.Select(e => e.Id).ToList();
        for (var page = 2; page <= first.Pages; page++)
            seen.AddRange((await HomeView.Of(own, courses, ministry, now, page)).Entries.Select(e => e.Id));
        Assert.Equal(201, seen.Distinct().Count());
        Assert.Equal(201, seen.Count);
        Assert.Equal(first.Pages, (await HomeView.Of(own, courses, ministry, now, int.MaxValue)).Page);
        Assert.Equal(1, (await HomeView.Of(own, courses, ministry, now, int.MinValue)).Page);
    }
}
