using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Organisations;

/// <summary>Makes an organisation under another; the root when there is none.</summary>
sealed class MakeOrganisation(JiqunDb db, TimeProvider clock)
{
    /// <param name="division">As written; passed over for the root.</param>
    public async Task<Outcome<Organisation>> Run(Guid? parentId, Level level, string name, string division, Actor actor)
    {
        var parent = await db.OrganisationsOf(actor).AsNoTracking().SingleOrDefaultAsync(o => o.Id == parentId);
        if (parentId is not null && parent is null)
            return Refusals.Missing();
        if (!Authority.MayMakeUnder(actor, parent))
            return Refusals.NotAllowed();
        List<Finding> wrong = [];
        var levels = Authority.LevelsUnder(parent);
        if (!levels.Contains(level))
            return Finding.Error("level", "level", Words.Of("organisation-level-wrong", string.Join('、', levels.Select(l => Words.Of($"level-{l}")))));
        if (parent is null && await IsRootThere())
            return RootThere();
        var (named, placed) = (PlainName.Read(name, "name"), parent is null ? null : Placing.Read(division, "division", level, parent));
        wrong.AddRange(named.Refusal ?? []);
        wrong.AddRange(placed?.Refusal ?? []);
        if (wrong.Count == 0 && await IsTaken(db, parentId, named.Value!, null))
            wrong.Add(Taken(named.Value!));
        if (wrong.Count > 0)
            return wrong;

        var now = clock.Now();
        var organisation = Add(db, parent, level, named.Value!, placed?.Value, actor.AccountId, now);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException)                                            // a colleague was quicker
        {
            db.ChangeTracker.Clear();
            if (parentId is null && await IsRootThere())
                return RootThere();
            if (parentId is not null && !await db.Organisations.AnyAsync(o => o.Id == parentId))
                return Refusals.Missing();
            if (!await IsTaken(db, parentId, named.Value!, null))
                throw;
            return Taken(named.Value!);
        }
        return organisation;

        Task<bool> IsRootThere() => db.Organisations.AnyAsync(o => o.ParentId == null);
    }

    /// <summary>Adds an organisation to what the context will save. Whether it may be there is the caller's to know.</summary>
    internal static Organisation Add(JiqunDb db, Organisation? parent, Level level, string name, string? division, Guid by, DateTime now)
    {
        var organisation = Organisation.Under(parent, level, name, division, now);
        db.Add(organisation);
        db.Note(AuditAction.OrganisationMade, by, organisation.Id, now, $"{level} {division} {name}");
        return organisation;
    }

    static Finding RootThere() => Finding.Error("root-there", null, Words.Of("organisation-root-there"));

    internal static Task<bool> IsTaken(JiqunDb db, Guid? parentId, string name, Guid? butFor) =>
        db.Organisations.AnyAsync(o => o.ParentId == parentId && o.Name == name && o.Id != butFor);

    internal static Finding Taken(string name) => Finding.Error("name-taken", "name", Words.Of("organisation-name-taken", name));
}
