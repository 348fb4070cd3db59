using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jiqun.Core.Definitions;
using Jiqun.Portal;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Backups;
using Jiqun.Tests.Files;
using Jiqun.Tests.Portal.Accounts;
using Jiqun.Tests.Portal.Api;
using Jiqun.Tests.Portal.Approvals;
using Jiqun.Tests.Portal.Evidence;
using Jiqun.Tests.Portal.Mails;
using Jiqun.Tests.Portal.Publication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Jiqun.Tests.Portal;

/// <summary>Everything secret or personal goes once through a portal whose log is turned down to its last line, where it is right, where it is refused and where the portal breaks: the log has nothing of it.</summary>
public sealed class SecretsInLogsTests
{
    const string Wrong = "Wrong-Horse-42", Changed = "Battery-Staple-7", AsName = "Oops-Typed-Here-1", MailPassword = "geheim-Post-9", WrongMailPassword = "verraten-Post-9",
        Mobile = "13912345678", Person = "欧阳测试", Official = "司马录用", Email = "ouyang@secret.example.cn", Phone = "0731-28680001", TooLong = "诸葛太长", Unreadable = "13898765432", Unsaved = "上官不存",
        Reason = "退回理由：联系人慕容已离职", Opinion = "同意推荐，联系人尉迟可靠", Marker = "evidence-of-a-secret-4711", Address = "wang@secret.example.cn";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly List<(string What, string Text)> secrets =
    [
        ("password", TestPortal.Password), ("wrong password", Wrong), ("changed password", Changed), ("password as name", AsName), ("mail password", MailPassword), ("wrong mail password", WrongMailPassword),
        ("mobile", Mobile), ("person", Person), ("official", Official), ("e-mail", Email), ("phone", Phone), ("too long", TooLong), ("unreadable", Unreadable), ("unsaved", Unsaved),
        ("reason", Reason), ("opinion", Opinion), ("evidence", Marker), ("own address", Address),
    ];

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task None_comes_to_the_log_whatever_happens_to_it(string kind)
    {
        await using var server = new TestSmtp { Login = ("jiqun", MailPassword) };
        await using var portal = await TestPortal.Of(kind, p => p.Mail = MailTests.Settings(server) with { User = "jiqun", Password = MailPassword });
        using var log = new TestLog();
        log.Hear(portal.Running.Services);

        await MasterKeyAndBackup(portal);
        await Passwords(portal);
        var token = await Tokens(portal);
        var invitation = await Invitations(portal);
        var confirmation = await Mails(portal, server);
        using var browser = await portal.Browser("promoter");
        using var program = new TestProgram(portal.Address, token);
        var entry = await Contacts(portal, browser, program);
        await Decisions(portal, entry);
        await Comments(portal);
        await Refused(portal, browser, program, [invitation, confirmation, token, Mobile, Person, TestPortal.Password]);
        await Broken(portal, browser, program, invitation, confirmation);
        Keep(browser);

        portal.Running.Services.GetRequiredService<ILoggerFactory>().CreateLogger("test").Log(LogLevel.Trace, default, "the log is seen", null, (text, _) => text);
        Assert.All(
            ["test Trace the log is seen", "jiqun Error", "GET /invitations/{secret} failed", "POST /entries/{id:guid}/answers failed", "Microsoft.EntityFrameworkCore.", "Microsoft.AspNetCore.", "DbException|SqliteException|PostgresException", "jiqun.mail Warning", "jiqun.backup Information"],
            known => Assert.Contains(log.Lines, l => known.Split('|').Any(k => l.Contains(k, StringComparison.Ordinal))));
        Nothing(log);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Keys_of_cookies_do_not_come_to_the_log_when_they_are_made(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        using var log = new TestLog();
        await using var app = Jiqun.Portal.Portal.Build(new PortalSettings(database.Database, FormLibrary.Builtin, new TestClock(), "http://127.0.0.1:0"));
        log.Hear(app.Services);
        await app.StartAsync(Cancel);
        app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("x");

        var exported = app.Services.GetRequiredService<IKeyManager>().GetAllKeys().Select(k => k.Descriptor.ExportToXml().SerializedDescriptorElement).ToList();
        secrets.AddRange(exported.Select(k => ("key of cookies", k.Descendants("value").Single().Value)));
        secrets.Add(("master key", MasterKeyOf(database)));
        await app.StopAsync(Cancel);               // or what goes on in the background opens the database while it is removed
        Assert.NotEmpty(exported);
        Assert.Contains(log.Lines, l => l.Contains("Microsoft.Hosting.Lifetime", StringComparison.Ordinal));
        Nothing(log);
    }

    static string MasterKeyOf(TestDatabase database) => File.ReadAllText(database.KeyFile).Split(':')[2];

    void Keep(TestBrowser browser)
    {
        secrets.AddRange(browser.Cookies.GetAllCookies().Where(c => c.Name.StartsWith("jiqun", StringComparison.Ordinal)).Select(c => ($"cookie {c.Name}", c.Value)));
        secrets.Add(("antiforgery token", browser.Token));
    }

    async Task MasterKeyAndBackup(TestPortal portal)
    {
        var key = Convert.FromBase64String(MasterKeyOf(portal.TestDatabase));
        secrets.AddRange([("master key", Convert.ToBase64String(key)), ("master key", Convert.ToHexString(key))]);
        using var folder = new TestFolder();
        var logs = portal.Running.Services.GetRequiredService<ILoggerFactory>();
        var settings = new PortalSettings(portal.Database, TestEntries.Forms, portal.Clock, "");
        foreach (var to in (string[])[folder.Path, folder["missing"]])
        {
            using var backups = new ScheduledBackups(settings, portal.Database, portal.Clock, logs);
            await backups.Pass(new BackupSettings(to, new TimeOnly(2, 0), Keep: 1), Cancel);
        }
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    async Task Passwords(TestPortal portal)
    {
        using var security = await portal.Browser("security");
        await using var db = portal.Database.Open();
        var reset = $"/accounts/{db.Users.Single(a => a.UserName == "colleague").Id}/{AccountMove.ResetPassword}";
        await security.Get(reset);
        var temporary = (await security.Post(reset)).Document.QuerySelector("#temporary")!.TextContent;
        secrets.Add(("temporary password", temporary));
        Keep(security);

        using var browser = portal.Browser();
        await browser.Get("/sign-in");
        await browser.Post("/sign-in", ("name", "colleague"), ("password", temporary));
        await browser.Post("/account/password", ("old", Wrong), ("password", Changed), ("repeated", Wrong));
        Assert.Equal("/", (await browser.Post("/account/password", ("old", temporary), ("password", Changed), ("repeated", Changed))).Path);

        var (key, recovery) = await TestTotp.TurnOn(portal, browser);
        var code = TestTotp.Code(key, portal.Clock.Time);
        secrets.AddRange([("second-factor key", key), ("second-factor key", key.Replace(" ", "", StringComparison.Ordinal)), .. recovery.SelectMany(r => new[] { ("recovery code", r), ("recovery code", r.Replace("-", "", StringComparison.Ordinal)) })]);
        secrets.AddRange([(Code, code), (Code, TestTotp.Code(key, portal.Clock.Time.AddSeconds(-30)))]);
        Keep(browser);
        await browser.Post("/sign-out");
        foreach (var second in (string[])["123123", code, recovery[0]])
        {
            await browser.Get("/sign-in");
            await browser.Post("/sign-in", ("name", AsName), ("password", Changed));
            await browser.Post("/sign-in", ("name", "colleague"), ("password", Wrong));
            await browser.Post("/sign-in", ("name", "colleague"), ("password", Changed));
            Keep(browser);
            await browser.Post("/sign-in/code", ("code", second));
            Keep(browser);
            if (second != "123123")
                Assert.Equal("/account", (await browser.Get("/account")).Path);
            await browser.Post("/sign-out");
        }
    }

    /// <summary>A code of the second factor, which is so short that only where it stands alone it counts.</summary>
    const string Code = "code";

    async Task<string> Tokens(TestPortal portal)
    {
        using var browser = await portal.Browser("promoter");
        await browser.Get("/account/tokens");
        var page = await browser.Post("/account/tokens", [("name", "月报取数"), ("days", "30"), ("password", TestPortal.Password), .. Enum.GetNames<Scope>().Select(s => ("scope", s))]);
        var token = Regex.Match(page.Text, "jiqun_[0-9a-f]{64}").Value;
        Assert.NotEmpty(token);
        var wrong = token[..^4] + (token.EndsWith("0000", StringComparison.Ordinal) ? "1111" : "0000");
        secrets.AddRange([("token", token), ("wrong token", wrong), ("token without a shape", "jiqun-misshapen-4711")]);
        foreach (var one in (string[])[token, wrong, "jiqun-misshapen-4711"])
        {
            using var program = new TestProgram(portal.Address, one);
            Assert.Equal(one == token ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, (await program.Get("/api/account")).Status);
        }
        return token;
    }

    async Task<string> Invitations(TestPortal portal)
    {
        using var city = await portal.Browser("city");
        await city.Get($"/invitations/new?organisation={portal.Promoter.Id}");
        List<string> made = [];
        foreach (var name in (string[])["used", "open"])
        {
            await city.Get($"/invitations/new?organisation={portal.Promoter.Id}");
            var page = await city.Post("/invitations/new", ("organisation", $"{portal.Promoter.Id}"), ("role", "Member"), ("invitee", Person), ("days", "7"));
            made.Add(page.Document.QuerySelector("#link")!.GetAttribute("value")!.Split('/')[^1]);
        }
        secrets.AddRange(made.Select(m => ("invitation", m)));
        using var guest = portal.Browser();
        await guest.Get($"/invitations/{made[0]}");
        await guest.Post($"/invitations/{made[0]}", ("userName", "guest"), ("fullName", Person), ("password", "short"), ("repeated", Changed));
        Assert.Equal("/", (await guest.Post($"/invitations/{made[0]}", ("userName", "guest"), ("fullName", Person), ("password", Changed), ("repeated", Changed))).Path);
        Assert.Equal(HttpStatusCode.NotFound, (await guest.Get($"/invitations/{made[0]}")).Status);
        return made[1];
    }

    async Task<string> Mails(TestPortal portal, TestSmtp server)
    {
        var logs = portal.Running.Services.GetRequiredService<ILoggerFactory>();
        using (var asking = await portal.Browser("city"))
        {
            await asking.Get("/account/mail");
            await asking.Post("/account/mail/address", ("address", Address), ("password", Wrong));
            await asking.Post("/account/mail/address", ("address", Address), ("password", TestPortal.Password));
        }
        Assert.False(await MailTests.Process(portal, portal.Mail! with { Password = WrongMailPassword }, logs).Pass(Cancel));
        server.Manner = Manner.Postpones;
        await MailTests.Process(portal, portal.Mail!, logs).Pass(Cancel);
        server.Manner = Manner.Accepts;
        portal.Clock.Time += TimeSpan.FromHours(2);
        Assert.True(await MailTests.Process(portal, portal.Mail!, logs).Pass(Cancel));
        var secret = Regex.Match(Assert.Single(server.Taken).Message.TextBody!, "/account/mail/confirm/([0-9a-f]{64})").Groups[1].Value;
        secrets.Add(("mail confirmation", secret));
        using var browser = await portal.Browser("city");
        await browser.Get($"/account/mail/confirm/{secret}");
        Assert.Equal("/account/mail?done=confirmed", (await browser.Post($"/account/mail/confirm/{secret}")).Path);

        await browser.Post("/account/mail/address", ("address", $"no-{Address}"), ("password", TestPortal.Password));
        server.Manner = Manner.Refuses;
        await MailTests.Process(portal, portal.Mail!, logs).Pass(Cancel);
        server.Manner = Manner.Accepts;
        return secret;
    }

    /// <summary>Of visitors to a published round: sent, refused, read in plain, and with their table gone.</summary>
    static async Task Comments(TestPortal portal)
    {
        var today = Jiqun.Portal.Layout.Beijing.Day(DateOnly.FromDateTime(portal.Clock.Time.UtcDateTime.AddHours(8)));
        Assert.False((await portal.Publish(new Jiqun.Portal.Publication.PublicationInput(true, today, today, ["cluster.name"], "", 0))).Refused);
        using var visitor = portal.Browser();
        Assert.Equal(HttpStatusCode.OK, (await visitor.Comment(portal, $"{Reason}，{Mobile}", name: Person, contact: Email)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.Comment(portal, "", name: Person, contact: Mobile)).Status);
        using var ministry = await portal.Browser("ministry");
        await ministry.Get($"/rounds/{portal.Round.Id}/comments");
        Assert.Contains(Email, (await ministry.Post($"/rounds/{portal.Round.Id}/comments/{(await portal.Comments())[0].Id}/contacts")).Text, StringComparison.Ordinal);
        await using var db = portal.Database.Open();
        // by a name of its own: a connection of SQLite that knew of a table “gone” takes it for that one
        await db.Database.ExecuteSqlRawAsync("ALTER TABLE visitor_comment RENAME TO unheard", Cancel);
        Assert.Equal(HttpStatusCode.InternalServerError, (await visitor.Comment(portal, Opinion, name: Official, contact: Phone)).Status);
        await db.Database.ExecuteSqlRawAsync("ALTER TABLE unheard RENAME TO visitor_comment", Cancel);
    }

    static string Of(Guid entry) => $"/entries/{entry}";

    static object Change(string field, string text, int version = 0) => new { changes = new[] { new { field, text, version } } };

    /// <summary>By every way there is into an entry, and out of it.</summary>
    static async Task<Guid> Contacts(TestPortal portal, TestBrowser browser, TestProgram program)
    {
        var entry = (await portal.Begin()).Id;
        await browser.Get(Of(entry));
        Assert.Equal(HttpStatusCode.OK, (await browser.Json($"{Of(entry)}/answers", Change("promoter.mobile", Mobile))).Status);
        await browser.Post(Of(entry), ("a:promoter.contact:", Person), ("v:promoter.contact:", "0"));
        await browser.Post(Of(entry), ("a:promoter.contact:", Unsaved), ("v:promoter.contact:", "0"));             // meanwhile changed
        Assert.Equal(HttpStatusCode.OK, (await program.Put($"/api/entries/{entry}/answers/promoter.email", new { text = Email }, "\"0\"")).Status);
        await browser.Get($"{Of(entry)}/file");
        var page = await browser.Upload($"{Of(entry)}/file", "", ("集群.docx", Evidence.Files.Docx(("government.contact", Official), ("government.phone", Phone))));
        await browser.Post(page.Path, [.. page.Document.QuerySelectorAll("input[type=hidden][name^='v:']").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)), ("all", "1")]);
        await browser.Get($"{Of(entry)}/evidence");
        await browser.Upload($"{Of(entry)}/evidence", "indicators.output", ("证书.pdf", [.. Evidence.Files.Pdf, .. Encoding.ASCII.GetBytes($"\n%{Marker}")]));
        var stored = await portal.Stored(entry);
        Assert.Equal([Mobile, Person, Email, Official, Phone], ((string[])["promoter.mobile", "promoter.contact", "promoter.email", "government.contact", "government.phone"]).Select(f => stored.Text(f)));

        await browser.Get(Of(entry));
        foreach (var file in (string[])["history?field=promoter.mobile", "draft.docx", "draft.json", "draft.pdf", "changes?after=0"])
            (await browser.Http.GetAsync(new Uri($"{Of(entry)}/{file}", UriKind.Relative))).EnsureSuccessStatusCode().Dispose();
        Assert.Contains(Mobile, (await program.Get($"/api/entries/{entry}/answers")).Text, StringComparison.Ordinal);
        var answers = TestEntries.Answers().Where(a => stored.Text(a.Key).Length == 0).ToDictionary();
        Assert.Empty((await portal.Save(entry, "promoter", answers.AsWishes())).Value!.Refused);
        return entry;
    }

