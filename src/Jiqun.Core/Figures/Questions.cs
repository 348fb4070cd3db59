using System.Globalization;
using System.Text;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Core.Figures;

/// <summary>An entry among those of its round.</summary>
/// <param name="Id">Whatever tells it from the others.</param>
/// <param name="Codes">Field id → recognised classes or divisions; see <see cref="Checks.RecognisedCodes"/>.</param>
public sealed record RoundEntry(string Id, FormAnswers Answers, IReadOnlyDictionary<string, IReadOnlyList<string>> Codes);

/// <summary>疑问: what cannot be true of several entries together, or is far from what the others have. For a person to judge; never an error by itself.</summary>
/// <param name="Code">Stable name of the kind of question.</param>
/// <param name="Field">Id of the field, or of the derived figure, that it is about.</param>
/// <param name="Entries">Ids of the entries concerned, at least one; those from which an answer is wanted.</param>
/// <param name="Message">What was seen, with the figures, and what to look at, in the language of the reader.</param>
/// <param name="Passages">Of copies: each, side by side.</param>
public sealed record Question(string Code, string Field, IReadOnlyList<string> Entries, string Message, IReadOnlyList<Passage> Passages);

/// <summary>Asks across the entries of a round what no form can be asked alone.</summary>
public static class Questions
{
    /// <param name="entries">Their ids stand for what they hold: an entry that changed has another one.</param>
    /// <param name="before">Answers of the last round by the id of the entry now; entries that were not in it are absent.</param>
    /// <param name="known">What was asked of this round before; null when it is asked for the first time, and the last.</param>
    /// <returns>In the order of <see cref="QuestionSet"/>. Empty when the form asks nothing.</returns>
    public static IReadOnlyList<Question> Ask(Form form, FigureSet figures, IReadOnlyList<RoundEntry> entries, IReadOnlyDictionary<string, FormAnswers> before, AskedBefore? known = null)
    {
        if (figures.Questions is not { } set)
            return [];
        known ??= new AskedBefore();
        known.Begin(entries, e => KeysOf(set, e));
        var (industries, divisions) = (By(Industry), By(Division));
        return [
            .. set.Totals is { } totals ? Each("totals", industries, i => Totals(form, totals, i)) : [],
            .. set.Shares.SelectMany(s => Each($"shares {s}", industries, i => Shares(form, s, i))),
            .. set.Proportion is { } proportion ? Each("proportion", divisions, d => Proportions(form, proportion, d)) : [],
            .. set.Unusual is { } unusual ? Each("unusual", divisions, d => Unusual(form, figures, unusual, d)) : [],
            .. set.Same.SelectMany((f, nth) => Each($"same {f}", known.Alike(FirstSame + nth), alike => [Same(form, f, alike)])),
            .. set.Area is { } area ? Each("area", divisions, d => Overlaps(form, area, d)) : [],
            .. set.Copied is { } copied ? Copies(form, entries, known.Texts(copied, entries)) : [],
            .. set.Moved is { } moved ? entries.SelectMany(e => before.TryGetValue(e.Id, out var last) ? known.Of("moved", e.Id, [e, last], () => Moves(form, moved, e, last).ToList()) : []) : [],
        ];

        IEnumerable<Question> Each(string about, IEnumerable<(string Key, IReadOnlyList<RoundEntry> Entries)> groups, Func<IReadOnlyList<RoundEntry>, IEnumerable<Question>> ask) =>
            groups.SelectMany(g => known.Of(about, g.Key, g.Entries, () => ask(g.Entries).ToList()));

        List<(string, IReadOnlyList<RoundEntry>)> By(int key) => [.. known.Alike(key).OrderBy(g => g.Key, StringComparer.Ordinal)];
    }

    /// <summary>Of the keys by which an entry is held against others. The same classes have the same national whole; a division (大类) is wide enough for peers; then what no two should answer alike.</summary>
    const int Industry = 0, Division = 1, FirstSame = 2;

