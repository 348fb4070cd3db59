using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Jiqun.Documents.Files;

/// <summary>The QR codes of a scan.</summary>
/// <param name="IsRead">False: nothing of it could be looked at, since it is broken, encrypted, too large or took too long. A person must.</param>
/// <param name="Texts">What its codes say, each once, in the order of the pages; letters beyond ASCII may be garbled. Never an address to be opened or a command: anyone may have printed them.</param>
public sealed record FoundCodes(bool IsRead, IReadOnlyList<string> Texts);

/// <summary>Reads the QR codes of scans and photographs (PDF, JPEG, PNG) with pdftoppm and zbarimg of this machine.</summary>
/// <remarks>
/// Whatever a file holds: it takes 30 seconds at most, the programs have 1 GiB of memory each and know nothing of this one's environment, and nothing
/// of it stays on the disk. Safe for use by several threads at once; two files are read at a time.
/// </remarks>
public sealed class ScannedCodes
{
    /// <summary>Pages of a PDF that are looked at.</summary>
    const int MostPages = 30;

    /// <summary>Pages that are pictures on the disk at the same time.</summary>
    const int Batch = 6;

    /// <summary>Length in pixels of a page's longer side: A4 at 200 dpi, and where nothing was found at 300 and 400. Not resolutions, since scanning programs write
    /// any size of paper into a PDF. Pictures are read as they are, and then like this: grain goes when they are made smaller, and few dots become more.</summary>
    static readonly int[] Sizes = [2339, 3508, 4678];

    const int MostTexts = 100, MostOutput = 64 << 10;

    /// <summary>The memory of hostile files must not add up.</summary>
    static readonly SemaphoreSlim Places = new(2);

    // Memory in bytes, processor time in seconds, the largest file, and no dump of what was in memory.
    static readonly string[] Limits = [$"--as={1L << 30}", "--cpu=30", $"--fsize={1L << 30}", "--core=0", "--"];

    readonly string limiter, painter, reader;

    ScannedCodes(string limiter, string painter, string reader) => (this.limiter, this.painter, this.reader) = (limiter, painter, reader);

    /// <summary>For all of a file. More than anybody waits for.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>With the programs that are installed; null when one of them is missing (Debian: poppler-utils, zbar-tools, util-linux).</summary>
    public static ScannedCodes? Installed() => In(Programs.Folders);

    internal static ScannedCodes? In(IEnumerable<string> folders) =>
        Programs.Find(folders, "prlimit") is { } limiter && Programs.Find(folders, "pdftoppm") is { } painter && Programs.Find(folders, "zbarimg") is { } reader
            ? new ScannedCodes(limiter, painter, reader) : null;

    /// <summary>Reads the codes of the first 30 pages of a PDF, or of a picture of at most 100 megapixels.</summary>
    /// <param name="file">Seekable; read whole.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; the programs have ended.</exception>
    public async Task<FoundCodes> Read(Stream file, CancellationToken cancel)
    {
        file.Position = 0;
        if (EvidenceKinds.Of(file) is not { Refused: false, Value: EvidenceKind.Pdf or EvidenceKind.Jpeg or EvidenceKind.Png } known)
            return new FoundCodes(false, []);
        await Places.WaitAsync(cancel);
        var folder = Directory.CreateTempSubdirectory("jiqun-").FullName;
        var (isRead, texts) = (false, new List<string>());
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Patience);
            using (var copy = File.Create(Path.Combine(folder, "scan")))
                await file.CopyToAsync(copy, cancel);
            try
            {
                if (known.Value is EvidenceKind.Pdf)
                {
                    for (var i = 0; i < Sizes.Length && texts.Count == 0; i++)
                        await ReadPages(Sizes[i]);
                }
                else
                {
                    await ReadPictures(["scan"]);
                    for (var i = 0; i < Sizes.Length && texts.Count == 0; i++)
                        await ReadPictures([$"scan[{Sizes[i]}x{Sizes[i]}]"]);                    // ImageMagick, with which zbarimg reads, makes it as large
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // took too long: what was found until then stands
            }

            async Task ReadPages(int size)
            {
                for (var first = 1; first <= MostPages; first += Batch)
                {
                    string[] arguments = ["-q", "-gray", "-scale-to", Number(size), "-f", Number(first), "-l", Number(Math.Min(first + Batch - 1, MostPages)), "scan", "page"];
                    await Run(folder, painter, arguments, limit.Token);
                    string[] pages = [.. Directory.GetFiles(folder, "page*").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
                    if (pages.Length == 0)
                        return;                                      // the document has no more, or cannot be painted
                    await ReadPictures(pages);
                    foreach (var page in pages)
                        File.Delete(Path.Combine(folder, page));
                }
            }

            async Task ReadPictures(string[] pictures)
            {
                var (status, output) = await Run(folder, reader, ["--raw", "-q", "--nodbus", "-Sdisable", "-Sqrcode.enable", .. pictures], limit.Token);
                isRead |= status is 0 or NoneFound;
                foreach (var text in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    if (texts.Count < MostTexts && !texts.Contains(text))
                        texts.Add(text);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Places.Release();
        }
        return new FoundCodes(isRead || texts.Count > 0, texts);
    }

    /// <summary>Exit status of zbarimg when it looked at everything.</summary>
    const int NoneFound = 4;

    /// <summary>Runs a program within its limits, until it ends, was cancelled or writes too much.</summary>
    async Task<(int Status, string Output)> Run(string folder, string program, string[] arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(limiter, [.. Limits, program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();                                   // no secret of this process is any of its business
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [("LC_ALL", "C.UTF-8"), ("HOME", folder), ("TMPDIR", folder), ("MAGICK_TEMPORARY_PATH", folder), ("MAGICK_THREAD_LIMIT", "1"), ("MAGICK_MEMORY_LIMIT", "256MiB"), ("MAGICK_MAP_LIMIT", "0B"), ("MAGICK_DISK_LIMIT", "1GiB")])
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancel);
            var output = new char[MostOutput];
            var length = await process.StandardOutput.ReadBlockAsync(output, cancel);
            if (length == output.Length)
                process.Kill(entireProcessTree: true);
            await errors;
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, new string(output, 0, length));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
