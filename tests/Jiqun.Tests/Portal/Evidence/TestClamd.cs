using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Jiqun.Tests.Portal.Evidence;

/// <summary>How clamd behaves to who comes next.</summary>
enum ClamdManner
{
    Scans,

    /// <summary>Takes the connection and says nothing, ever.</summary>
    Hangs,

    /// <summary>Ends the connection after the first chunk.</summary>
    Closes,

    /// <summary>Answers what no clamd says.</summary>
    Garbage,

    /// <summary>Says OK, and then something else.</summary>
    SaysMore,

    /// <summary>Finds the file too large after the first chunk.</summary>
    Limits,

    /// <summary>Waits a while, and scans.</summary>
    Slow,
}

/// <summary>A clamd on a socket of this machine, as far as INSTREAM goes: it knows one virus, the EICAR test file.</summary>
sealed class TestClamd : IDisposable
{
    public const string Eicar = @"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    readonly Socket listener;

    /// <param name="path">Of a Unix socket; null for TCP.</param>
    public TestClamd(string? path = null)
    {
        listener = path is null ? new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) : new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(path is null ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(path));
        listener.Listen();
        _ = Listen();
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public ClamdManner Manner { get; set; }

    /// <summary>What it was sent, file by file.</summary>
    public ConcurrentQueue<byte[]> Seen { get; } = [];

    async Task Listen()
    {
        try
        {
            while (true)
                _ = Talk(await listener.AcceptAsync());
        }
        catch (Exception why) when (why is SocketException or ObjectDisposedException)
        {
            // it was stopped
        }
    }

    async Task Talk(Socket socket)
    {
        using var _ = socket;
        await using var connection = new NetworkStream(socket);
        try
        {
            if (Manner is ClamdManner.Hangs)
                await Task.Delay(Timeout.Infinite);
            var command = new byte[10];
            await connection.ReadExactlyAsync(command);
            if (Encoding.ASCII.GetString(command) != "zINSTREAM\0")
            {
                await connection.WriteAsync("UNKNOWN COMMAND\0"u8.ToArray());
                return;
            }
            using var file = new MemoryStream();
            var length = new byte[4];
            while (true)
            {
                await connection.ReadExactlyAsync(length);
                if (BinaryPrimitives.ReadInt32BigEndian(length) is not (> 0 and var size))
                    break;
                var chunk = new byte[size];
                await connection.ReadExactlyAsync(chunk);
                file.Write(chunk);
                if (Manner is ClamdManner.Closes)
                    return;
                if (Manner is ClamdManner.Limits)
                {
                    await connection.WriteAsync("INSTREAM size limit exceeded. ERROR\0"u8.ToArray());
                    return;
                }
            }
            Seen.Enqueue(file.ToArray());
            if (Manner is ClamdManner.Slow)
                await Task.Delay(500);
            await connection.WriteAsync(Encoding.ASCII.GetBytes(
                Manner is ClamdManner.Garbage ? "HTTP/1.1 200 OK\r\n\r\n"
                : Manner is ClamdManner.SaysMore ? "stream: OK\0 ERROR"
                : file.ToArray().AsSpan().IndexOf(Encoding.ASCII.GetBytes(Eicar)) >= 0 ? "stream: Win.Test.EICAR_HDB-1 FOUND\0" : "stream: OK\0"));
        }
        catch (IOException)
        {
            // who asked went away
        }
    }

    public void Dispose() => listener.Dispose();
}
