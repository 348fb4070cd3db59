using Jiqun.Core.Identifiers;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Collecting;

/// <summary>The offices over a place: under which a promotion organisation is made.</summary>
static class Offices
{
    /// <summary>The office right over promotion organisations of a division. Null when there is none, or there are several.</summary>
    public static async Task<Organisation?> Over(JiqunDb db, string division)
    {
        var place = OtherPlaces.Place(division);
        var there = await db.Organisations.Where(o => o.DivisionCode == place && (o.Level == Level.City || o.Level == Level.Province)).ToListAsync();
        return there.Where(o => Authority.LevelsUnder(o).Contains(Level.Promoter)).ToList() is [var one] ? one : null;
    }

    /// <summary>Adds the offices over a division that are not there yet to what the context will save.</summary>
    /// <returns>The one right over it. Null when no organisation can stand there.</returns>
    public static async Task<Organisation?> Make(JiqunDb db, string division, Guid by, DateTime now)
    {
        if (await Over(db, division) is { } there)
            return there;
        if (OtherPlaces.Place(division) is not { } place || Divisions.Province(division) is not { } province || await db.Organisations.SingleOrDefaultAsync(o => o.ParentId == null) is not { } ministry)
            return null;
        if (Placing.IsSeparatelyPlanned(place))
            return Add(ministry, Level.City, place);
        var above = await db.Organisations.OrderBy(o => o.CreatedAt).FirstOrDefaultAsync(o => o.Level == Level.Province && o.DivisionCode == province) ?? Add(ministry, Level.Province, province);
        return above is null || place == province ? Placing.IsMunicipality(province) ? above : null : Add(above, Level.City, place);

        Organisation? Add(Organisation parent, Level level, string code) => Divisions.Of(code) is { } at && Placing.Misfit(at, level, parent) is null
            ? MakeOrganisation.Add(db, parent, level, NameOf(level, at.Name), code, by, now) : null;
    }

    /// <summary>Names that hold anywhere: whoever works there gives it its own.</summary>
    internal static string NameOf(Level level, string division) => level is Level.Province ? $"{division}工业和信息化主管部门" : $"{division}人民政府";
}
