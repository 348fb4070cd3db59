using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Accounts;

/// <summary>Why a session ended before its time, by somebody's doing.</summary>
public enum SessionEnd
{
    /// <summary>The person signed in once too often elsewhere.</summary>
    Elsewhere,

    /// <summary>The person ended it, from another session.</summary>
    Person,

    /// <summary>The security administrator ended it.</summary>
    Administrator,
}

/// <summary>会话: one browser in which a person is signed in. Its cookie bears the id; signing out deletes the row, so that a copy of the cookie is worth nothing.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Security stamp of the account: whatever signs the person out everywhere ends it, too.</summary>
    public required string Stamp { get; set; }

    /// <summary>When the person signed in.</summary>
    public required DateTime Since { get; init; }

    /// <summary>About when the person last did something: written at steps, so that most requests write nothing.</summary>
    public required DateTime SeenAt { get; set; }

    /// <summary>Empty where the connection has none.</summary>
    public required string Address { get; init; }

    /// <summary>The browser and the system, as far as the browser says; empty when it does not.</summary>
    public required string Agent { get; init; }

    /// <summary>The password was right, and the code of the second step lacks: no session yet.</summary>
    public bool IsPending { get; init; }

    /// <summary>Null while nobody ended it.</summary>
    public SessionEnd? Ended { get; set; }
}

sealed class SessionTable : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("session");
        session.Property(s => s.Id).ValueGeneratedNever();
        session.Property(s => s.Stamp).HasMaxLength(100);
        session.Property(s => s.Address).HasMaxLength(60);
        session.Property(s => s.Agent).HasMaxLength(60);
        session.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Restrict);
    }
}
