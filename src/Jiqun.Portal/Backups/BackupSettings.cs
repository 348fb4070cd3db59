using System.Globalization;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Backups;

/// <summary>When the portal makes backups by itself, and where.</summary>
/// <param name="At">Time of the day in Beijing.</param>
/// <param name="Keep">How many of them are kept, at least 1.</param>
public sealed record BackupSettings(string Folder, TimeOnly At, int Keep)
{
    const int Most = 10_000;

    /// <summary>As the options of the command line give them. Null when no backups are wanted.</summary>
    /// <exception cref="StartException">One of them is not as it ought to be, or the folder cannot be written.</exception>
    public static BackupSettings? Read(string? folder, string? at, string? keep)
    {
        if (folder is null)
            return at is null && keep is null ? null : throw new StartException(Words.Of("start-backup-alone"));
        var time = new TimeOnly(2, 0);
        if (at is not null && !TimeOnly.TryParseExact(at, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time))
            throw new StartException(Words.Of("start-backup-at", at));
        var number = 14;
        if (keep is not null && (!int.TryParse(keep, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > Most))
            throw new StartException(Words.Of("start-backup-keep", keep));
        try
        {
            Directory.CreateDirectory(folder);
            using (new FileStream(Path.Combine(folder, $".jiqun-{Path.GetRandomFileName()}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException(Words.Of("start-backups", folder, why.Message), why);
        }
        return new BackupSettings(folder, time, number);
    }
}