    static async Task Decisions(TestPortal portal, Guid entry)
    {
        var submission = (await portal.Submit(entry, Guid.NewGuid())).Value!.Id;
        using var city = await portal.Browser("city");
        await city.Get($"/submissions/{submission}");
        Assert.Contains(Mobile, (await city.Post($"/submissions/{submission}/contacts")).Text, StringComparison.Ordinal);
        await city.Get($"/submissions/{submission}/opinion");
        await city.Post($"/submissions/{submission}/opinion", ("text", Opinion), ("dated", "2021-06-01"), ("version", "0"));
        await city.Get($"{Of(entry)}/steps/return");
        (string, string)[] step = [("request", $"{Guid.NewGuid()}"), ("submission", $"{submission}")];
        await city.Post($"{Of(entry)}/steps/return", [.. step, ("reason", Reason + new string('长', 100_000)), ("point:", Reason)]);
        await city.Post($"{Of(entry)}/steps/return", [.. step, ("reason", Reason), ("point:", Reason)]);
        Assert.Equal("draft", await portal.Status(entry));

        using var ministry = await portal.Browser("ministry");
        await ministry.Get("/people");
        foreach (var sought in (string[])[Mobile, Person, Email, "x"])
            await ministry.Post("/people", ("person", sought));
        using var security = await portal.Browser("security");
        await security.Get($"/accounts?search={Uri.EscapeDataString(Person)}");
    }

