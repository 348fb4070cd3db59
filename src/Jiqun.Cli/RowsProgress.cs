using System.Diagnostics;
using Jiqun.Portal.Backups;

namespace Jiqun.Cli;

/// <summary>How far a backup or restore is: one line on a terminal, rewritten; elsewhere a line every few seconds.</summary>
sealed class RowsProgress(TextWriter to, bool onTerminal) : IDisposable
{
    readonly TimeSpan pause = onTerminal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(10);
    readonly Stopwatch since = Stopwatch.StartNew();
    bool shown;

    public void Show(BackupProgress progress)
    {
        if (since.Elapsed < pause)
            return;
        since.Restart();
        var line = Messages.Of("backup-progress", progress.Rows, progress.Table);
        shown = onTerminal;
        if (onTerminal)
            to.Write($"\r\e[K{line}");
        else
            to.WriteLine(line);
    }

    /// <summary>Wipes the line.</summary>
    public void Dispose()
    {
        if (shown)
            to.Write("\r\e[K");
    }
}
