using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;

namespace Jiqun.Tests.Portal.Mails;

/// <summary>How the mail server behaves to who comes next.</summary>
enum Manner
{
    Accepts,

    /// <summary>550 to the recipient.</summary>
    Refuses,

    /// <summary>451 to the recipient.</summary>
    Postpones,

    /// <summary>Takes the connection and says nothing, ever.</summary>
    Hangs,

    /// <summary>Takes the connection, and says nothing more once the mail is there.</summary>
    HangsAfterTheMail,

    /// <summary>Ends the connection in the middle of the mail.</summary>
    Closes,

    /// <summary>Takes the mail, and ends the connection instead of saying so.</summary>
    ClosesAfterTheMail,

    /// <summary>Waits before each answer.</summary>
    Slow,
}

/// <summary>A small mail server on a socket of this machine.</summary>
sealed class TestSmtp : IAsyncDisposable
{
    readonly X509Certificate2? certificate;
    readonly bool startTls;
    readonly CancellationTokenSource stop = new();
    readonly ConcurrentBag<Task> talks = [];
    TcpListener? listener;

    /// <param name="certificate">Null for a server without TLS.</param>
    /// <param name="startTls">Whether TLS begins when it is asked for; else from the beginning.</param>
    public TestSmtp(X509Certificate2? certificate = null, bool startTls = false)
    {
        (this.certificate, this.startTls) = (certificate, startTls);
        Start();
    }

    public int Port { get; private set; }

    public Manner Manner { get; set; }

    /// <summary>Whom it lets in, as AUTH PLAIN says it; null when it asks nobody.</summary>
    public (string User, string Password)? Login { get; init; }

    /// <summary>What it took, in this order; each with the one recipient of its envelope.</summary>
    public ConcurrentQueue<(string To, MimeMessage Message, string Raw)> Taken { get; } = [];

    /// <summary>Every line that clients said outside of mails.</summary>
    public ConcurrentQueue<string> Said { get; } = [];

    public int Connections;

    public IEnumerable<string> Recipients => Taken.Select(t => t.To).Order();

    /// <summary>Nobody answers at its port.</summary>
    public void Stop()
    {
        listener?.Stop();
        listener = null;
    }

    public void Start()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var mine = listener;
        talks.Add(Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var client = await mine.AcceptTcpClientAsync(stop.Token);
                    Interlocked.Increment(ref Connections);
                    talks.Add(Task.Run(() => Talk(client)));
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }));
    }

    async Task Talk(TcpClient client)
    {
        using (client)
        {
            try
            {
                if (Manner is Manner.Hangs)
                    await Task.Delay(Timeout.Infinite, stop.Token);
                Stream stream = client.GetStream();
                if (certificate is not null && !startTls)
                    stream = await Secured(stream);
                await Converse(stream);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
            {
            }
        }
    }

    async Task<Stream> Secured(Stream stream)
    {
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(certificate!);
        return secured;
    }

    async Task Converse(Stream stream)
    {
        var (to, secured, known) = ("", certificate is not null && !startTls, Login is null);
        await Say("220 test");
        while (await Line(stream) is { } line)
        {
            Said.Enqueue(line);
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    if (certificate is not null && startTls && !secured)
                        await Say("250-STARTTLS");
                    if (Login is not null)
                        await Say("250-AUTH PLAIN");
                    await Say("250 8BITMIME");
                    break;
                case "STARTTLS" when certificate is not null:
                    await Say("220 go");
                    (stream, secured) = (await Secured(stream), true);
                    break;
                case "AUTH":
                    known = Login is var (user, password) && Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])) == $"\0{user}\0{password}";
                    await Say(known ? "235 welcome" : "535 no");
                    break;
                case "MAIL":
                    await Say(known ? "250 ok" : "530 who are you?");
                    break;
                case "RCPT":
                    to = line.Split('<', '>')[1];
                    await Say(Manner switch { Manner.Refuses => $"550 no <{to}> here", Manner.Postpones => "451 come again", _ => "250 ok" });
                    break;
                case "DATA":
                    await Say("354 go on");
                    if (Manner is Manner.Closes)
                        return;
                    var raw = new StringBuilder();
                    while (await Line(stream) is { } text && text != ".")
                        raw.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                    if (Manner is Manner.HangsAfterTheMail)
                        await Task.Delay(Timeout.Infinite, stop.Token);
                    using (var bytes = new MemoryStream(Encoding.Latin1.GetBytes(raw.ToString())))
                        Taken.Enqueue((to, await MimeMessage.LoadAsync(bytes, stop.Token), raw.ToString()));
                    if (Manner is Manner.ClosesAfterTheMail)
                        return;
                    await Say("250 taken");
                    break;
                case "QUIT":
                    await Say("221 bye");
                    return;
                default:
                    await Say("250 ok");
                    break;
            }
        }

        async Task Say(string line)
        {
            if (Manner is Manner.Slow)
                await Task.Delay(200, stop.Token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n"), stop.Token);
        }
    }

    /// <summary>Null at the end.</summary>
    async Task<string?> Line(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) > 0)
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            else
                line.Append((char)one[0]);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await stop.CancelAsync();
        await Task.WhenAll(talks.ToArray());
        stop.Dispose();
    }
}
