using Jiqun.Core.Definitions;
using Jiqun.Portal.Entries;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

public sealed class SaveAnswersTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static readonly Place Output = new("indicators.output"), Promoter = new("promoter.name"), Organisation = new("organisation.name");

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_save_against_an_old_version_is_shown_and_overwrites_nothing(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();

        var first = await portal.Save(entry.Id, "promoter", new Wish(Output, "1507", 0));
        var second = await portal.Save(entry.Id, "colleague", new Wish(Output, "1600", 0));

        Assert.Equal(new Standing("1507", 1), first.Value!.Draft[Output]);
        Assert.Equal(new Conflict(Output, new Standing("1507", 1), "1600"), Assert.Single(second.Value!.Conflicts));
        var stored = await portal.Stored(entry.Id);
        stored.Replays();
        Assert.Equal("1507", Assert.Single(stored.Answers).Written);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_save_that_is_sent_twice_is_kept_once(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();

        for (var i = 0; i < 2; i++)
            Assert.Empty((await portal.Save(entry.Id, "promoter", new Wish(Output, "1507", 0))).Value!.Conflicts);

        Assert.Single((await portal.Stored(entry.Id)).Changes);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_asked_twice_follows_what_was_written_first(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();

        var saved = await portal.Save(entry.Id, "promoter", new Wish(Promoter, "甲中心", 0));

        Assert.Equal((new Standing("甲中心", 1), new Standing("甲中心", 2)), (saved.Value!.Draft[Promoter], saved.Value.Draft[Organisation]));
        (await portal.Stored(entry.Id)).Replays();
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_asked_twice_does_not_follow_a_text_that_was_not_kept(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(Promoter, "甲中心", 0));

        var stale = await portal.Save(entry.Id, "colleague", new Wish(Promoter, "乙中心", 0));

        Assert.Equal(Promoter, Assert.Single(stale.Value!.Conflicts).Place);
        var stored = await portal.Stored(entry.Id);
        Assert.Equal(("甲中心", "甲中心"), (stored.Text(Promoter.Field), stored.Text(Organisation.Field)));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_asked_twice_does_not_go_back_with_a_form_that_is_out_of_date(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(Promoter, "甲中心", 0));
        await portal.Save(entry.Id, "colleague", new Wish(Promoter, "乙中心", 1));

        var whole = await portal.Save(entry.Id, "promoter", new Wish(Promoter, "甲中心", 1), new Wish(Output, "1507", 0));

        Assert.Empty(whole.Value!.Conflicts);
        var stored = await portal.Stored(entry.Id);
        stored.Replays();
        Assert.Equal(("乙中心", "乙中心", "1507"), (stored.Text(Promoter.Field), stored.Text(Organisation.Field), stored.Text(Output.Field)));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_asked_twice_may_be_sent_as_what_it_repeats_and_as_nothing_else(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();

        var same = await portal.Save(entry.Id, "promoter", new Wish(Organisation, "甲中心", 0), new Wish(Promoter, "甲中心", 0));
        var other = await portal.Save(entry.Id, "promoter", new Wish(Organisation, "乙中心", 2));

        Assert.Empty(same.Value!.Refused);
        Assert.Equal(("echo", "organisation.name"), (other.Value!.Refused[0].Why.Code, other.Value.Refused[0].Place.Field));
        var stored = await portal.Stored(entry.Id);
        stored.Replays();
        Assert.Equal(["甲中心", "甲中心"], stored.Answers.Select(a => a.Written));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Places_of_a_whole_form_that_were_not_touched_are_no_conflicts(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        var form = await portal.Stored(entry.Id);
        var (changed, cleared) = (new Place("cluster.area"), new Place("promoter.fax"));
        await portal.Save(entry.Id, "colleague", new Wish(changed, "长沙市", Version(changed)), new Wish(cleared, "", Version(cleared)), new Wish(Output, "9", Version(Output)));

        var sent = form.Answers.Where(a => a.Field != Organisation.Field).Select(a => new Wish(new Place(a.Field), a.Field == Output.Field ? "77" : a.Written.Replace("\n", "\r\n", StringComparison.Ordinal), a.Version));
        var saved = await portal.Save(entry.Id, "promoter", [.. sent]);

        Assert.Equal(Output, Assert.Single(saved.Value!.Conflicts).Place);
        var stored = await portal.Stored(entry.Id);
        stored.Replays();
        Assert.Equal(("长沙市", "", "9"), (stored.Text(changed.Field), stored.Text(cleared.Field), stored.Text(Output.Field)));
        Assert.Equal(form.Changes.Count + 3, stored.Changes.Count);

        int Version(Place place) => form.Answers.Single(a => a.Field == place.Field).Version;
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Fields_that_are_not_the_entrants_are_refused(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        string[] fields = ["opinion.text", "opinion.date", "nothing", "", "Promoter.Name", "promoter.name\0", "promoter.name ", "\uD800", new string('x', 100_000)];

        var saved = await portal.Save(entry.Id, "promoter", [.. fields.Select(f => new Wish(new Place(f), "x", 0)), new Wish(Output, "1507", 0)]);

        Assert.Equal(fields, saved.Value!.Refused.Select(r => r.Place.Field));
        Assert.All(saved.Value.Refused, r => Assert.Equal("unknown-field", r.Why.Code));
        Assert.Equal(Output.Field, Assert.Single((await portal.Stored(entry.Id)).Answers).Field);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task An_explanation_stands_beside_the_answer_and_of_nothing_but_a_finding(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        await portal.Save(entry.Id, "promoter", new Wish(Output, "约1507", 0));
        string[] wrong = ["\0", "\uD800", "<b>", "a b", "意", new string('x', 101), new string('x', 100_000)];

        var saved = await portal.Save(entry.Id, "promoter", [new Wish(new Place(Output.Field, "approximate"), "统计口径", 0), .. wrong.Select(code => new Wish(new Place(Output.Field, code), "x", 0))]);

        Assert.All(saved.Value!.Refused, r => Assert.Equal("unknown-finding", r.Why.Code));
        Assert.Equal(wrong.Length, saved.Value.Refused.Count);
        var stored = await portal.Stored(entry.Id);
        stored.Replays();
        Assert.Equal(["约1507", "统计口径"], stored.Answers.Select(a => a.Written));
        Assert.Equal("统计口径", stored.Text(Output.Field, "approximate"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_sixty_four_saves_at_once_on_one_place_one_is_kept_and_the_others_are_told(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.Begin();
        var by = new[] { await portal.Actor("promoter"), await portal.Actor("colleague") };

        var saved = await Task.WhenAll(Enumerable.Range(1, 64).Select(i => Task.Run(() => portal.Save(entry.Id, by[i % 2], new Wish(Output, $"{i}", 0)))));

        var stored = await portal.Stored(entry.Id);
        var kept = Assert.Single(stored.Answers).Written;
        Assert.Single(stored.Changes);
        Assert.Equal(1, stored.Entry.Revision);
        Assert.Equal(63, saved.Count(s => s.Value!.Conflicts.Count == 1));
        Assert.All(saved, s => Assert.Equal(new Standing(kept, 1), s.Value!.Draft[Output]));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Saves_at_once_on_many_places_and_entries_are_all_kept(string kind)
    {
        var portal = await portals.Of(kind);
        var by = await portal.Actor("promoter");
        List<Entry> entries = [];
        for (var i = 0; i < 4; i++)
            entries.Add(await portal.Begin());
        Field[] fields = [.. TestEntries.Form.EntrantFields.Where(f => f.Kind is FieldKind.Integer or FieldKind.Number).Take(8)];

        await Task.WhenAll(entries.SelectMany(e => fields.Select(f => Task.Run(() => SaveOften(e.Id, f.Id)))));

        foreach (var entry in entries)
        {
            var stored = await portal.Stored(entry.Id);
            stored.Replays();
            Assert.Equal(fields.Length * 8, stored.Changes.Count);
            Assert.All(stored.Answers, a => Assert.Equal("7", a.Written));
            await using var db = portal.Database.Open();
            var draft = await portal.Running.Services.GetRequiredService<Drafts>().Of(entry.Id, stored.Entry.Revision);
            Assert.All(stored.Answers, a => Assert.Equal(new Standing(a.Written, a.Version), draft[new Place(a.Field, a.Code)]));
        }

        async Task SaveOften(Guid entry, string field)
        {
            var version = 0;
            for (var i = 0; i < 8; i++)
            {
                var saved = (await portal.Save(entry, by, new Wish(new Place(field), $"{i}", version))).Value!;
                Assert.Empty(saved.Conflicts);
                version = saved.Draft[new Place(field)].Version;
            }
        }
    }
}