    /// <returns>Empty keys where something is not known, or not answered.</returns>
    static IReadOnlyList<string> KeysOf(QuestionSet set, RoundEntry entry)
    {
        var classes = entry.Codes.GetValueOrDefault(set.Industry, []);
        return [
            string.Join(' ', classes.Order(StringComparer.Ordinal)),
            classes is [var first, ..] && IndustryClasses.Path(first).ElementAtOrDefault(1) is { } division ? division.Code : "",
            .. set.Same.Select(f => Plain(entry.Answers.Text(f) ?? "")),
        ];
    }

    static Question Of(string code, string field, IEnumerable<RoundEntry> entries, params object?[] arguments) =>
        new(code, field, [.. entries.Select(e => e.Id)], Messages.Of(code, arguments), []);

    static IEnumerable<Question> Totals(Form form, TotalsQuestion asked, IReadOnlyList<RoundEntry> industry)
    {
        var known = (from entry in industry
                     let total = asked.Figure.Value(entry.Answers)
                     where total > 0
                     orderby total
                     select (Entry: entry, Total: total.Value)).ToList();
        if (known.Count < 2 || known[^1].Total / known[0].Total < asked.Factor)
            yield break;
        var median = Distribution.MedianOf([.. known.Select(k => k.Total)]);
        var far = known.Where(k => known.Count > 2 && Apart(k.Total, median) >= asked.Factor).ToList();
        yield return Of("total-differs", asked.Figure.Id, (far.Count > 0 ? far : known).Select(k => k.Entry),
            asked.Figure.Written(form), Names(form, known.Select(k => (k.Entry, $"{Number(k.Total)}{asked.Figure.Unit}"))));
    }

    static IEnumerable<Question> Shares(Form form, string field, IReadOnlyList<RoundEntry> industry)
    {
        var known = industry.Where(e => e.Answers.Number(field) > 0).ToList();
        if (known.Sum(e => (double)e.Answers.Number(field)!) is > 100 and var together && known.Count > 1)
            yield return Of("shares-above-whole", field, known, form[field].Name, Number(together), Names(form, known.Select(e => (e, $"{e.Answers[field]}%"))));
    }

    static IEnumerable<Question> Proportions(Form form, ProportionQuestion asked, IReadOnlyList<RoundEntry> peers)
    {
        const int fewest = 3;
        var known = (from entry in peers
                     let of = entry.Answers.Number(asked.Of)
                     let to = entry.Answers.Number(asked.To)
                     where of > 0 && to > 0
                     select (Entry: entry, Ratio: (double)of.Value / (double)to.Value)).ToList();
        if (known.Count <= fewest)
            yield break;
        var sorted = known.Select(k => k.Ratio).Order().ToList();
        foreach (var (entry, ratio) in known)
        {
            if (Distribution.MedianWithout(sorted, ratio) is var median && Apart(ratio, median) >= asked.Factor)
                yield return Of("shares-out-of-proportion", asked.Of, [entry], form[asked.Of].Name, entry.Answers[asked.Of], form[asked.To].Name, entry.Answers[asked.To], Number(ratio), Number(median));
        }
    }

    static IEnumerable<Question> Unusual(Form form, FigureSet figures, UnusualQuestion asked, IReadOnlyList<RoundEntry> peers)
    {
        foreach (var figure in Figure.Of(form, figures))
        {
            var known = peers.Select(e => (Entry: e, Value: figure.Value(e.Answers))).Where(k => k.Value > 0).Select(k => (k.Entry, Value: k.Value!.Value)).ToList();
            if (known.Count < asked.Least)
                continue;
            var distribution = Distribution.Of(known.Select(k => k.Value));
            foreach (var (entry, value) in known.Where(k => Math.Abs(distribution.Z(k.Value)) > asked.Z))
                yield return Of("far-from-peers", figure.Id, [entry], figure.Name, Number(value), figure.Unit, known.Count, Number(distribution.Median), Number(distribution.Z(value)));
        }
    }

