using System.Diagnostics;
using System.Globalization;

namespace Jiqun.Tests.Cli;

/// <summary>One run of the program as a process of its own: what it said, how long it took and how much memory it had at most.</summary>
sealed record JiqunProcess(int Status, string Output, string Said, TimeSpan Took, long PeakMegabytes)
{
    /// <exception cref="TimeoutException">It did not end; it was killed.</exception>
    public static JiqunProcess Run(string lang, string folder, TimeSpan patience, params string[] arguments)
    {
        using var process = Process.Start(Start(lang, folder, arguments))!;
        var clock = Stopwatch.StartNew();
        var said = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            if (clock.Elapsed < patience)
                continue;
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"jiqun {string.Join(' ', arguments)} did not end within {patience}.");
        }
        var took = clock.Elapsed;
        return new JiqunProcess(process.ExitCode, output.GetAwaiter().GetResult(), said.GetAwaiter().GetResult(), took, peak);
    }

    public static ProcessStartInfo Start(string lang, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "jiqun-cli.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LC_ALL");
        start.Environment.Remove("LC_MESSAGES");
        start.Environment["LANG"] = lang;
        start.Environment["TMPDIR"] = folder;                         // so that what it leaves behind is seen, and no other test sees it
        start.Environment["DOTNET_EnableDiagnostics"] = "0";          // or the runtime's own sockets stand there
        return start;
    }

    /// <summary>The kernel's own high-water mark, so that nothing between two looks is missed.</summary>
    static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)                                           // it ended meanwhile
        {
            return 0;
        }
    }
}
