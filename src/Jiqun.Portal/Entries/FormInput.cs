using System.Globalization;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>What was typed into a whole form and could not be kept: shown again, with why.</summary>
/// <param name="Typed">What the person wants in places that were left as they are.</param>
/// <param name="Conflicts">What stands there instead.</param>
/// <param name="Refused">What cannot be kept at all.</param>
public sealed record FormInput(IReadOnlyDictionary<Place, string> Typed, IReadOnlyList<DraftState.ConflictState> Conflicts, IReadOnlyList<NotKept> Refused)
{
    public static FormInput None { get; } = new(new Dictionary<Place, string>(), [], []);

    public DraftState.ConflictState? ConflictAt(Place place) => Conflicts.FirstOrDefault(c => c.Field == place.Field && c.Code == place.Code);

    /// <summary>Name of the input of a place, and of that which bears its version.</summary>
    public static string Name(Place place) => $"a:{place.Field}:{place.Code}";

    public static string VersionName(Place place) => $"v:{place.Field}:{place.Code}";

    /// <summary>What a browser sends of a whole form; of a name that comes twice, the first.</summary>
    public static List<Wish> Wishes(IFormCollection form) =>
    [
        .. from input in form
           where input.Key.StartsWith("a:", StringComparison.Ordinal)
           let parts = input.Key.Split(':')
           where parts.Length == 3
           let place = new Place(parts[1], parts[2])
           select new Wish(place, input.Value[0] ?? "", int.TryParse(form[VersionName(place)].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0),
    ];

    public static async Task<FormInput> Of(Database database, Guid entry, IReadOnlyList<Wish> wishes, Saved saved) => new(
        wishes.Where(w => saved.Conflicts.Any(c => c.Place == w.Place) || saved.Refused.Any(r => r.Place == w.Place)).ToDictionary(w => w.Place, w => w.Text),
        await Described(database, entry, saved.Conflicts),
        saved.Refused);

    /// <summary>Conflicts with who changed the place and when.</summary>
    public static async Task<IReadOnlyList<DraftState.ConflictState>> Described(Database database, Guid entry, IReadOnlyList<Conflict> conflicts)
    {
        if (conflicts.Count == 0)
            return [];
        await using var db = database.Open();
        var versions = conflicts.Select(c => c.Standing.Version).ToList();
        var authors = await (from c in db.Changes
                             where c.EntryId == entry && versions.Contains(c.Number)
                             join a in db.Users on c.AccountId equals a.Id
                             select new { c.Number, c.At, a.FullName }).ToDictionaryAsync(c => c.Number);
        return [.. conflicts.Select(c => new DraftState.ConflictState(
            c.Place.Field,
            c.Place.Code,
            c.Standing.Text,
            c.Standing.Version,
            authors.TryGetValue(c.Standing.Version, out var by) ? Words.Of("conflict-by", by.FullName, Beijing.Shown(by.At)) : ""))];
    }
}
