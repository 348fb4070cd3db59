using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Evidence;

/// <summary>What a scanner says of a file.</summary>
public enum ScanVerdict
{
    Clean,
    Infected,

    /// <summary>It did not answer, or not in time, or nobody understands what: the file may be anything.</summary>
    Unknown,
}

/// <param name="Said">Name of what was found, or why there is no verdict: one line for the log and the audit, not for whoever sent the file. Empty for a clean one.</param>
public sealed record Scan(ScanVerdict Verdict, string Said = "");

/// <summary>病毒扫描: a scanner outside of this process that every uploaded file is shown to: clamd, or a program. Safe for use by several threads at once; two files are scanned at a time.</summary>
public sealed class VirusScanner
{
    const string Network = "clamd://", Socket = "clamd:", Program = "command:";

    /// <summary>clamd's usual port.</summary>
    const int UsualPort = 3310;

    const int ChunkLength = 64 << 10, LongestReply = 1024, LongestSaid = 200;

    static readonly SemaphoreSlim Places = new(2);

    /// <summary>Of the two one is null.</summary>
    readonly EndPoint? daemon;

    readonly string? program;

    VirusScanner(EndPoint? daemon, string? program) => (this.daemon, this.program) = (daemon, program);

    /// <summary>For one file, the wait for others too.</summary>
    public TimeSpan Patience { get; internal set; } = TimeSpan.FromSeconds(60);

    /// <param name="written"><c>clamd://host:port</c>, <c>clamd:/path/to/socket</c> or <c>command:/path/to/program</c>; null for no scanner.</param>
    /// <exception cref="StartException">It cannot be used: why.</exception>
    public static VirusScanner? Read(string? written)
    {
        if (written is null)
            return null;
        if (written.StartsWith(Network, StringComparison.Ordinal))
            return Uri.TryCreate(written, UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, UserInfo: "", PathAndQuery: "" or "/", Fragment: "" }
                ? new VirusScanner(new DnsEndPoint(uri.IdnHost.Trim('[', ']'), uri.Port > 0 ? uri.Port : UsualPort), null) : throw Wrong();
        if (written.StartsWith(Socket, StringComparison.Ordinal) && written[Socket.Length..] is ['/', ..] socket)
            return Encoding.UTF8.GetByteCount(socket) < 108 ? new VirusScanner(new UnixDomainSocketEndPoint(socket), null) : throw Wrong();      // no longer one fits into an address (unix(7))
        if (written.StartsWith(Program, StringComparison.Ordinal) && written[Program.Length..] is ['/', ..] path)
            return IsProgram(path) ? new VirusScanner(null, path) : throw new StartException(Words.Of("start-scan-program", path));
        throw Wrong();

        StartException Wrong() => new(Words.Of("start-scan", written));
    }

    static bool IsProgram(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    /// <param name="file">Seekable; read whole, and left at its beginning.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was.</exception>
    public async Task<Scan> Scan(Stream file, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            await Places.WaitAsync(patience.Token);
            try
            {
                file.Position = 0;
                return daemon is not null ? await Ask(daemon, file, patience.Token) : await Run(program!, file, patience.Token);
            }
            finally
            {
                file.Position = 0;
                Places.Release();
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Scan(ScanVerdict.Unknown, "time-out");
        }
        catch (Exception why) when (why is SocketException or IOException or Win32Exception)
        {
            return new Scan(ScanVerdict.Unknown, Line(why.Message));
        }
    }

    /// <summary>One INSTREAM session (clamd(8)): chunks, each after its length, then one of none; the answer ends with NUL.</summary>
    static async Task<Scan> Ask(EndPoint daemon, Stream file, CancellationToken cancel)
    {
        using var socket = daemon is UnixDomainSocketEndPoint ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(daemon, cancel);
        await using var connection = new NetworkStream(socket);
        try
        {
            await connection.WriteAsync("zINSTREAM\0"u8.ToArray(), cancel);
            var chunk = new byte[4 + ChunkLength];
            while (await file.ReadAtLeastAsync(chunk.AsMemory(4), ChunkLength, throwOnEndOfStream: false, cancel) is > 0 and var read)
            {
                BinaryPrimitives.WriteInt32BigEndian(chunk, read);
                await connection.WriteAsync(chunk.AsMemory(0, 4 + read), cancel);
            }
            await connection.WriteAsync(new byte[4], cancel);
        }
        catch (IOException)
        {
            // it stopped reading, since the file is too large for it: its answer says so
        }
        var reply = new byte[LongestReply];
        var length = 0;
        while (length < reply.Length && !reply.AsSpan(0, length).Contains((byte)0) && await connection.ReadAsync(reply.AsMemory(length), cancel) is > 0 and var read)
            length += read;
        return Judge(Encoding.UTF8.GetString(reply, 0, length));
    }

    /// <summary>Nothing but the very words counts as clean.</summary>
    internal static Scan Judge(string reply) => reply switch
    {
        "stream: OK\0" => new Scan(ScanVerdict.Clean),
        _ when reply.StartsWith("stream: ", StringComparison.Ordinal) && reply.EndsWith(" FOUND\0", StringComparison.Ordinal) => new Scan(ScanVerdict.Infected, Line(reply["stream: ".Length..^" FOUND\0".Length])),
        "" => new Scan(ScanVerdict.Unknown, "no answer"),
        _ => new Scan(ScanVerdict.Unknown, Line(reply)),
    };

    /// <summary>Exit status 0: clean; 1: infected, and the first line of its output names what it is.</summary>
    static async Task<Scan> Run(string program, Stream file, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("jiqun-").FullName;
        try
        {
            var path = Path.Combine(folder, "upload");
            await using (var copy = File.Create(path))
                await file.CopyToAsync(copy, cancel);
            var start = new ProcessStartInfo(program, [path]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            var search = Environment.GetEnvironmentVariable("PATH");
            start.Environment.Clear();                                   // no secret of this process is any of its business
            foreach (var (name, value) in ((string, string?)[])[("PATH", search), ("LC_ALL", "C.UTF-8"), ("HOME", folder), ("TMPDIR", folder)])
                start.Environment[name] = value;
            using var process = Process.Start(start)!;
            try
            {
                process.StandardInput.Close();
                var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancel);
                var output = new char[LongestReply];
                var length = await process.StandardOutput.ReadBlockAsync(output, cancel);
                await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancel);
                await errors;
                await process.WaitForExitAsync(cancel);
                return process.ExitCode switch
                {
                    0 => new Scan(ScanVerdict.Clean),
                    1 => new Scan(ScanVerdict.Infected, Line(new string(output, 0, length).Replace(path, "", StringComparison.Ordinal))),
                    var status => new Scan(ScanVerdict.Unknown, string.Create(CultureInfo.InvariantCulture, $"exit status {status}")),
                };
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The first line of what somebody else wrote, and not too much of it.</summary>
    static string Line(string said) => new([.. said.TrimStart().TakeWhile(c => c is not '\n').Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c).Take(LongestSaid)]);

    public override string ToString() => daemon is UnixDomainSocketEndPoint ? $"{Socket}{daemon}" : daemon is DnsEndPoint { Host: var host, Port: var port } ? $"{Network}{host}:{port}" : Program + program;
}
