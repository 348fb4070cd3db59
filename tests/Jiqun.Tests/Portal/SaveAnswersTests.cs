using Jiqun.Portal.Entries;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

public sealed class SaveAnswersTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_save_against_an_old_version_is_shown_and_overwrites_nothing(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var promoter = await portal.Actor("promoter");
        await using var scope = portal.Scope();
        var entry = (await scope.ServiceProvider.GetRequiredService<BeginEntry>().Run(portal.Round.Id, promoter)).Value!;
        var save = scope.ServiceProvider.GetRequiredService<SaveAnswers>();
        var place = new Place("indicators.output");

        var first = await save.Run(entry.Id, [new Wish(place, "1507", 0)], promoter);
        var second = await save.Run(entry.Id, [new Wish(place, "1600", 0)], await portal.Actor("colleague"));

        Assert.Equal(new Standing("1507", 1), first.Value!.Draft[place]);
        Assert.Equal(new Conflict(place, new Standing("1507", 1), "1600"), Assert.Single(second.Value!.Conflicts));
        await using var db = portal.Database.Open();
        Assert.Equal("1507", Assert.Single(db.Answers).Written);
        Assert.Single(db.Changes);
    }
}