    static Question Same(Form form, string field, IReadOnlyList<RoundEntry> alike) => Of("same-answer", field, alike, form[field].Name, Names(form, alike.Select(e => (e, ""))));

    static string Plain(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var written in text)
            if (HalfWidth.Of(written) is var letter && !char.IsWhiteSpace(letter))
                letters.Append(char.ToLowerInvariant(letter));
        return letters.ToString();
    }

    static IEnumerable<Question> Overlaps(Form form, string area, IReadOnlyList<RoundEntry> peers)
    {
        // whose area lies in another's names it, or a part of it: only those are held against each other
        var named = (from i in Enumerable.Range(0, peers.Count) from code in peers[i].Codes.GetValueOrDefault(area, []) select (code, i)).ToLookup(n => n.code, n => n.i);
        var pairs = from i in Enumerable.Range(0, peers.Count)
                    from code in peers[i].Codes.GetValueOrDefault(area, [])
                    from within in Divisions.Path(code)
                    from j in named[within.Code]
                    where i != j
                    select (Math.Min(i, j), Math.Max(i, j));
        foreach (var (i, j) in pairs.Distinct().Order())
        {
            var (one, other) = (peers[i].Codes.GetValueOrDefault(area, []), peers[j].Codes.GetValueOrDefault(area, []));
            var common = one.Where(c => other.Any(o => Lies(c, o))).Concat(other.Where(o => one.Any(c => Lies(o, c)))).Distinct().ToList();
            yield return Of("areas-overlap", area, [peers[i], peers[j]], form[area].Name, Names(form, [(peers[i], ""), (peers[j], "")]), string.Join('、', common.Select(Divisions.Name)));
        }

        static bool Lies(string division, string within) => Divisions.Path(division).Any(d => d.Code == within);
    }

    static IEnumerable<Question> Copies(Form form, IReadOnlyList<RoundEntry> entries, CopiedText texts)
    {
        var passages = texts.Passages();
        var concerned = passages.SelectMany(p => (string[])[p.First.Entry, p.Second.Entry]).ToHashSet();
        var byId = entries.Where(e => concerned.Contains(e.Id)).ToDictionary(e => e.Id);
        return from passage in passages
               group passage by (passage.First.Entry, passage.Second.Entry) into pair
               let longest = pair.MaxBy(p => p.FirstEnd - p.FirstAt)!
               let both = (RoundEntry[])[byId[pair.Key.Item1], byId[pair.Key.Item2]]
               select Of("copied", longest.First.Field, both, Names(form, both.Select(e => (e, ""))), pair.Count(), form[longest.First.Field].Name, Start(longest.InFirst)) with { Passages = [.. pair] };
    }

    static string Start(string text) => text.Length <= 60 ? text : $"{text[..60]}……";

    static IEnumerable<Question> Moves(Form form, MovedQuestion asked, RoundEntry entry, FormAnswers last)
    {
        foreach (var field in asked.Fields)
            if (last.Number(field.Id) is > 0 and var was && entry.Answers.Number(field.Id) is > 0 and var now && Apart((double)now, (double)was) >= asked.Factor)
                yield return Of("moved", field.Id, [entry], field.Name, new NumberValue(was), new NumberValue(now), field.Unit);
    }

    /// <summary>How many times the greater is the lesser.</summary>
    static double Apart(double one, double other) => Math.Max(one / other, other / one);

    static string Names(Form form, IEnumerable<(RoundEntry Entry, string Figure)> entries)
    {
        const int most = 12;
        var all = entries.ToList();
        return string.Join('、', all.Take(most).Select(e => $"“{(form.Subject is { } subject ? e.Entry.Answers.Text(subject.Id) : null) ?? e.Entry.Id}”{(e.Figure.Length > 0 ? $" {e.Figure}" : "")}"))
            + (all.Count > most ? Messages.Of("and-more", all.Count - most) : "");
    }

    /// <summary>Whole from a thousand on, else with three decimals at most.</summary>
    static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 ? "0" : "0.###", CultureInfo.InvariantCulture);
}
