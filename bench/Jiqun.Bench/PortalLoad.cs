using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Entries;

namespace Jiqun.Bench;

/// <summary>
/// Sends requests as browsers do, each connection one after the other, and tells how many were answered and how soon.
/// Lines of standard input say what: save|narrative|rival CONNECTIONS SECONDS; submit ROUND; page COUNT; verify. Each is answered by a line of JSON.
/// </summary>
static class PortalLoad
{
    sealed record Told(int Count, int Failures, double Seconds, double P50, double P99, string? FirstFailure);

    /// <summary>Where the next save of a member's entry stands.</summary>
    sealed class Typing(Member member)
    {
        public Member Member { get; } = member;

        public Dictionary<string, int> Versions { get; } = Form.EntrantFields.Select((f, i) => (f.Id, i)).ToDictionary(f => f.Id, f => f.i + 1);

        public int Revision { get; set; } = member.Revision;

        public int Count { get; set; }
    }

    static readonly Form Form = FormLibrary.Builtin.Default;

    /// <summary>Fields that are typed into, a save each in turn: names, figures and counts, none that the form asks twice.</summary>
    static readonly Field[] Fields = [.. Form.EntrantFields.Where(f => f.Kind is FieldKind.Text or FieldKind.Number or FieldKind.Integer
        && f.Repeats is null && Form.Fields.All(e => e.Repeats != f.Id))];

