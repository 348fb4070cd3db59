using CsCheck;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Tests.Portal;

/// <summary>
/// Two people at one form who type, lose the line, lose answers, open the form anew with and without a connection, and choose, in any order. A
/// client does here what <c>Scripts/entry.ts</c> does in a browser; the saves are real.
/// </summary>
public sealed class OfflineModelTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    static readonly Place[] Places = [new("indicators.output"), new("promoter.name"), new("indicators.output", "approximate")];

    enum Doing { Type, Save, LoseAnswer, Poll, CutLine, MendLine, OpenAnew, Choose }

    /// <param name="Text">What is typed; null for what nobody else types.</param>
    sealed record Step(int Person, Doing Doing, int Place, string? Text, bool IsMine);

    static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Int[0, 1],
        Gen.Frequency((6, Gen.Const(Doing.Type)), (3, Gen.Const(Doing.Save)), (2, Gen.Const(Doing.LoseAnswer)), (3, Gen.Const(Doing.Poll)), (2, Gen.Const(Doing.CutLine)), (2, Gen.Const(Doing.MendLine)), (2, Gen.Const(Doing.OpenAnew)), (2, Gen.Const(Doing.Choose))),
        Gen.Int[0, Places.Length - 1],
        Gen.Frequency((3, Gen.Const((string?)null)), (2, Gen.OneOf("", "a", "b").Select(t => (string?)t))),
        Gen.Bool,
        (person, doing, place, text, isMine) => new Step(person, doing, place, text, isMine));

    /// <summary>The entry's server, and what was ever acknowledged or overwritten.</summary>
    sealed class Server(TestPortal portal, Guid entry)
    {
        public List<(Place Place, string Text)> Acknowledged { get; } = [];

        public async Task<Saved> Save(Actor by, IEnumerable<Wish> wishes)
        {
            await using var scope = portal.Scope();
            return (await scope.ServiceProvider.GetRequiredService<SaveAnswers>().Run(entry, [.. wishes], by, isWhole: false)).Value!;
        }

        public async Task<Draft> Now()
        {
            await using var db = portal.Database.Open();
            return await portal.Running.Services.GetRequiredService<Drafts>().Of(entry, (await db.Entries.AsNoTracking().SingleAsync(e => e.Id == entry)).Revision);
        }

        public async Task<List<Change>> Changes(int after = 0)
        {
            await using var db = portal.Database.Open();
            return await db.Changes.AsNoTracking().Where(c => c.EntryId == entry && c.Number > after).OrderBy(c => c.Number).ToListAsync();
        }
    }

    /// <summary>A place in the page, as entry.ts has it.</summary>
    sealed record Input(string Text, string? Known, int Version, HashSet<string> Sent, long Since, Standing? Theirs, Standing? Conflict)
    {
        public bool Differs => Sent.Count > 0 || Known is null || Text != Known;

        public bool IsFree => !Differs && Conflict is null;
    }

    /// <summary>What unsaved.ts keeps of a place.</summary>
    sealed record Kept(string Text, int Version, string[] Sent, long Since);

    sealed class Client(Server server, Actor actor)
    {
        readonly Dictionary<Place, Kept> unsaved = [];
        readonly HashSet<(Place, int)> seen = [.. Places.Select(p => (p, 0))];
        readonly HashSet<(Place, string)> everSent = [];
        Dictionary<Place, Standing> page = [];      // as offline.ts keeps it, with what it learned since
        int pageRevision, revision;
        long now;

        public Dictionary<Place, Input> Inputs { get; private set; } = [];

        /// <summary>What was typed last, and neither replaced by the person nor given up for what a colleague wrote.</summary>
        public Dictionary<Place, string> Typed { get; } = [];

        public bool IsOnline { get; set; } = true;

        public int Waiting => unsaved.Count;

        public async Task Open()
        {
            if (IsOnline)
            {
                var draft = await server.Now();
                (page, pageRevision) = (Places.ToDictionary(p => p, p => draft[p]), draft.Revision);
            }
            revision = pageRevision;
            Inputs = page.ToDictionary(p => p.Key, p => new Input(p.Value.Text, p.Value.Text, p.Value.Version, [], 0, null, null));
            foreach (var (place, kept) in unsaved)
                Inputs[place] = new Input(kept.Text, null, kept.Version, [.. kept.Sent], kept.Since, null, null);
            foreach (var (place, input) in Inputs.Where(i => !i.Value.Differs))
                seen.Add((place, input.Version));
        }

        public void Type(Place place, string text)
        {
            Inputs[place] = Inputs[place] with { Text = text };
            Typed[place] = text;
            Hold(place);
        }

        void Hold(Place place)
        {
            var input = Inputs[place] = Inputs[place] with { Since = !Inputs[place].Differs ? 0 : Inputs[place].Since is 0 ? ++now : Inputs[place].Since };
            if (input.Differs)
                unsaved[place] = new Kept(input.Text, input.Version, [.. input.Sent], input.Since);
            else
                unsaved.Remove(place);
        }

        /// <param name="isLost">The request arrives, its answer does not.</param>
        public async Task Save(bool isLost)
        {
            Wish[] wanted = [.. Inputs.Where(i => i.Value is { Differs: true, Conflict: null }).OrderBy(i => i.Value.Since).Select(i => new Wish(i.Key, i.Value.Text, i.Value.Version))];
            if (wanted.Length == 0)
                return;
            foreach (var wish in wanted)
            {
                Inputs[wish.Place].Sent.Add(wish.Text);
                everSent.Add((wish.Place, wish.Text));
                Hold(wish.Place);
            }
            if (!IsOnline)
                return;
            var before = (await server.Now()).Revision;
            var saved = await server.Save(actor, wanted);
            await NothingUnseenIsOverwritten(before);
            if (isLost)
                return;
            var places = wanted.Select(w => w.Place).Where(p => saved.Conflicts.All(c => c.Place != p)).ToList();
            if (saved.Draft.Revision == revision + places.Count(p => saved.Draft[p].Version > revision))
                revision = saved.Draft.Revision;
            foreach (var place in places)
            {
                server.Acknowledged.Add((place, wanted.Single(w => w.Place == place).Text));
                Inputs[place] = Inputs[place] with { Known = saved.Draft[place].Text, Version = saved.Draft[place].Version, Sent = [] };
                Learn(place, saved.Draft[place]);
            }
            foreach (var conflict in saved.Conflicts)
                if (!IsOwn(conflict.Place, conflict.Standing))
                    await Show(conflict.Place, conflict.Standing);
            pageRevision = revision;
            foreach (var wish in wanted)
                Hold(wish.Place);
        }

        public async Task Poll()
        {
            if (!IsOnline)
                return;
            var draft = await server.Now();
            foreach (var place in (await server.Changes(revision)).Select(c => new Place(c.Field, c.Code)).Where(Inputs.ContainsKey).Distinct())
            {
                Learn(place, draft[place]);
                if (Inputs[place].Version >= draft[place].Version || IsOwn(place, draft[place]))
                    continue;
                if (Inputs[place].IsFree)
                    Take(place, draft[place]);
                else if (Inputs[place].Conflict is not { } known)
                    Inputs[place] = Inputs[place] with { Theirs = draft[place] };
                else if (known.Version < draft[place].Version)
                    await Show(place, draft[place]);
            }
            pageRevision = revision = draft.Revision;
            foreach (var (place, input) in Inputs.Where(i => i.Value is { IsFree: true, Theirs: not null }).ToList())
                Take(place, input.Theirs!.Value);
        }

        void Take(Place place, Standing there)
        {
            Inputs[place] = Inputs[place] with { Theirs = null };
            if (Inputs[place].Version >= there.Version)
                return;
            Assert.Null(Inputs[place].Conflict);            // what is to be chosen from stays until it is chosen
            Inputs[place] = Inputs[place] with { Text = there.Text, Known = there.Text, Version = there.Version };
            seen.Add((place, there.Version));
        }

        public void Choose(bool isMine)
        {
            foreach (var (place, input) in Inputs.Where(i => i.Value.Conflict is not null).Take(1).ToList())
            {
                var there = input.Conflict!.Value;
                Inputs[place] = input with { Conflict = null, Known = there.Text, Version = there.Version, Text = isMine ? input.Text : there.Text };
                if (!isMine)
                    Typed.Remove(place);
                Hold(place);
            }
        }

        bool IsOwn(Place place, Standing there)
        {
            if (!Inputs[place].Sent.Contains(there.Text))
                return false;
            Inputs[place] = Inputs[place] with { Known = there.Text, Version = there.Version, Sent = [] };
            Hold(place);
            return true;
        }

        async Task Show(Place place, Standing there)
        {
            Assert.NotEqual(actor.AccountId, (await server.Changes()).Single(c => c.Number == there.Version).AccountId);         // no conflict with oneself
            Inputs[place] = Inputs[place] with { Conflict = there, Sent = [] };
            seen.Add((place, there.Version));
        }

        void Learn(Place place, Standing there)
        {
            if (there.Version > page[place].Version)
                page[place] = there;
        }

        /// <summary>Whatever these changes replaced had been before this person's eyes, or came from this person.</summary>
        async Task NothingUnseenIsOverwritten(int after)
        {
            var changes = await server.Changes();
            foreach (var change in changes.Where(c => c.Number > after && Places.Contains(new Place(c.Field, c.Code))))
            {
                var place = new Place(change.Field, change.Code);
                var replaced = changes.LastOrDefault(c => c.Number < change.Number && new Place(c.Field, c.Code) == place);
                Assert.True(replaced is null || replaced.AccountId == actor.AccountId || seen.Contains((place, replaced.Number)) || everSent.Contains((place, replaced.After)), $"{change.Number} replaces {replaced?.Number} unseen");
            }
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Whatever_happens_to_the_line_nothing_is_lost_or_overwritten_unseen_and_nobody_is_in_conflict_with_oneself(string kind)
    {
        var portal = await portals.Of(kind);
        var people = new[] { await portal.Actor("promoter"), await portal.Actor("colleague") };
        await AnyStep.Array[1, 40].SampleAsync(async steps =>
        {
            var entry = await portal.Begin();
            var server = new Server(portal, entry.Id);
            var clients = people.Select(p => new Client(server, p)).ToArray();
            foreach (var client in clients)
                await client.Open();
            foreach (var (step, number) in steps.Select((s, i) => (s, i)))
                await Do(step, clients[step.Person], $"text {number}");

            foreach (var client in clients)
                client.IsOnline = true;
            for (var round = 0; round < 10; round++)
                foreach (var client in clients)
                {
                    await client.Poll();
                    await client.Save(isLost: false);
                    client.Choose(isMine: round % 2 == 0);
                }
            foreach (var client in clients)
                await client.Poll();

            var stored = await portal.Stored(entry.Id);
            stored.Replays();
            bool WasThere(Place place, string text) => text.Length == 0 && stored.Changes.All(c => new Place(c.Field, c.Code) != place) || stored.Changes.Any(c => new Place(c.Field, c.Code) == place && (c.After == text || c.Before == text));
            Assert.All(server.Acknowledged, a => Assert.True(WasThere(a.Place, a.Text), $"{a.Text} was acknowledged"));
            foreach (var client in clients)
            {
                Assert.All(client.Typed, t => Assert.True(WasThere(t.Key, t.Value), $"{t.Value} was typed"));
                Assert.Equal(0, client.Waiting);
                Assert.All(client.Inputs, i => Assert.Equal((i.Key, stored.Text(i.Key.Field, i.Key.Code)), (i.Key, i.Value.Text)));
            }
        }, seed: "9Okb71fCkXL9", iter: 80, threads: 1);      // once found: the old text typed again over a colleague's
    }

    static async Task Do(Step step, Client client, string ownText)
    {
        switch (step.Doing)
        {
            case Doing.Type: client.Type(Places[step.Place], step.Text ?? ownText); break;
            case Doing.Save: await client.Save(isLost: false); break;
            case Doing.LoseAnswer: await client.Save(isLost: true); break;
            case Doing.Poll: await client.Poll(); break;
            case Doing.CutLine: client.IsOnline = false; break;
            case Doing.MendLine: client.IsOnline = true; break;
            case Doing.OpenAnew: await client.Open(); break;
            case Doing.Choose: client.Choose(step.IsMine); break;
        }
    }
}
