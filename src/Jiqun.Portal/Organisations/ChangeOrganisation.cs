using Jiqun.Core;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Organisations;

/// <summary>Gives an organisation another name or division. What lies under it must fit the new division.</summary>
sealed class ChangeOrganisation(JiqunDb db, TimeProvider clock)
{
    /// <param name="seen">Name and division that the person saw; the division empty for the ministry.</param>
    public async Task<Outcome<Organisation>> Run(Guid id, (string Name, string Division) seen, string name, string division, Actor actor)
    {
        if (await db.OrganisationsOf(actor).SingleOrDefaultAsync(o => o.Id == id) is not { } organisation)
            return Refusals.Missing();
        if (!Authority.MayChange(actor, organisation))
            return Refusals.NotAllowed();
        if ((organisation.Name, organisation.DivisionCode ?? "") != seen)
            return Stale(organisation);
        var parent = await db.Organisations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == organisation.ParentId);
        var (named, placed) = (PlainName.Read(name, "name"), parent is null ? null : Placing.Read(division, "division", organisation.Level, parent));
        List<Finding> wrong = [.. named.Refusal ?? [], .. placed?.Refusal ?? []];
        if (wrong.Count > 0)
            return wrong;
        if (await MakeOrganisation.IsTaken(db, organisation.ParentId, named.Value!, id))
            return MakeOrganisation.Taken(named.Value!);
        var (before, beforeAt) = (organisation.Name, organisation.DivisionCode);
        (organisation.Name, organisation.DivisionCode) = (named.Value!, placed?.Value);
        var outside = (await db.Organisations.AsNoTracking().Where(o => o.ParentId == id).ToListAsync()).Where(o => IsOutside(o, organisation)).Select(o => o.Name).ToList();
        if (organisation.DivisionCode != beforeAt && outside.Count > 0)
            return Finding.Error("division-of-children", "division", Words.Of("division-of-children", Placing.Shown(placed?.Value), outside.Count, string.Join('、', outside.Take(5))));
        if ((organisation.Name, organisation.DivisionCode) == (before, beforeAt))
            return organisation;

        db.Note(AuditAction.OrganisationChanged, actor.AccountId, id, clock.Now(), $"{beforeAt} {before} → {organisation.DivisionCode} {organisation.Name}");
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException)                                 // changed or deleted meanwhile
        {
            db.ChangeTracker.Clear();
            return await db.OrganisationsOf(actor).AsNoTracking().SingleOrDefaultAsync(o => o.Id == id) is { } now ? Stale(now) : Refusals.Missing();
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            if (!await MakeOrganisation.IsTaken(db, parent?.Id, named.Value!, id))
                throw;
            return MakeOrganisation.Taken(named.Value!);
        }
        return organisation;
    }

    static Finding Stale(Organisation now) => Finding.Error("stale", null, Words.Of("organisation-stale", $"{now.Name} {Placing.Shown(now.DivisionCode)}".TrimEnd()));

    static bool IsOutside(Organisation child, Organisation parent) =>
        !Authority.LevelsUnder(parent).Contains(child.Level) || child.DivisionCode is { } code && Divisions.Of(code) is { } division && Placing.Misfit(division, child.Level, parent) is not null;
}
