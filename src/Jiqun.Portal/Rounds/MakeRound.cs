using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Rounds;

/// <summary>Makes a round, which pins its form as it is now.</summary>
sealed class MakeRound(JiqunDb db, FormLibrary forms, TimeProvider clock)
{
    public async Task<Outcome<Round>> Run(RoundInput input, Actor actor)
    {
        if (!actor.IsMember(Level.Ministry))
            return Refusals.NotAllowed();
        var read = input.Read(forms);
        if (read.Refused)
            return read.Refusal.ToList();
        var (terms, now) = (read.Value, clock.Now());
        var wrong = await Wrong(db, terms, null, actor);
        if (terms.ClosesAt <= now)
            wrong.Add(Finding.Error("closes-past", "closesAt", Words.Of("round-closes-past", Beijing.Shown(now))));
        if (wrong.Count > 0)
            return wrong;

        var round = new Round
        {
            Id = Guid.CreateVersion7(now),
            Name = terms.Name,
            FormId = terms.Form.Id,
            FormDigest = terms.Form.Digest,
            BaseYear = terms.BaseYear,
            OpensAt = terms.OpensAt,
            ClosesAt = terms.ClosesAt,
            KeepMonths = terms.KeepMonths,
            CreatedAt = now,
        };
        db.Add(round);
        db.AddRange(terms.Entrants.Select(e => new RoundEntrant { RoundId = round.Id, OrganisationId = e }));
        db.Note(AuditAction.RoundMade, actor.AccountId, round.Id, now, terms.Name);
        db.Tell(NoticeKind.RoundMade, round.Id, actor.AccountId, now, Notice.Everyone);
        await db.SaveChangesAsync();
        return round;
    }

    /// <summary>What is wrong with terms beside the other rounds and the organisations that there are.</summary>
    internal static async Task<List<Finding>> Wrong(JiqunDb db, RoundTerms terms, Guid? round, Actor actor)
    {
        List<Finding> wrong = [];
        if (await db.Rounds.AnyAsync(r => r.Name == terms.Name && r.Id != round))
            wrong.Add(Finding.Error("name-taken", "name", Words.Of("round-name-taken", terms.Name)));
        var entrants = terms.Entrants;
        if (entrants.Count > 0 && await db.OrganisationsOf(actor).CountAsync(o => entrants.Contains(o.Id)) < entrants.Count)
            wrong.Add(Finding.Error("entrant-unknown", "entrants", Words.Of("round-entrant-unknown")));
        return wrong;
    }
}
