using Jiqun.Core.Approvals;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>Who has a part in an entry.</summary>
/// <param name="Names">Of the organisations among them.</param>
/// <param name="Missing">Names of places whose office no organisation has taken yet.</param>
sealed record Parties(IReadOnlyList<Party> List, IReadOnlyDictionary<Guid, string> Names, IReadOnlyList<string> Missing)
{
    /// <param name="along">The entrant and those above it.</param>
    /// <param name="places">Where the cluster lies besides, as <see cref="OtherPlaces"/> says.</param>
    public static async Task<Parties> Of(JiqunDb db, IReadOnlyList<Guid> along, IReadOnlyList<string> places)
    {
        var organisations = await db.Organisations.AsNoTracking()
            .Where(o => along.Contains(o.Id) || (o.Level == Level.City || o.Level == Level.Province) && places.Contains(o.DivisionCode!)).OrderBy(o => o.CreatedAt).ThenBy(o => o.Id).ToListAsync();
        var partners = places.Select(code => (Code: code, Organisation: organisations.Find(o => o.DivisionCode == code && !along.Contains(o.Id)))).ToList();
        return new Parties(
            [
                .. organisations.Where(o => along.Contains(o.Id)).Select(o => new Party(OfficeOf(o.Level), o.Id)),
                .. partners.Select(p => new Party(p.Organisation is { } o ? OfficeOf(o.Level) : Office.City, p.Organisation?.Id, IsPartner: true)),
            ],
            organisations.ToDictionary(o => o.Id, o => o.Name),
            [.. partners.Where(p => p.Organisation is null).Select(p => Divisions.Name(p.Code) ?? p.Code)]);
    }

    public static Office OfficeOf(Level level) => level switch
    {
        Level.Ministry => Office.Ministry,
        Level.Province => Office.Province,
        Level.City => Office.City,
        Level.Promoter => Office.Entrant,
    };
}
