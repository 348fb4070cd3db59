using System.Text;
using Jiqun.Core;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Organisations;

namespace Jiqun.Portal.Collecting;

/// <summary>A promotion organisation, as far as a file is held against it.</summary>
/// <param name="Division">Six digits.</param>
/// <param name="HasEntry">In the round.</param>
/// <param name="Cluster">Name of its cluster, as its entry has it; empty where that says nothing.</param>
sealed record KnownEntrant(Guid Organisation, string Name, string Division, bool HasEntry, string Cluster);

/// <summary>Of whom a file is.</summary>
/// <param name="State">New, matched or doubtful.</param>
/// <param name="Why">Code of the doubt; empty without one.</param>
/// <param name="Organisations">The one it is of: none for a new one. Of a doubtful one those it may be of, the likeliest first.</param>
sealed record Sorted(MailedState State, string Why, IReadOnlyList<Guid> Organisations);

/// <summary>归类: says by name, organisation and division to which entry a filled form belongs. What is not certain is left to a person. The rules alone: no database, no clock.</summary>
static class Sorting
{
    /// <summary>Two names are near when at most one of so many characters differs.</summary>
    const int Nearness = 6;

    /// <summary>A name without the province in front of it is the same name, if so much is left.</summary>
    const int ShortestTail = 6;

    const string Nameless = "nameless", Two = "two", OtherCluster = "other-cluster", OtherProvince = "other-province", OtherOrganisation = "other-organisation", Near = "near", NoPlace = "place", SeveralPlaces = "several-places";

    /// <param name="author">Name of who enters, as the file has it; empty where it has none, as is the next.</param>
    /// <param name="areas">Divisions of the cluster's area.</param>
    public static Sorted Of(string author, string cluster, IReadOnlyList<string> areas, IReadOnlyList<KnownEntrant> known)
    {
        var (who, what) = (Plain(author), Plain(cluster));
        if (who.Length == 0 && what.Length == 0)
            return Doubtful(Nameless, []);
        var named = who.Length == 0 ? [] : known.Where(k => Plain(k.Name) == who).ToList();
        var alike = what.Length == 0 ? [] : known.Where(k => k.HasEntry && IsSame(Plain(k.Cluster), what) && SharesProvince(k.Division, areas)).ToList();
        if (named.Count > 1 && named.Where(k => SharesProvince(k.Division, areas)).ToList() is [var only] && areas.Count > 0)
            named = [only];
        if (named.Count > 1)
            return Doubtful(Two, named);
        if (named is [var one])
        {
            return areas.Count > 0 && !SharesProvince(one.Division, areas) ? Doubtful(OtherProvince, named)
                : one.HasEntry && one.Cluster.Length > 0 && what.Length > 0 && !IsSame(Plain(one.Cluster), what) ? Doubtful(OtherCluster, [.. named, .. alike])
                : alike.Any(k => k != one) ? Doubtful(Two, [.. named, .. alike])
                : new Sorted(one.HasEntry ? MailedState.Matched : MailedState.New, "", [one.Organisation]);
        }
        if (alike.Count > 1)
            return Doubtful(Two, alike);
        // the same cluster by another organisation may be a rival's: its contacts are not for the one that is there
        if (alike is [var there])
            return who.Length == 0 || Distance(Plain(there.Name), who) is not null ? new Sorted(MailedState.Matched, "", [there.Organisation]) : Doubtful(OtherOrganisation, alike);
        var near = (from k in known
                    where LiesTogether(k.Division, areas)
                    let distance = Least(Distance(Plain(k.Name), who), k.HasEntry ? Distance(Plain(k.Cluster), what) : null)
                    where distance is not null
                    orderby distance, k.Name
                    select k).ToList();
        return near.Count > 0 ? Doubtful(Near, near)
            : who.Length == 0 ? Doubtful(Nameless, [])
            : areas.Count == 0 ? Doubtful(NoPlace, [])
            : PlaceOf(areas) is null ? Doubtful(areas.Select(OtherPlaces.Place).Distinct().Count() > 1 ? SeveralPlaces : NoPlace, [])
            : new Sorted(MailedState.New, "", []);
    }

    /// <summary>The division that a new organisation would stand for: the area, or the city where it has several parts. Null when it lies in several cities, or in none.</summary>
    public static string? PlaceOf(IReadOnlyList<string> areas) =>
        areas.Select(OtherPlaces.Place).Distinct().ToList() is [{ } place] && (Divisions.Of(place)!.Level is not DivisionLevel.Province || Placing.IsMunicipality(place)) ? areas is [var area] ? area : place : null;

    static Sorted Doubtful(string why, IReadOnlyList<KnownEntrant> candidates) =>
        new(MailedState.Doubtful, why, [.. candidates.Select(k => k.Organisation).Distinct().Take(MailedFile.MostCandidates)]);

    /// <summary>What counts of a name: letters and digits, whatever their width; blanks, brackets and marks are left out.</summary>
    internal static string Plain(string name) => string.Concat(name.Normalize(NormalizationForm.FormKC).EnumerateRunes().Where(Rune.IsLetterOrDigit).Select(r => Rune.ToLowerInvariant(r).ToString()));

    static bool IsSame(string one, string other) => one.Length > 0 && (one == other
        || Math.Min(one.Length, other.Length) >= ShortestTail && (one.EndsWith(other, StringComparison.Ordinal) || other.EndsWith(one, StringComparison.Ordinal)));

    /// <summary>In characters. Null when they are not near each other.</summary>
    static int? Distance(string one, string other)
    {
        var most = Math.Max(one.Length, other.Length) / Nearness;
        return one.Length > 0 && other.Length > 0 && Math.Abs(one.Length - other.Length) <= most && EditDistance.Between(one, other) is var distance && distance <= most ? distance : null;
    }

    static int? Least(int? one, int? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);

    /// <summary>An area of which nothing is known contradicts nobody.</summary>
    static bool SharesProvince(string division, IReadOnlyList<string> areas) => areas.Count == 0 || areas.Any(a => Divisions.Province(a) == Divisions.Province(division));

    static bool LiesTogether(string division, IReadOnlyList<string> areas) =>
        areas.Count == 0 || areas.Any(a => Divisions.Path(a).Any(d => d.Code == division) || Divisions.Path(division).Any(d => d.Code == a) || OtherPlaces.Place(a) == OtherPlaces.Place(division));
}
