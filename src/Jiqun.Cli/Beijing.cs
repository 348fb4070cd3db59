namespace Jiqun.Cli;

static class Beijing
{
    /// <summary>Today's date in China: UTC+8 all year, so no time zone data is needed.</summary>
    public static DateOnly Today(this TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).DateTime);
}
