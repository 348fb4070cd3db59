using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using Jiqun.Portal.Entries;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Jiqun.Tests.Portal;

/// <summary>What every page and every request must meet, over real HTTP.</summary>
public sealed class SafetyTests(SharedPortals portals) : IClassFixture<SharedPortals>
{
    /// <summary>What a page may not have under a policy without “unsafe-inline”, and would not need one for.</summary>
    internal static IEnumerable<string> Inline(IDocument page) =>
        from element in page.All
        from found in element.Attributes
            .Where(a => a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Name is "style" or "srcdoc" || a.Value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase))
            .Select(a => $"{element.LocalName} {a.Name}={a.Value}")
            .Concat(element.LocalName is "style" or "iframe" or "object" or "embed" or "base" || element.LocalName is "script" && (element.TextContent.Trim().Length > 0 || element.GetAttribute("src")?.StartsWith("/assets/", StringComparison.Ordinal) != true)
                ? [$"<{element.LocalName}>"]
                : [])
        select found;

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Every_page_that_links_lead_to_forbids_what_it_does_not_need(string kind)
    {
        var portal = await portals.Of(kind);
        await portal.BeginFilled();
        await portal.Submit((await portal.BeginFilled(seed: 3)).Id, Guid.NewGuid());
        var pages = 0;
        foreach (var who in (string[])["", "promoter", "city", "ministry", "system", "security", "audit"])
        {
            using var browser = who.Length == 0 ? portal.Browser() : await portal.Browser(who);
            var waiting = new Queue<string>(["/", "/sign-in", "/nothing", "/invitations/0123"]);
            var seen = waiting.ToHashSet();
            while (waiting.TryDequeue(out var path) && seen.Count < 60)
            {
                using var answer = await browser.Http.GetAsync(new Uri(path, UriKind.Relative));
                Assert.True((int)answer.StatusCode < 500, path);
                var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
                Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
                if (path.StartsWith("/api/", StringComparison.Ordinal))            // the reference: ReferenceTests
                    continue;
                Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
                Assert.Equal("nosniff", string.Join(' ', answer.Headers.GetValues("X-Content-Type-Options")));
                Assert.False(answer.Headers.Contains("Server"));
                Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
                if (answer.Content.Headers.ContentType?.MediaType is not "text/html")
                    continue;
                Assert.True(answer.Headers.CacheControl!.NoStore, path);
                pages++;
                var page = await browser.Get(path);
                Assert.Empty(Inline(page.Document).Select(i => $"{path}: {i}"));
                Assert.All(page.Document.QuerySelectorAll("form[method=post]"), f => Assert.NotNull(f.QuerySelector("input[name=__RequestVerificationToken]")));
                foreach (var link in page.Document.QuerySelectorAll("a[href]").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith('/') && !h.StartsWith("/language", StringComparison.Ordinal)))
                    if (seen.Add(link.Split('#')[0]))
                        waiting.Enqueue(link.Split('#')[0]);
            }
        }
        Assert.True(pages > 30, $"Only {pages} pages were found.");
    }

    [Fact]
    public async Task Cookies_are_for_the_server_only_and_secure_behind_https()
    {
        var portal = await portals.Of("sqlite");
        foreach (var secure in new[] { false, true })
        {
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(portal.Address) };
            if (secure)
                http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            using var page = await http.GetAsync(new Uri("/sign-in", UriKind.Relative));
            var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"));
            Check(cookie, "jiqun-form=", "samesite=strict", secure);
            Assert.Equal(secure, page.Headers.Contains("Strict-Transport-Security"));
            var token = (await BrowsingContext.New().OpenAsync(r => r.Content(page.Content.ReadAsStringAsync().Result))).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "promoter", ["password"] = TestPortal.Password, ["return"] = "/", ["__RequestVerificationToken"] = token });
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = form };
            if (secure)
                request.Headers.Add("Cookie", cookie.Split(';')[0]);       // over plain http the container keeps it back
            using var signedIn = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
            Check(signedIn.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("jiqun=", StringComparison.Ordinal)), "jiqun=", "samesite=lax", secure);
            using var language = await http.GetAsync(new Uri("/language/en", UriKind.Relative));
            Check(language.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("language=", StringComparison.Ordinal)), "language=", "samesite=lax", secure);
        }

        static void Check(string cookie, string name, string site, bool secure)
        {
            Assert.StartsWith(name, cookie, StringComparison.Ordinal);
            var flags = cookie.ToLowerInvariant().Split("; ");
            Assert.Contains("httponly", flags);
            Assert.Contains(site, flags);
            Assert.Equal(secure, flags.Contains("secure"));
        }
    }

    [Theory]
    [InlineData("127.0.0.1", true), InlineData("::1", true), InlineData("10.1.2.3", true), InlineData("::ffff:192.168.7.8", true), InlineData("172.16.0.1", true)]
    [InlineData("203.0.113.5", false), InlineData("172.32.0.1", false), InlineData("::ffff:8.8.8.8", false), InlineData("2001:db8::1", false)]
    public async Task Only_a_proxy_nearby_is_believed(string from, bool believed)
    {
        var portal = await portals.Of("sqlite");
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(from);
        (http.Request.Scheme, http.Request.Host) = ("http", new HostString("portal.example"));
        http.Request.Headers["X-Forwarded-For"] = "198.51.100.7";
        http.Request.Headers["X-Forwarded-Proto"] = "https";
        http.Request.Headers["X-Forwarded-Host"] = "evil.example";
        var options = portal.Running.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>();

        await new ForwardedHeadersMiddleware(_ => Task.CompletedTask, NullLoggerFactory.Instance, options).Invoke(http);

        Assert.Equal(believed, http.Request.IsHttps);
        Assert.Equal(believed, http.Request.Host.Value == "evil.example");
    }

    [Fact]
    public async Task What_a_stranger_says_before_the_proxy_is_not_believed()
    {
        var portal = await portals.Of("sqlite");
        using var http = new HttpClient { BaseAddress = new Uri(portal.Address), DefaultRequestHeaders = { { "X-Forwarded-For", "10.0.0.1, 203.0.113.5" }, { "X-Forwarded-Proto", "https, http" } } };
        using var page = await http.GetAsync(new Uri("/sign-in", UriKind.Relative));
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_changes_something_is_refused_without_a_token_of_the_same_person(string kind)
    {
        var portal = await portals.Of(kind);
        var entry = await portal.BeginFilled();
        using var stranger = await portal.Browser("other");
        await stranger.Get("/");
        List<string> wrong = [];
        foreach (var who in (string[])["promoter", "system", "security", "ministry"])
        {
            using var browser = await portal.Browser(who);
            await browser.Get("/");
            var before = await Rows(portal);
            var routes = from endpoint in portal.Running.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                         from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
                         where method is not ("GET" or "HEAD")
                         select (method, endpoint.RoutePattern.RawText!);
            Assert.NotEmpty(routes);
            foreach (var (method, pattern) in routes)
                foreach (var token in (string?[])[null, "", "rubbish", stranger.Token])
                    foreach (var (json, site) in new[] { (false, ""), (true, ""), (true, "same-site"), (true, "cross-site"), (true, "none") })
                    {
                        var path = pattern.Replace("{id:guid}", $"{entry.Id}", StringComparison.Ordinal).Replace("{secret}", "0123", StringComparison.Ordinal).Replace("{move}", "close", StringComparison.Ordinal);
                        using var request = new HttpRequestMessage(new HttpMethod(method), path)
                        {
                            Content = json
                                ? JsonContent.Create(new { changes = new[] { new { field = "cluster.name", text = "x", version = 1 } } })
                                : new FormUrlEncodedContent(new Dictionary<string, string> { ["round"] = $"{portal.Round.Id}", ["request"] = $"{Guid.NewGuid()}", ["keepUnexplained"] = "on", ["a:cluster.name:"] = "x", ["number"] = "1", ["__RequestVerificationToken"] = token ?? "" }),
                        };
                        if (token is not null)
                            request.Headers.TryAddWithoutValidation("RequestVerificationToken", token);
                        if (site.Length > 0)
                            request.Headers.Add("Sec-Fetch-Site", site);
                        using var answer = await browser.Http.SendAsync(request);
                        if (pattern.StartsWith("/api/", StringComparison.Ordinal) ? answer.StatusCode is not HttpStatusCode.Unauthorized
                            : answer.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound) || who is "promoter" && answer.StatusCode is HttpStatusCode.OK)
                            wrong.Add($"{who} {method} {pattern} {token} {site}: {answer.StatusCode}");
                        if (pattern.StartsWith("/entries", StringComparison.Ordinal) && answer.StatusCode is not HttpStatusCode.BadRequest)
                            wrong.Add($"{who} {method} {pattern} {token} {site}: {answer.StatusCode}");
                    }
            Assert.Equal(before, await Rows(portal));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>How many rows each table has, and how the entries stand.</summary>
    static async Task<string> Rows(TestPortal portal)
    {
        await using var db = portal.Database.Open();
        return string.Join('\n', [
            $"{await db.Users.CountAsync()} {await db.Audit.CountAsync()} {await db.Invitations.CountAsync()} {await db.Organisations.CountAsync()} {await db.Rounds.CountAsync()} {await db.Changes.CountAsync()} {await db.Submissions.CountAsync()}",
            .. (await db.Entries.ToListAsync()).OrderBy(e => e.Id).Select(e => $"{e.Id} {e.State} {e.Revision}")]);
    }

    [Fact]
    public async Task What_is_too_large_or_cannot_be_read_is_refused_with_a_message()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get("/");
        var (answers, whole) = ($"/entries/{entry.Id}/answers", $"/entries/{entry.Id}");
        var large = new string('x', 4 * 1024 * 1024 + 1);
        foreach (var (name, path, content, status) in new (string, string, HttpContent, int)[]
        {
            ("large json", answers, new StringContent($$"""{"changes":[{"field":"cluster.name","text":"{{large}}","version":0}]}""", null, "application/json"), 413),
            ("large chunked json", answers, new StreamContent(new Endless(4 * 1024 * 1024 + 100)) { Headers = { { "Content-Type", "application/json" } } }, 413),
            ("large form", whole, new StringContent($"a:cluster.name:={large}", null, "application/x-www-form-urlencoded"), 413),
            ("no json", answers, new StringContent("{", null, "application/json"), 400),
            ("other json", answers, new StringContent("[1,2]", null, "application/json"), 400),
            ("null", answers, new StringContent("null", null, "application/json"), 400),
            ("null change", answers, new StringContent("""{"changes":[null]}""", null, "application/json"), 400),
            ("no text", answers, new StringContent("""{"changes":[{"field":"cluster.name","version":0}]}""", null, "application/json"), 400),
            ("no number", answers, new StringContent("""{"changes":[{"field":"cluster.name","text":"x","version":"y"}]}""", null, "application/json"), 400),
            ("large number", answers, new StringContent("""{"changes":[{"field":"cluster.name","text":"x","version":99999999999}]}""", null, "application/json"), 400),
            ("deep", answers, new StringContent(new string('[', 100_000), null, "application/json"), 400),
            ("bytes", answers, new ByteArrayContent([0xFF, 0xFE, 0, 1, 2]) { Headers = { { "Content-Type", "application/json" } } }, 400),
            ("many", answers, JsonContent.Create(new { changes = Enumerable.Range(0, 1001).Select(i => new { field = $"f{i}", text = "x", version = 0 }) }), 400),
            ("no boundary", whole, new StringContent("x", null, "multipart/form-data"), 400),
            ("half a part", whole, new ByteArrayContent(Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx")) { Headers = { { "Content-Type", "multipart/form-data; boundary=b" } } }, 400),
            ("many inputs", whole, new StringContent(string.Join('&', Enumerable.Range(0, 2000).Select(i => $"a:f{i}:=x")), null, "application/x-www-form-urlencoded"), 400),
            ("long name", whole, new StringContent($"{new string('x', 5000)}=x", null, "application/x-www-form-urlencoded"), 400),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            request.Headers.Add("RequestVerificationToken", browser.Token);
            using var answer = await browser.Http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Equal((name, status), (name, (int)answer.StatusCode));
            Assert.True(text.Contains(status == 413 ? "4 MB" : "请求无法识别", StringComparison.Ordinal), $"{name}: {text[..Math.Min(200, text.Length)]}");
            Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        }
        Assert.Empty((await portal.Stored(entry.Id)).Changes);
    }

    /// <summary>Blanks, so many, of which nobody says before how many.</summary>
    sealed class Endless(int length) : Stream
    {
        int left = length;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var now = Math.Min(left, count);
            buffer.AsSpan(offset, now).Fill((byte)' ');
            left -= now;
            return now;
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    [Theory]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nZZ\r\nx\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("rubbish\r\n\r\n")]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task Rubbish_on_the_wire_is_answered_with_400(string request)
    {
        var portal = await portals.Of("sqlite");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(portal.Address).Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        var buffer = new byte[64];
        var read = await socket.GetStream().ReadAtLeastAsync(buffer, 12, throwOnEndOfStream: false).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.StartsWith("HTTP/1.1 400", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_methods_are_answered_sanely_and_change_nothing()
    {
        var portal = await portals.Of("sqlite");
        var entry = await portal.BeginFilled();
        var before = (await portal.Stored(entry.Id)).Print();
        using var browser = await portal.Browser("promoter");
        await browser.Get("/");
        foreach (var path in (string[])["/", $"/entries/{entry.Id}", $"/entries/{entry.Id}/draft.json", "/assets/portal.js", "/sign-in"])
        {
            using var get = await browser.Http.GetAsync(new Uri(path, UriKind.Relative));
            using var head = await browser.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
            Assert.Equal((path, get.StatusCode, get.Content.Headers.ContentType), (path, head.StatusCode, head.Content.Headers.ContentType));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            foreach (var method in (string[])["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
                foreach (var token in new[] { false, true })
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), path);
                    if (token)
                        request.Headers.Add("RequestVerificationToken", browser.Token);
                    using var answer = await browser.Http.SendAsync(request);
                    Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, $"{method} {path}: {answer.StatusCode}");
                }
        }
        Assert.Equal(before, (await portal.Stored(entry.Id)).Print());
    }

    [Theory]
    [InlineData("//evil.example"), InlineData("https://evil.example"), InlineData("/\\evil.example"), InlineData("\\\\evil.example"), InlineData("/\t/evil.example"), InlineData("javascript:alert(1)"), InlineData("evil.example"), InlineData("")]
    [InlineData("/\r\nSet-Cookie: x=y"), InlineData("~//evil.example"), InlineData("/%2f/evil.example"), InlineData("/%5cevil.example"), InlineData("/.//evil.example"), InlineData("/文"), InlineData("/entries?a=文"), InlineData("/\uD800")]
    public async Task Nobody_is_sent_to_another_site(string address)
    {
        var portal = await portals.Of("sqlite");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(portal.Address) };
        using var language = await http.GetAsync(new Uri($"/language/zh?return={Encode(address)}", UriKind.Relative));
        Check(language);
        using var page = await http.GetAsync(new Uri("/sign-in", UriKind.Relative));
        var token = (await BrowsingContext.New().OpenAsync(r => r.Content(page.Content.ReadAsStringAsync().Result))).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var signIn = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "promoter", ["password"] = TestPortal.Password, ["return"] = address.Replace('\uD800', '?'), ["__RequestVerificationToken"] = token });
        using var signedIn = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), signIn);
        Check(signedIn);

        void Check(HttpResponseMessage answer)
        {
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            var to = answer.Headers.Location!.OriginalString;
            Assert.Matches(@"^/(?![/\\])[\x21-\x7e]*$", to);
            Assert.Equal(new Uri(portal.Address).Authority, new Uri(new Uri(portal.Address), to).Authority);
        }

        static string Encode(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:x2}"));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_breaks_is_told_by_a_number_and_nothing_else(string kind)
    {
        await using var portal = await TestPortal.Of(kind);
        var entry = await portal.Begin();
        using var browser = await portal.Browser("promoter");
        await browser.Get($"/entries/{entry.Id}");
        var token = browser.Token;
        await using (var db = portal.Database.Open())
            await db.Database.ExecuteSqlRawAsync("DROP TABLE change");

        var page = await browser.Get($"/entries/{entry.Id}/history");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/entries/{entry.Id}/answers") { Content = JsonContent.Create(new { changes = new[] { new { field = "cluster.name", text = "x", version = 0 } } }) };
        request.Headers.Add("RequestVerificationToken", token);
        using var answer = await browser.Http.SendAsync(request);
        var json = await answer.Content.ReadAsStringAsync();

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (page.Status, answer.StatusCode));
        foreach (var text in new[] { page.Document.Body!.TextContent, json })
        {
            Assert.Matches("[0-9a-f]{8}", text);
            foreach (var word in (string[])["Exception", "   at ", ".cs:", "SELECT", "INSERT", "qlite", "ostgres", "change"])
                Assert.DoesNotContain(word, text, StringComparison.Ordinal);
        }
        Assert.Equal((0, ""), ((await DropStored(portal, entry)).Revision, ""));
    }

    static async Task<Entry> DropStored(TestPortal portal, Entry entry)
    {
        await using var db = portal.Database.Open();
        return await db.Entries.AsNoTracking().SingleAsync(e => e.Id == entry.Id);
    }
}
