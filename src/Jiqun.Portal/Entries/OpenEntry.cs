using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>An entry that a person may see, with what is to be known of its round.</summary>
/// <param name="MayEnter">The round is still open to its organisation; who may enter can change.</param>
public sealed record EntryHead(
    Guid Id,
    Guid OrganisationId,
    string OrganisationName,
    EntryState State,
    int Revision,
    bool IsSample,
    Guid RoundId,
    string RoundName,
    string FormId,
    int BaseYear,
    DateTime OpensAt,
    DateTime ClosesAt,
    bool MayEnter)
{
    /// <summary>Whether this person may change it at this time; if not, why.</summary>
    /// <returns>Null when they may.</returns>
    public Finding? WhyFixed(Actor actor, DateTime now) =>
        State is EntryState.Submitted ? Finding.Error("submitted", null, Words.Of("entry-submitted"))
        : OrganisationId != actor.OrganisationId ? Refusals.NotAllowed()
        : !MayEnter ? Finding.Error("not-entrant", null, Words.Of("round-not-entrant"))
        : now < OpensAt ? Finding.Error("not-open", null, Words.Of("round-not-open", Beijing.Shown(OpensAt)))
        : now >= ClosesAt ? Finding.Error("closed", null, Words.Of("round-closed", Beijing.Shown(ClosesAt)))
        : null;
}

/// <summary>Finds an entry for a person. Entries that the person may not see are as if they did not exist.</summary>
sealed class OpenEntry(JiqunDb db, FormLibrary forms)
{
    static readonly CompiledQuery<Func<JiqunDb, Guid, Guid?, Task<EntryHead?>>> OfOrganisation = new(() => EF.CompileAsyncQuery((JiqunDb db, Guid id, Guid? organisation) =>
        (from e in db.Entries
         where e.Id == id && e.OrganisationId == organisation
         join r in db.Rounds on e.RoundId equals r.Id
         join o in db.Organisations on e.OrganisationId equals o.Id
         select new EntryHead(e.Id, o.Id, o.Name, e.State, e.Revision, e.IsSample, r.Id, r.Name, r.FormId, r.BaseYear, r.OpensAt, r.ClosesAt,
            !db.RoundEntrants.Any(x => x.RoundId == r.Id) || db.RoundEntrants.Any(x => x.RoundId == r.Id && db.Organisations.Any(above => above.Id == x.OrganisationId && o.Path.StartsWith(above.Path))))).FirstOrDefault()));

    /// <summary>Null when there is none, or it is not for this person.</summary>
    public async Task<EntryHead?> Run(Guid id, Actor actor) =>
        actor.IsMember(Organisations.Level.Promoter)
            ? await OfOrganisation.For(db)(db, id, actor.OrganisationId)      // as EntriesOf says, compiled: every save asks it
            : await (from e in db.EntriesOf(actor)
                     where e.Id == id
                     join r in db.Rounds on e.RoundId equals r.Id
                     join o in db.Organisations on e.OrganisationId equals o.Id
                     select new EntryHead(e.Id, o.Id, o.Name, e.State, e.Revision, e.IsSample, r.Id, r.Name, r.FormId, r.BaseYear, r.OpensAt, r.ClosesAt,
            !db.RoundEntrants.Any(x => x.RoundId == r.Id) || db.RoundEntrants.Any(x => x.RoundId == r.Id && db.Organisations.Any(above => above.Id == x.OrganisationId && o.Path.StartsWith(above.Path))))).FirstOrDefaultAsync();

    /// <summary>As <see cref="Run"/>, but only for the organisation that enters: how a form came to be is nobody else's.</summary>
    public async Task<EntryHead?> Own(Guid id, Actor actor) => await Run(id, actor) is { } entry && entry.OrganisationId == actor.OrganisationId ? entry : null;

    /// <summary>The form that the entry's round pins. Its presence was checked at the start.</summary>
    public Form FormOf(EntryHead entry) => forms.Find(entry.FormId) ?? throw new InvalidOperationException($"There is no form {entry.FormId}.");
}
