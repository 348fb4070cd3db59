namespace Jiqun.Core.Answers;

/// <summary>A date as precise as it is known: a year, a month or a day.</summary>
/// <param name="Month">Null when only the year is known.</param>
/// <param name="Day">Null when the day is not known, always so without a month.</param>
public sealed record PartialDate(int Year, int? Month = null, int? Day = null)
{
    /// <summary>ISO 8601, as precise as the date: 2018, 2018-05, 2018-05-03.</summary>
    public override string ToString() => (Month, Day) switch
    {
        (null, _) => $"{Year:0000}",
        (_, null) => $"{Year:0000}-{Month:00}",
        _ => $"{Year:0000}-{Month:00}-{Day:00}",
    };
}
