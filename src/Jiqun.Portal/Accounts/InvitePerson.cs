using System.Globalization;
using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>An invitation just made, with the secret of its link, which is kept nowhere.</summary>
sealed record MadeInvitation(Invitation Invitation, string Secret);

/// <summary>Invites one person: into an organisation, or as an administrator.</summary>
sealed class InvitePerson(JiqunDb db, TimeProvider clock)
{
    public const int FewestDays = 1, MostDays = 30, UsualDays = 7;

    /// <summary>Where to, when this person may invite there.</summary>
    /// <param name="organisationId">Null for administrators.</param>
    /// <returns>The organisation's name; empty for administrators.</returns>
    public async Task<Outcome<string>> Find(Role role, Guid? organisationId, Actor actor)
    {
        var into = await db.OrganisationsOf(actor).AsNoTracking().SingleOrDefaultAsync(o => o.Id == organisationId);
        if (organisationId is not null && into is null)
            return Refusals.Missing();
        var isFirst = into is not null && await IsFirst(into.Id);
        return Authority.MayInvite(actor, role, into, isFirst) ? into?.Name ?? ""
            : !isFirst && Authority.MayInvite(actor, role, into, isFirst: true) ? Finding.Error("not-first", null, Words.Of("invite-not-first", into?.Name))
            : Refusals.NotAllowed();
    }

    /// <param name="days">As written.</param>
    public async Task<Outcome<MadeInvitation>> Run(Role role, Guid? organisationId, string invitee, string days, Actor actor)
    {
        var found = await Find(role, organisationId, actor);
        if (found.Refused)
            return found.Refusal.ToList();
        List<Finding> wrong = [];
        var named = PlainName.Read(invitee, "invitee");
        wrong.AddRange(named.Refusal ?? []);
        if (!int.TryParse(days.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var validity) || validity is < FewestDays or > MostDays)
            wrong.Add(Finding.Error("days", "days", Words.Of("invite-days-wrong", FewestDays, MostDays)));
        if (wrong.Count > 0)
            return wrong;

        var (now, secret) = (clock.Now(), AcceptInvitation.NewSecret());
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(now),
            SecretDigest = AcceptInvitation.Digest(secret),
            Invitee = named.Value!,
            Role = role,
            OrganisationId = organisationId,
            InvitedBy = actor.AccountId,
            CreatedAt = now,
            ExpiresAt = now.AddDays(validity),
        };
        db.Add(invitation);
        db.Note(AuditAction.Invited, actor.AccountId, invitation.Id, now, $"{role} {found.Value}".TrimEnd());
        await db.SaveChangesAsync();
        return new MadeInvitation(invitation, secret);
    }

    async Task<bool> IsFirst(Guid organisation) =>
        !await db.Users.AnyAsync(a => a.OrganisationId == organisation && !a.Closed)
            && !await db.Invitations.OpenAt(db, clock.Now()).AnyAsync(i => i.OrganisationId == organisation);
}
