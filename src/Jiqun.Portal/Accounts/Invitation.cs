using Jiqun.Portal.Organisations;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Accounts;

/// <summary>What became of an invitation.</summary>
public enum InvitationState
{
    /// <summary>It can be accepted, as long as its inviter's account is not closed.</summary>
    Open,

    Accepted,

    Withdrawn,

    Expired,
}

/// <summary>邀请: a link with which one person makes an account, once.</summary>
public sealed class Invitation
{
    public required Guid Id { get; init; }

    /// <summary>SHA-256 of the link's secret, lower-case hex. The secret itself is shown once and kept nowhere.</summary>
    public required string SecretDigest { get; init; }

    /// <summary>For whom, as the inviter wrote it: a name or an address.</summary>
    public required string Invitee { get; init; }

    public required Role Role { get; init; }

    /// <summary>Null for administrators and experts.</summary>
    public required Guid? OrganisationId { get; init; }

    /// <summary>Null when the product itself invites: the first administrator.</summary>
    public required Guid? InvitedBy { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime ExpiresAt { get; init; }

    /// <summary>Null while it was not withdrawn.</summary>
    public DateTime? WithdrawnAt { get; set; }

    /// <summary>Null while it was not accepted.</summary>
    public DateTime? AcceptedAt { get; set; }

    /// <summary>The account that came of it; null while there is none.</summary>
    public Guid? AccountId { get; set; }

    public InvitationState StateAt(DateTime now) =>
        AcceptedAt is not null ? InvitationState.Accepted
        : WithdrawnAt is not null ? InvitationState.Withdrawn
        : now < ExpiresAt ? InvitationState.Open
        : InvitationState.Expired;
}

static class OpenInvitations
{
    /// <summary>Those that can be accepted at this time: open, and the inviter's account is not closed.</summary>
    public static IQueryable<Invitation> OpenAt(this IQueryable<Invitation> invitations, JiqunDb db, DateTime now) =>
        invitations.Where(i => i.AcceptedAt == null && i.WithdrawnAt == null && i.ExpiresAt > now && !db.Users.Any(a => a.Id == i.InvitedBy && a.Closed));
}

sealed class InvitationTable : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> invitation)
    {
        invitation.ToTable("invitation");
        invitation.Property(i => i.Id).ValueGeneratedNever();
        invitation.Property(i => i.SecretDigest).HasMaxLength(64);
        invitation.Property(i => i.Invitee).HasMaxLength(200);
        invitation.Property(i => i.AcceptedAt).IsConcurrencyToken();
        invitation.Property(i => i.WithdrawnAt).IsConcurrencyToken();
        invitation.HasIndex(i => i.SecretDigest).IsUnique();
        invitation.HasOne<Organisation>().WithMany().HasForeignKey(i => i.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        invitation.HasOne<Account>().WithMany().HasForeignKey(i => i.InvitedBy).OnDelete(DeleteBehavior.Restrict);
    }
}
