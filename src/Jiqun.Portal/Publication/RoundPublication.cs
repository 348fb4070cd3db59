using Jiqun.Portal.Layout;
using Jiqun.Portal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Publication;

/// <summary>公示: what of a round everybody may see, and when. A round without one was never published.</summary>
public sealed class RoundPublication
{
    public required Guid RoundId { get; init; }

    /// <summary>While it is off nothing is seen, whatever the days say.</summary>
    public required bool IsOn { get; set; }

    /// <summary>In Beijing; so the next, which is included.</summary>
    public required DateOnly FirstDay { get; set; }

    public required DateOnly LastDay { get; set; }

    /// <summary>Ids of the published fields in the order of the form, parted by blanks.</summary>
    public required string Fields { get; set; }

    /// <summary>Stands above the entries; empty for none.</summary>
    public required string Introduction { get; set; }

    /// <summary>Counts the changes, from 1, so that two people do not overwrite each other.</summary>
    public required int Version { get; set; }

    public PublicPeriod Period => new(FirstDay, LastDay);
}

/// <summary>公示期: from day to day in Beijing, both included.</summary>
public sealed record PublicPeriod(DateOnly First, DateOnly Last)
{
    const int UsualWorkingDays = 5;

    /// <summary>Five working days from tomorrow.</summary>
    public static PublicPeriod Usual(DateOnly today)
    {
        var first = today.AddDays(1);
        while (!IsWorking(first))
            first = first.AddDays(1);
        var period = new PublicPeriod(first, first);
        while (period.WorkingDays < UsualWorkingDays)
            period = period with { Last = period.Last.AddDays(1) };
        return period;
    }

    /// <summary>Days but Saturdays and Sundays. Holidays, and working days that make up for them, are not known.</summary>
    public int WorkingDays => Enumerable.Range(0, Last.DayNumber - First.DayNumber + 1).Count(d => IsWorking(First.AddDays(d)));

    public bool IsShort => WorkingDays < UsualWorkingDays;

    public bool Has(DateOnly day) => First <= day && day <= Last;

    /// <summary>2021-06-02 — 2021-06-08.</summary>
    public override string ToString() => $"{Beijing.Day(First)} — {Beijing.Day(Last)}";

    static bool IsWorking(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
}

sealed class PublicationTable : IEntityTypeConfiguration<RoundPublication>
{
    public void Configure(EntityTypeBuilder<RoundPublication> publication)
    {
        publication.ToTable("round_publication");
        publication.HasKey(p => p.RoundId);
        publication.Property(p => p.RoundId).ValueGeneratedNever();
        publication.Property(p => p.Introduction).HasMaxLength(PublicationInput.LongestIntroduction);
        publication.Property(p => p.Version).IsConcurrencyToken();
        publication.Ignore(p => p.Period);
        publication.HasOne<Round>().WithOne().HasForeignKey<RoundPublication>(p => p.RoundId).OnDelete(DeleteBehavior.Cascade);
    }
}
