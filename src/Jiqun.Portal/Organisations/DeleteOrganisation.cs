using Jiqun.Core;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Organisations;

/// <summary>Deletes an organisation that nothing hangs on.</summary>
sealed class DeleteOrganisation(JiqunDb db, TimeProvider clock)
{
    /// <summary>The organisation, when this person may delete it and nothing hangs on it.</summary>
    public async Task<Outcome<Organisation>> Find(Guid id, Actor actor)
    {
        if (await db.OrganisationsOf(actor).SingleOrDefaultAsync(o => o.Id == id) is not { } organisation)
            return Refusals.Missing();
        if (!Authority.MayChange(actor, organisation))
            return Refusals.NotAllowed();
        List<string> hanging = [];
        await Add("organisation-has-children", db.Organisations.Where(o => o.ParentId == id));
        await Add("organisation-has-members", db.Users.Where(a => a.OrganisationId == id));
        await Add("organisation-has-invitations", db.Invitations.Where(i => i.OrganisationId == id));
        await Add("organisation-has-entries", db.Entries.Where(e => e.OrganisationId == id));
        await Add("organisation-has-rounds", db.RoundEntrants.Where(e => e.OrganisationId == id));     // without it the round might be open to all
        return hanging.Count > 0 ? Finding.Error("organisation-in-use", null, Words.Of("organisation-in-use", organisation.Name, string.Join('、', hanging))) : organisation;

        async Task Add<T>(string what, IQueryable<T> there)
        {
            if (await there.CountAsync() is > 0 and var count)
                hanging.Add(Words.Of(what, count));
        }
    }

    /// <returns>What was deleted.</returns>
    public async Task<Outcome<Organisation>> Run(Guid id, Actor actor)
    {
        var found = await Find(id, actor);
        if (found.Refused)
            return found;
        var organisation = found.Value;
        db.Remove(organisation);
        db.RemoveRange(await db.RoundQuotas.Where(q => q.OrganisationId == id).ToListAsync());
        db.Note(AuditAction.OrganisationDeleted, actor.AccountId, id, clock.Now(), $"{organisation.Level} {organisation.DivisionCode} {organisation.Name}");
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException)                                 // renamed or deleted meanwhile
        {
            db.ChangeTracker.Clear();
            return await Run(id, actor);
        }
        catch (DbUpdateException)                                            // something came to hang on it
        {
            db.ChangeTracker.Clear();
            var now = await Find(id, actor);
            if (!now.Refused)
                throw;
            return now;
        }
        return organisation;
    }
}
