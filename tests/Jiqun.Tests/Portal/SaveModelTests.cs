using CsCheck;
using Jiqun.Portal.Entries;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

/// <summary>Two people who save in any order, with the versions that they saw, older or invented ones, against a model that fits on a page.</summary>
public sealed class SaveModelTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static readonly Place[] Places = [new("indicators.output"), new("promoter.name"), new("cluster.name"), new("indicators.output", "approximate")];

    static readonly Place Echo = new("organisation.name");

    /// <param name="Look">Reads the page first.</param>
    /// <param name="Wishes">With a version that the person did not see; null for the one that they saw.</param>
    sealed record Step(int Person, bool Look, (int Place, string Text, int? Invented)[] Wishes);

    static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Int[0, 1],
        Gen.Frequency((1, Gen.Const(true)), (2, Gen.Const(false))),
        Gen.Select(Gen.Int[0, Places.Length - 1], Gen.OneOf("", "a", "b", "c"), Gen.Frequency((4, Gen.Const((int?)null)), (1, Gen.Int[0, 12].Select(v => (int?)v)))).Array[1, 4],
        (person, look, wishes) => new Step(person, look, [.. wishes.DistinctBy(w => w.Item1)]));

    sealed class Model
    {
        public Dictionary<Place, Standing> Standing { get; } = [];

        public List<(Place Place, string After)> Log { get; } = [];

        public Standing this[Place place] => Standing.GetValueOrDefault(place, new Standing("", 0));

        public List<Place> Save(IEnumerable<Wish> wishes)
        {
            List<Place> conflicts = [];
            foreach (var (place, text, version) in wishes)
            {
                var there = this[place];
                if (there.Text == text)
                    continue;
                if (there.Version == version)
                {
                    Put(place, text);
                    if (place.Field == "promoter.name" && this[Echo].Text != text)
                        Put(Echo, text);
                }
                else if (version == 0 ? text.Length > 0 : version > Log.Count || version < 0 || Log[version - 1] != (place, text))
                {
                    conflicts.Add(place);
                }
            }
            return conflicts;
        }

        void Put(Place place, string text)
        {
            Log.Add((place, text));
            Standing[place] = new Standing(text, Log.Count);
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Saves_in_any_order_do_what_the_model_does(string kind)
    {
        var portal = await portals.Of(kind);
        var people = new[] { await portal.Actor("promoter"), await portal.Actor("colleague") };
        await AnyStep.Array[1, 20].SampleAsync(async steps =>
        {
            var entry = await portal.Begin();
            var model = new Model();
            var seen = new[] { new Dictionary<Place, Standing>(), [] };
            foreach (var step in steps)
            {
                if (step.Look)
                    seen[step.Person] = new(model.Standing);
                Wish[] wishes = [.. step.Wishes.Select(w => new Wish(Places[w.Place], w.Text, w.Invented ?? seen[step.Person].GetValueOrDefault(Places[w.Place], new Standing("", 0)).Version))];

                var expected = model.Save(wishes);
                var saved = (await portal.Save(entry.Id, people[step.Person], wishes)).Value!;

                Assert.Equal(expected, saved.Conflicts.Select(c => c.Place));
                Assert.All(saved.Conflicts, c => Assert.Equal(model[c.Place], c.Standing));
                Assert.Equal(model.Log.Count, saved.Draft.Revision);
                Assert.All(Places.Append(Echo), p => Assert.Equal(model[p], saved.Draft[p]));
                foreach (var wish in wishes)
                    seen[step.Person][wish.Place] = model[wish.Place];
            }
            var stored = await portal.Stored(entry.Id);
            stored.Replays();
            Assert.Equal(model.Log, stored.Changes.Select(c => (new Place(c.Field, c.Code), c.After)));
            Assert.Equal(model[new("promoter.name")].Text, model[Echo].Text);
            await using var db = portal.Database.Open();
            var draft = await portal.Running.Services.GetRequiredService<Drafts>().Of(entry.Id, stored.Entry.Revision);
            Assert.All(Places.Append(Echo), p => Assert.Equal(model[p], draft[p]));
        }, iter: 60, threads: 1);
    }
}
