using System.Globalization;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Jiqun.Portal.Backups;

/// <summary>Makes a backup each day, and one at once where the last is older than a day; keeps the newest. One that failed is tried again after an hour.</summary>
sealed partial class ScheduledBackups(PortalSettings settings, Database database, TimeProvider clock, ILoggerFactory logs) : BackgroundService
{
    const string Prefix = "jiqun-", Ending = ".backup", TimeFormat = "yyyyMMdd-HHmmss";

    /// <summary>Between two looks at the clock, which may be set meanwhile.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Retry = TimeSpan.FromHours(1), Day = TimeSpan.FromDays(1);

    readonly ILogger log = logs.CreateLogger("jiqun.backup");
    DateTime? next;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Backups is not { } wanted)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Run(() => Pass(wanted, stoppingToken), CancellationToken.None);
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Makes a backup if it is time.</summary>
    internal async Task Pass(BackupSettings wanted, CancellationToken stop)
    {
        var now = clock.Now();
        try
        {
            next ??= Files(wanted.Folder, Ending) is [(_, var last), ..] && now - last < Day ? Following(last, wanted.At) : now;
            if (now < next)
                return;
            foreach (var (left, _) in Files(wanted.Folder, $"{Ending}.part"))           // by a process that died
                File.Delete(left);
            var made = await new MakeBackup(database, clock).Run(Path.Combine(wanted.Folder, $"{Prefix}{Beijing.Local(now).ToString(TimeFormat, CultureInfo.InvariantCulture)}{Ending}"), replace: false, null, stop);
            Metrics.LastBackup.Record(new DateTimeOffset(now).ToUnixTimeSeconds());
            next = Following(now, wanted.At);
            Made(log, wanted.Folder, made.Rows, made.Bytes, made.Took);
            foreach (var (old, _) in Files(wanted.Folder, Ending).Skip(wanted.Keep))
                File.Delete(old);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            next = now + Retry;
            Failed(log, wanted.Folder, failure);
            Metrics.Failures.Add(1, Metrics.Kind("backup"));
        }
    }

    /// <summary>The first time after this one, in UTC, at which it is so late in Beijing.</summary>
    static DateTime Following(DateTime now, TimeOnly at)
    {
        var today = Beijing.Start(Beijing.DayOf(now)) + at.ToTimeSpan();
        return today > now ? today : today + Day;
    }

    /// <summary>The files in the folder that were named here, the newest first, with the time in their name, in UTC.</summary>
    static List<(string Path, DateTime At)> Files(string folder, string ending)
    {
        List<(string, DateTime)> files = [];
        foreach (var path in Directory.EnumerateFiles(folder, $"{Prefix}*{ending}"))
            if (DateTime.TryParseExact(Path.GetFileName(path)[Prefix.Length..^ending.Length], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
                files.Add((path, Beijing.Utc(local)));
        return [.. files.OrderByDescending(f => f.Item2)];
    }

    [LoggerMessage(LogLevel.Information, "A backup was made in {Folder}: {Rows} rows, {Bytes} bytes, in {Took}.")]
    static partial void Made(ILogger log, string folder, long rows, long bytes, TimeSpan took);

    [LoggerMessage(LogLevel.Error, "No backup could be made in {Folder}; it is tried again in an hour.")]
    static partial void Failed(ILogger log, string folder, Exception why);
}
