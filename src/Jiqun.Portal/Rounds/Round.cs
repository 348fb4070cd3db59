using Jiqun.Core;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Organisations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Rounds;

/// <summary>批次: a call for entries.</summary>
public sealed class Round
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Id of the form that it pins, with version: <c>cluster-entry/2021</c>.</summary>
    public required string FormId { get; set; }

    /// <summary>SHA-256 of the form's definition when the round took it. Another one under the same id stops the start.</summary>
    public required string FormDigest { get; set; }

    /// <summary>基准年: the year that 上年度 means.</summary>
    public required int BaseYear { get; set; }

    public required DateTime OpensAt { get; set; }

    /// <summary>From this instant on, by the server's clock, nothing is taken.</summary>
    public required DateTime ClosesAt { get; set; }

    /// <summary>Counts the changes of the round, so that two people do not overwrite each other.</summary>
    public int Version { get; set; }

    /// <summary>Months after closing for which personal values are kept: 6 to 120.</summary>
    public int KeepMonths { get; set; } = UsualKeepMonths;

    public const int UsualKeepMonths = 36, FewestKeepMonths = 6, MostKeepMonths = 120;

    /// <summary>From when on personal values may be purged.</summary>
    public DateTime KeptUntil => ClosesAt.AddMonths(KeepMonths);

    /// <summary>When the personal values of its entries were purged; null as long as they are kept.</summary>
    public DateTime? PurgedAt { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Whether entries may be made and changed at this time.</summary>
    public bool IsOpen(DateTime now) => WhyClosed(OpensAt, ClosesAt, now) is null;

    /// <inheritdoc cref="WhyClosed(DateTime, DateTime, DateTime)"/>
    public Finding? WhyClosed(DateTime now) => WhyClosed(OpensAt, ClosesAt, now);

    /// <summary>Why entries may be neither made nor changed at this time. Null when they may.</summary>
    public static Finding? WhyClosed(DateTime opens, DateTime closes, DateTime now) =>
        now < opens ? Finding.Error("not-open", null, Words.Of("round-not-open", Beijing.Shown(opens)))
        : now >= closes ? Finding.Error("closed", null, Words.Of("round-closed", Beijing.Shown(closes)))
        : null;
}

/// <summary>Who may enter: the promotion organisations under this one. A round without any is open to all.</summary>
public sealed class RoundEntrant
{
    public required Guid RoundId { get; init; }

    public required Guid OrganisationId { get; init; }
}

sealed class RoundTable : IEntityTypeConfiguration<Round>, IEntityTypeConfiguration<RoundEntrant>
{
    public void Configure(EntityTypeBuilder<Round> round)
    {
        round.ToTable("round");
        round.Property(r => r.Id).ValueGeneratedNever();
        round.Property(r => r.Name).HasMaxLength(200);
        round.Property(r => r.FormId).HasMaxLength(100);
        round.Property(r => r.FormDigest).HasMaxLength(64);
        round.Property(r => r.Version).IsConcurrencyToken();
        round.Ignore(r => r.KeptUntil);
    }

    public void Configure(EntityTypeBuilder<RoundEntrant> entrant)
    {
        entrant.ToTable("round_entrant");
        entrant.HasKey(e => new { e.RoundId, e.OrganisationId });
        entrant.HasOne<Round>().WithMany().HasForeignKey(e => e.RoundId).OnDelete(DeleteBehavior.Cascade);
        entrant.HasOne<Organisation>().WithMany().HasForeignKey(e => e.OrganisationId).OnDelete(DeleteBehavior.Restrict);       // without it the round might be open to all
    }
}
