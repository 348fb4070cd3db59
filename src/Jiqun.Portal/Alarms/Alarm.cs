using Jiqun.Portal.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Alarms;

/// <summary>What looks wrong. The names are stored; they never change.</summary>
public enum AlarmKind
{
    /// <summary>Many refused sign-ins to one account.</summary>
    SignInsRefused,

    /// <summary>Many refused sign-ins from one address.</summary>
    AddressRefused,

    /// <summary>A sign-in from an address from which the account never came before, though it has come often.</summary>
    NewAddress,

    /// <summary>An administrator signed in at night.</summary>
    AtNight,

    /// <summary>Many downloads, exports or readings of contacts by one account.</summary>
    ManyDownloads,

    /// <summary>Many attempts of one account at what is not theirs.</summary>
    AccessRefused,

    /// <summary>The last block of the audit chain is not as the portal wrote it: somebody was in the database. Nothing is chained any more.</summary>
    ChainChanged,

    /// <summary>Audit rows could not be chained several times in a row.</summary>
    ChainStopped,
}

/// <summary>报警: something that the security administrator ought to look at. It grows while it goes on, and ends once somebody has looked.</summary>
public sealed class Alarm
{
    public required Guid Id { get; init; }

    public required AlarmKind Kind { get; init; }

    /// <summary>Whose account it is about; null when it is about an address, or the audit chain.</summary>
    public required Guid? AccountId { get; init; }

    /// <summary>From which it came last; empty when it came from nobody who asked.</summary>
    public required string Address { get; set; }

    public required DateTime Since { get; init; }

    public required DateTime Last { get; set; }

    /// <summary>How often.</summary>
    public required int Count { get; set; }

    /// <summary>When the security administrator marked it as dealt with; null while it is open.</summary>
    public DateTime? DoneAt { get; set; }

    public Guid? DoneBy { get; set; }
}

sealed class AlarmTable : IEntityTypeConfiguration<Alarm>
{
    public void Configure(EntityTypeBuilder<Alarm> alarm)
    {
        alarm.ToTable("alarm");
        alarm.Property(a => a.Id).ValueGeneratedNever();
        alarm.Property(a => a.Address).HasMaxLength(45);
        alarm.HasIndex(a => new { a.DoneAt, a.Last });
        alarm.HasOne<Account>().WithMany().HasForeignKey(a => a.AccountId).OnDelete(DeleteBehavior.Restrict);
    }
}