    public static async Task Run(Uri ours, Uri rival, string file)
    {
        var seeded = JsonSerializer.Deserialize<Seeded>(await File.ReadAllTextAsync(file))!;
        var typing = seeded.Members.Select((m, i) => new Typing(m)).ToList();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            int Word(int at) => int.Parse(words[at], CultureInfo.InvariantCulture);
            var told = words[0] switch
            {
                "save" => await All(ours, Word(1), Word(2), i => () => Save(typing[i], seeded, narrative: false)),
                "narrative" => await All(ours, Word(1), Word(2), i => () => Save(typing[i], seeded, narrative: true)),
                "rival" => await All(rival, Word(1), Word(2), i => () => Row(i)),
                "submit" => await Submit(ours, seeded, Word(1)),
                "verify" => await Verify(ours, typing),
                "page" => await Pages(ours, seeded, Word(1)),
                _ => throw new ArgumentException(line),
            };
            Console.Out.WriteLine(JsonSerializer.Serialize(told, Web));
        }
    }

    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    static readonly JsonSerializerOptions AsScriptsSend = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A number of connections, each sending what its function gives, until the time is over.</summary>
    static async Task<Told> All(Uri server, int connections, int seconds, Func<int, Func<Request>> requests)
    {
        var start = Stopwatch.GetTimestamp();
        var until = start + seconds * Stopwatch.Frequency;
        var each = await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(() => One(server, requests(i), () => Stopwatch.GetTimestamp() < until))));
        return Tell(each, start);
    }

    static Told Tell(IReadOnlyList<(List<long> Took, List<string> Failed)> each, long start)
    {
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var took = each.SelectMany(e => e.Took).Order().ToList();
        double At(double part) => took.Count == 0 ? 0 : took[(int)((took.Count - 1) * part)] * 1000.0 / Stopwatch.Frequency;
        return new Told(took.Count, each.Sum(e => e.Failed.Count), seconds, At(0.5), At(0.99), each.SelectMany(e => e.Failed).FirstOrDefault());
    }

    sealed record Request(byte[] Bytes, Func<Answer, bool> IsRight);

    readonly record struct Answer(int Status, string Head, ReadOnlyMemory<byte> Body);

    static async Task<(List<long>, List<string>)> One(Uri server, Func<Request> next, Func<bool> more)
    {
        List<long> took = [];
        List<string> failed = [];
        Connection? connection = null;
        while (more())
        {
            var request = next();
            var start = Stopwatch.GetTimestamp();
            try
            {
                connection ??= await Connection.To(server);
                var answer = await connection.Send(request.Bytes);
                if (request.IsRight(answer))
                    took.Add(Stopwatch.GetTimestamp() - start);
                else
                    failed.Add(answer.Head);
            }
            catch (Exception broken) when (broken is IOException or SocketException or TimeoutException)
            {
                failed.Add(broken.Message);
                connection?.Dispose();
                connection = null;
            }
        }
        connection?.Dispose();
        return (took, failed);
    }

    static Request Save(Typing typing, Seeded seeded, bool narrative)
    {
        typing.Count++;
        var field = narrative ? Form["overview.narrative"] : Fields[typing.Count % Fields.Length];
        var text = field.Kind switch
        {
            FieldKind.LongText => $"{seeded.Narrative[..^10]}{typing.Count}",
            FieldKind.Number => string.Create(CultureInfo.InvariantCulture, $"{typing.Count % 90}.{typing.Count % 89 + 10}"),
            FieldKind.Integer => string.Create(CultureInfo.InvariantCulture, $"{typing.Count % 400 + 1}"),
            _ => $"株洲市轨道交通装备{typing.Count}",
        };
        var version = typing.Versions[field.Id];
        var body = JsonSerializer.SerializeToUtf8Bytes(new { changes = new[] { new { field = field.Id, code = "", text, version } } }, AsScriptsSend);
        return new Request(Post($"/entries/{typing.Member.Filled}/answers", typing.Member.Cookie, "application/json", body, $"RequestVerificationToken: {typing.Member.Token}\r\nAccept: application/json\r\n"), answer =>
        {
            if (answer.Status != 200)
                return false;
            typing.Versions[field.Id] = ++typing.Revision;         // nobody else writes in this entry
            return true;
        });
    }

    static Request Row(int i) => new(Post("/rows", $"session=session-{i}", "application/json", new byte[300], "Accept: application/json\r\n"), answer => answer.Status == 200);

    /// <summary>Every member sends a whole form and submits it, as a browser without scripts does; four at a time.</summary>
    static async Task<Told> Submit(Uri server, Seeded seeded, int round)
    {
        var start = Stopwatch.GetTimestamp();
        const int together = 4;
        return Tell(await Task.WhenAll(Enumerable.Range(0, together).Select(first => Task.Run(() =>
        {
            var i = first - together;
            return One(server, () => Whole(i), () => (i += together) < seeded.Members.Count);
        }))), start);

        Request Whole(int i)
        {
            var member = seeded.Members[i];
            var inputs = new List<(string, string)> { ("__RequestVerificationToken", member.Token) };
            foreach (var field in Form.EntrantFields.Where(f => f.Repeats is null))
            {
                inputs.Add((FormInput.Name(new Place(field.Id)), seeded.Forms[i % seeded.Forms.Count].GetValueOrDefault(field.Id, "")));
                inputs.Add((FormInput.VersionName(new Place(field.Id)), "0"));
            }
            inputs.AddRange([("request", Guid.NewGuid().ToString()), ("keepUnexplained", "1")]);
            var body = Encoding.ASCII.GetBytes(string.Join('&', inputs.Select(f => $"{Uri.EscapeDataString(f.Item1)}={Uri.EscapeDataString(f.Item2.ReplaceLineEndings("\r\n"))}")));
            return new Request(Post($"/entries/{member.Empty[round]}/submit", member.Cookie, "application/x-www-form-urlencoded", body, "Accept: text/html\r\n"),
                answer => answer.Status == 302 && answer.Head.Contains("Location: /submissions/", StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>Whether every save that was acknowledged is there: each entry is asked how many changes it has.</summary>
    static async Task<Told> Verify(Uri server, List<Typing> typing)
    {
        var start = Stopwatch.GetTimestamp();
        var i = -1;
        return Tell([await One(server, () => Get($"/entries/{typing[i].Member.Filled}/changes?after={typing[i].Revision}", typing[i].Member, "", answer =>
            answer.Status == 200 && Encoding.UTF8.GetString(answer.Body.Span).Contains($"\"revision\":{typing[i].Revision},", StringComparison.Ordinal)), () => ++i < typing.Count)], start);
    }

    /// <summary>One browser after the other opens its filled form.</summary>
    static async Task<Told> Pages(Uri server, Seeded seeded, int count)
    {
        var start = Stopwatch.GetTimestamp();
        var i = 0;
        return Tell([await One(server, () => Get($"/entries/{seeded.Members[i % 20].Filled}", seeded.Members[i % 20], $"Accept: text/html\r\n{Common}", answer => answer.Status == 200), () => i++ < count)], start);
    }

    static Request Get(string path, Member member, string headers, Func<Answer, bool> isRight) =>
        new(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\n{headers}Cookie: {member.Cookie}\r\n\r\n"), isRight);

    const string Common =
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: zh-CN,zh;q=0.9\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n";

    static byte[] Post(string path, string cookie, string type, byte[] body, string headers) =>
        [.. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: bench\r\nOrigin: http://bench\r\n{Common}{headers}Content-Type: {type}\r\nContent-Length: {body.Length}\r\nCookie: {cookie}\r\n\r\n"), .. body];

    /// <summary>A connection of HTTP/1.1 that is kept: the least that a client can spend.</summary>
    sealed class Connection(Socket socket) : IDisposable
    {
        static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

        byte[] buffer = new byte[64 * 1024];

        public static async Task<Connection> To(Uri server)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server.Host, server.Port);
            return new Connection(socket);
        }

        public async Task<Answer> Send(byte[] request)
        {
            using var limit = new CancellationTokenSource(Longest);
            try
            {
                for (var sent = 0; sent < request.Length;)
                    sent += await socket.SendAsync(request.AsMemory(sent), limit.Token);
                var (have, end) = (0, -1);
                while (end < 0)
                {
                    have += await More(have, limit.Token);
                    end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
                }
                var head = Encoding.ASCII.GetString(buffer, 0, end + 2);
                var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
                if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
                    while (!buffer.AsSpan(0, have).EndsWith("\r\n0\r\n\r\n"u8))
                        have += await More(have, limit.Token);
                else if (head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
                    for (var whole = end + 4 + int.Parse(head.AsSpan(at + 16, head.IndexOf('\r', at) - at - 16), CultureInfo.InvariantCulture); have < whole;)
                        have += await More(have, limit.Token);
                return new Answer(status, head, buffer.AsMemory(end + 4, have - end - 4));
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException("no answer in 30 s");
            }
        }

        async Task<int> More(int have, CancellationToken cancel)
        {
            if (have == buffer.Length)
                Array.Resize(ref buffer, have * 2);
            var read = await socket.ReceiveAsync(buffer.AsMemory(have), cancel);
            return read > 0 ? read : throw new IOException("the server ended the connection");
        }

        public void Dispose() => socket.Dispose();
    }
}
