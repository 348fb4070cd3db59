using System.Globalization;

namespace Jiqun.Portal.Layout;

/// <summary>Times as people in China read and write them: UTC+8 all year, so no time zone data is needed. Kept times are UTC.</summary>
static class Beijing
{
    static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>Browsers leave out seconds that are 0.</summary>
    static readonly string[] Inputs = ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"];

    /// <summary>Present time in UTC, in whole microseconds: what PostgreSQL keeps of it.</summary>
    public static DateTime Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public static DateOnly Today(this TimeProvider clock) => DayOf(clock.Now());

    public static DateOnly DayOf(DateTime utc) => DateOnly.FromDateTime(Local(utc));

    /// <summary>When this day begins, in UTC.</summary>
    public static DateTime Start(DateOnly day) => Utc(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>What a clock in Beijing shows.</summary>
    public static DateTime Local(DateTime utc) => DateTime.SpecifyKind(utc + Offset, DateTimeKind.Unspecified);

    /// <summary>When a clock in Beijing shows this.</summary>
    public static DateTime Utc(DateTime local) => DateTime.SpecifyKind(local - Offset, DateTimeKind.Utc);

    /// <summary>2021-06-30 17:30:00.</summary>
    public static string Shown(DateTime utc) => Local(utc).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>2021-06-30.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Reads a day as an input of type date sends it. Null when it is none.</summary>
    public static DateOnly? ReadDay(string? input) =>
        DateOnly.TryParseExact(input?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and <= 2100 ? day : null;

    /// <summary>As the value of an input of type datetime-local.</summary>
    public static string Input(DateTime utc) => Local(utc).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The same of what a program sent; unreadable where there are no rounds, centuries off.</summary>
    public static string Input(DateTimeOffset sent) => sent.Year is >= 2000 and <= 2100 ? Input(sent.UtcDateTime) : sent.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Reads what such an input sends. Null when it is no time.</summary>
    public static DateTime? Read(string? input) =>
        DateTime.TryParseExact(input?.Trim().Replace(' ', 'T'), Inputs, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year is >= 2000 and <= 2100
            ? Utc(local)
            : null;
}