    /// <summary>What is refused, unreadable, or stands where it does not belong.</summary>
    static async Task Refused(TestPortal portal, TestBrowser browser, TestProgram program, string[] stray)
    {
        var entry = (await portal.Begin()).Id;
        var (page, api) = ($"{Of(entry)}/answers", $"/api/entries/{entry}/answers");
        await browser.Get(Of(entry));
        foreach (var body in (string[])[
            $$"""{"changes":[{"field":"promoter.mobile","text":"{{Unreadable}}","version":""", $$"""{"changes":[{"field":"promoter.mobile","text":"{{Unreadable}}","version":"{{Unreadable}}"}]}""",
            $$"""{"changes":[{"field":"promoter.mobile","text":{{Unreadable}},"version":0}]}""", $$"""{"{{Unreadable}}":[]}""", $$$"""{"changes":{"{{{Unreadable}}}":"{{{Unreadable}}}"}}""", $$"""{"changes":[],"changes":"{{Unreadable}}"}""",
            $"\"{Unreadable}\"", Unreadable, $$"""{"changes":[],"account":"{{Unreadable}}"}"""])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, page) { Content = new StringContent(body, null, "application/json"), Headers = { { "RequestVerificationToken", browser.Token } } };
            using var answer = await browser.Http.SendAsync(request, Cancel);
            Assert.Equal((body, HttpStatusCode.BadRequest), (body, answer.StatusCode));
            using var content = new StringContent(body, null, "application/json");
            Assert.Equal((body, HttpStatusCode.BadRequest), (body, (await program.Send(HttpMethod.Post, api, content)).Status));
        }
        foreach (var (tag, text, status) in new[] { ("\"99\"", Unsaved, HttpStatusCode.PreconditionFailed), (null, Unsaved, HttpStatusCode.PreconditionRequired), ($"\"{Mobile}\"", Unsaved, default), ("\"0\"", TooLong + new string('长', 3000), HttpStatusCode.UnprocessableEntity) })
        {
            var answer = await program.Put($"{api}/promoter.contact", new { text }, tag);
            Assert.True(answer.Status == status || status == default, $"{tag} {answer.Status}");
        }
        await browser.Json(page, Change("promoter.contact", TooLong + new string('长', 3000)));
        await browser.Json(page, Change(Unsaved, Unsaved));

        using var stranger = new HttpClient { BaseAddress = new Uri(portal.Address) };
        foreach (var secret in stray.Select(Uri.EscapeDataString))
            foreach (var path in (string[])[
                $"/nothing/{secret}", $"/nothing?x={secret}", $"/sign-in?password={secret}", $"/sign-in?return=/invitations/{secret}", $"/invitations/{secret}", $"/invitations/{secret}x", $"/account/mail/confirm/{secret}", $"/people?person={secret}", $"/entries/{secret}",
                $"/reference/industries?q={secret}", $"/compare?from={secret}&to={secret}", $"/assets/{secret}", $"/language/{secret}?return={secret}", $"/accounts/{secret}",
                $"/api/{secret}", $"/api/entries?state={secret}", $"/api/entries/{entry}/answers/{secret}", $"/api/reference/divisions?q={secret}", $"/api/entries?round={secret}&page={secret}"])
            {
                using var own = await browser.Http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
                using var strange = await stranger.GetAsync(new Uri(path, UriKind.Relative), Cancel);
                var answer = await program.Get(path);
                Assert.All((HttpStatusCode[])[own.StatusCode, strange.StatusCode, answer.Status], s => Assert.True((int)s < 500, path));
            }
        foreach (var secret in stray.Where(s => Ascii.IsValid(s)))
            foreach (var line in (string[])[$"GET /{secret}\0 HTTP/1.1\r\nHost: x\r\n\r\n", $"GET / HTTP/1.1\r\nHost: x\r\nCookie jiqun={secret}\r\n\r\n", $"{secret}\r\n\r\n", $"GET / HTTP/1.1\r\nHost: {secret} {secret}\r\n\r\n", $"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {secret}x\r\n\r\n"])
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, new Uri(portal.Address).Port, Cancel);
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line), Cancel);
                var start = new byte[12];
                await socket.GetStream().ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancel);
                Assert.Equal("HTTP/1.1 400", Encoding.ASCII.GetString(start));
            }
        using (var foreign = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(portal.Address) })
            foreach (var cookie in (string[])["jiqun", "jiqun-form", "jiqun-second-step"])                       // of another portal, or forged
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/account/password") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["old"] = TestPortal.Password, ["__RequestVerificationToken"] = stray[0] }) };
                request.Headers.Add("Cookie", $"{cookie}={stray[0]}");
                using var answer = await foreign.SendAsync(request, Cancel);
                Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
            }
    }

    /// <summary>Tables are gone while secrets and contacts are on their way to them.</summary>
    static async Task Broken(TestPortal portal, TestBrowser browser, TestProgram program, string invitation, string confirmation)
    {
        var entry = (await portal.Begin()).Id;
        using var stranger = portal.Browser();
        await stranger.Get("/sign-in");
        await browser.Get(Of(entry));
        await Without("change", async () =>
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await browser.Json($"{Of(entry)}/answers", Change("promoter.mobile", Mobile))).Status);
            Assert.Equal(HttpStatusCode.InternalServerError, (await program.Put($"/api/entries/{entry}/answers/promoter.contact", new { text = Person }, "\"0\"")).Status);
            Assert.Equal(HttpStatusCode.InternalServerError, (await program.Post($"/api/entries/{entry}/answers", Change("promoter.email", Email), key: "4711")).Status);
            using var form = Form(browser, ("a:promoter.contact:", Person), ("v:promoter.contact:", "0"));
            Assert.Equal(HttpStatusCode.InternalServerError, (await browser.Http.PostAsync(new Uri(Of(entry), UriKind.Relative), form, Cancel)).StatusCode);
        });
        await Without("invitation", async () => Assert.Equal(HttpStatusCode.InternalServerError, await Status(stranger, $"/invitations/{invitation}")));
        await Without("pending_address", async () => Assert.Equal(HttpStatusCode.InternalServerError, await Status(browser, $"/account/mail/confirm/{confirmation}")));
        await Without("access_token", async () => Assert.Equal(HttpStatusCode.InternalServerError, (await program.Get("/api/account")).Status));
        await Without("personal_value", async () =>
        {
            using var ministry = await portal.Browser("ministry");
            await ministry.Get("/people");
            Assert.Equal(HttpStatusCode.InternalServerError, (await ministry.Post("/people", ("person", Mobile))).Status);
        });
        await Without("session", async () =>
        {
            await stranger.Get("/sign-in");
            Assert.Equal(HttpStatusCode.InternalServerError, (await stranger.Post("/sign-in", ("name", "promoter"), ("password", TestPortal.Password))).Status);
            Assert.Equal(HttpStatusCode.InternalServerError, await Status(browser, "/account"));
        });
        await Without("blob_part", async () =>
        {
            await browser.Get($"{Of(entry)}/evidence");
            Assert.Equal(HttpStatusCode.InternalServerError, (await browser.Upload($"{Of(entry)}/evidence", "", ("b.pdf", [.. Evidence.Files.Pdf, .. Encoding.ASCII.GetBytes($"\n%{Marker} b")]))).Status);
        });
        await browser.Get("/account");

        async Task Without(string table, Func<Task> act)
        {
            await using var db = portal.Database.Open();
#pragma warning disable EF1002
            await db.Database.ExecuteSqlRawAsync($"ALTER TABLE \"{table}\" RENAME TO gone", Cancel);
            await act();
            await db.Database.ExecuteSqlRawAsync($"ALTER TABLE gone RENAME TO \"{table}\"", Cancel);
#pragma warning restore EF1002
        }

        static async Task<HttpStatusCode> Status(TestBrowser browser, string path)
        {
            using var answer = await browser.Http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            return answer.StatusCode;
        }

        static FormUrlEncodedContent Form(TestBrowser browser, params (string Name, string Value)[] inputs) =>
            new(inputs.Append(("__RequestVerificationToken", browser.Token)).Select(i => KeyValuePair.Create(i.Item1, i.Item2)));
    }

    /// <summary>Asserts that no line holds a secret, in whatever form.</summary>
    void Nothing(TestLog log)
    {
        Assert.All(secrets, s => Assert.True(s.Text.Length > 3, s.What));
        var text = string.Join('\n', log.Lines.Distinct()).ToUpperInvariant();            // looked through several hundred times, so fast that way
        var found = from secret in secrets.Distinct()
                    from form in secret.What is Code ? [secret.Text] : Forms(secret.Text)
                    let pattern = secret.What is Code ? new Regex(@$"(?<![\w.-]){form}(?![\w.-])", RegexOptions.CultureInvariant) : null
                    where IsIn(text, form, pattern)
                    select $"{secret.What}: {log.Lines.First(l => IsIn(l.ToUpperInvariant(), form, pattern))}";
        Assert.True(!found.Any(), string.Join('\n', found));
    }

    static bool IsIn(string text, string form, Regex? pattern) => pattern?.IsMatch(text) ?? text.Contains(form.ToUpperInvariant(), StringComparison.Ordinal);

    /// <summary>As it is, and as addresses, forms, JSON, HTML and base64 have it.</summary>
    static IEnumerable<string> Forms(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new[] { text, Uri.EscapeDataString(text), WebUtility.UrlEncode(text), JsonEncodedText.Encode(text).ToString(), JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(), HtmlEncoder.Default.Encode(text), Convert.ToHexString(bytes) }
            .Concat(Enumerable.Range(0, 3).Select(InBase64));

        // the middle part is the same whatever stands before and after
        string InBase64(int before)
        {
            var after = (6 - before - bytes.Length % 3) % 3;
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes, .. new byte[after]]);
            return whole[(before is 0 ? 0 : before + 1)..^(after is 0 ? 0 : after + 1)];
        }
    }
}
