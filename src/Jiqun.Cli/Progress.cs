using System.Diagnostics;

namespace Jiqun.Cli;

/// <summary>One line on a terminal, rewritten: how far the work is. Silent where nobody looks.</summary>
sealed class Progress(TextWriter to, int total, bool onTerminal) : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly Stopwatch since = Stopwatch.StartNew();
    int done;
    bool shown;

    public void Step(string file)
    {
        done++;
        if (!onTerminal || (since.Elapsed < Pause && done < total))
            return;
        since.Restart();
        shown = true;
        var room = Math.Max(10, (Console.WindowWidth - 20) / 2);      // Chinese characters are two columns wide
        to.Write($"\r\e[K{done}/{total} {new string([.. (file.Length <= room ? file : "…" + file[^room..]).Where(c => !char.IsControl(c))])}");
    }

    /// <summary>Wipes the line.</summary>
    public void Dispose()
    {
        if (shown)
            to.Write("\r\e[K");
    }
}
