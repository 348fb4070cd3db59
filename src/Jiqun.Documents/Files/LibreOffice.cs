using System.Diagnostics;

namespace Jiqun.Documents.Files;

/// <summary>Turns old documents (.doc, .wps, .rtf) into .docx with the LibreOffice of this machine.</summary>
public sealed class LibreOffice(string program)
{
    /// <summary>The longest wait for the next file, its own start included.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // No macros, no links followed, no network: what is read is the file and nothing else.
    const string Settings = """
        <?xml version="1.0" encoding="UTF-8"?>
        <oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
        <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
        <item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
        <item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
        <item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
        <item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
        <item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
        <item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
        </oor:items>
        """;

    /// <summary>The LibreOffice that is installed; null when there is none.</summary>
    public static LibreOffice? Installed()
    {
        var folders = Programs.Folders.Concat(Directory.Exists("/opt") ? Directory.GetDirectories("/opt", "libreoffice*").Order().Select(d => Path.Combine(d, "program")) : []);
        var found = Programs.Find(folders, "soffice", "libreoffice");
        return found is null ? null : new LibreOffice(found);
    }

    /// <summary>Converts every file that it can, in one process while that lives; the rest one by one.</summary>
    /// <param name="folder">Holds the inputs, named <c>0.doc</c>, <c>1.doc</c> …; receives the outputs, <c>out/0.docx</c> ….</param>
    public void Convert(string folder, int count, CancellationToken cancel)
    {
        var profile = Directory.CreateDirectory(Path.Combine(folder, "profile", "user")).Parent!.FullName;
        File.WriteAllText(Path.Combine(profile, "user", "registrymodifications.xcu"), Settings);
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        if (Run(folder, profile, [.. Enumerable.Range(0, count)], cancel))
            return;
        foreach (var number in Enumerable.Range(0, count).Where(n => !File.Exists(Output(folder, n))))
            Run(folder, profile, [number], cancel);
    }

    public static string Input(string folder, int number) => Path.Combine(folder, $"{number}.doc");

    public static string Output(string folder, int number) => Path.Combine(folder, "out", $"{number}.docx");

    /// <returns>Whether the program came to its end, or why files lack an output is not known.</returns>
    bool Run(string folder, string profile, IReadOnlyList<int> numbers, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            $"-env:UserInstallation={new Uri(profile).AbsoluteUri}", "--headless", "--norestore", "--nolockcheck", "--convert-to", "docx",
            "--outdir", Path.Combine(folder, "out"), .. numbers.Select(n => Input(folder, n)),
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        var drained = Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        process.StandardInput.Close();
        try
        {
            var (seen, since) = (0, Stopwatch.StartNew());
            while (!process.WaitForExit(100))
            {
                cancel.ThrowIfCancellationRequested();
                var made = Directory.EnumerateFiles(Path.Combine(folder, "out"), "*.docx").Count();
                if (made > seen)
                    (seen, since) = (made, Stopwatch.StartNew());
                if (since.Elapsed > Patience)
                    return false;
            }
            return process.ExitCode == 0;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            drained.Wait(TimeSpan.FromSeconds(1), CancellationToken.None);
        }
    }
}
