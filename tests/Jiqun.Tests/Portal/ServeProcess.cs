using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using AngleSharp;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Organisations;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Cli;
using Jiqun.Tests.Files;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;

namespace Jiqun.Tests.Portal;

/// <summary>A data folder with an account and entries, for <c>jiqun serve</c> as a process of its own.</summary>
sealed class ServeFolder : IDisposable
{
    readonly TestFolder folder = new();

    public string Path => folder.Path;

    public List<Guid> Entries { get; } = [];

    public static async Task<ServeFolder> With(int entries)
    {
        var made = new ServeFolder();
        await using var database = Database.InFolder(made.Path);
        await database.Migrate();
        await using var db = database.Open();
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var form = FormLibrary.Builtin.Default;
        var ministry = Organisation.Under(null, Level.Ministry, "工业和信息化部", null, now);
        var promoter = Organisation.Under(ministry, Level.Promoter, "促进中心", "430200", now);
        db.AddRange(ministry, promoter);
        var account = new Account { Id = Guid.CreateVersion7(now), UserName = "promoter", NormalizedUserName = "PROMOTER", FullName = "王", Role = Role.Member, OrganisationId = promoter.Id, CreatedAt = now, SecurityStamp = "stamp" };
        account.PasswordHash = new PasswordHasher<Account>().HashPassword(account, TestPortal.Password);
        db.Add(account);
        for (var i = 0; i < entries; i++)
        {
            var round = new Round { Id = Guid.NewGuid(), Name = $"批次{i}", FormId = form.Id, FormDigest = form.Digest, BaseYear = form.BaseYear, OpensAt = now.AddDays(-1), ClosesAt = now.AddDays(1), CreatedAt = now };
            var entry = new Entry { Id = Guid.CreateVersion7(now), RoundId = round.Id, OrganisationId = promoter.Id, State = EntryState.Draft, Status = "draft", Revision = 0, IsSample = false, CreatedAt = now };
            db.AddRange(round, entry);
            made.Entries.Add(entry.Id);
        }
        await db.SaveChangesAsync();
        return made;
    }

    /// <summary>Rows of the file as it lies there, read without the program.</summary>
    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> row)
    {
        using var open = new SqliteConnection($"Data Source={System.IO.Path.Combine(Path, "jiqun.db")};Pooling=False");
        open.Open();
        using var command = open.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>Asserts that the file is sound and that in each entry the changes give the answers.</summary>
    /// <param name="hasFiles">Files take numbers, too.</param>
    public void IsSound(bool hasFiles = false)
    {
        Assert.Equal("ok", Assert.Single(Rows("PRAGMA integrity_check", r => r.GetString(0))));
        Assert.Empty(Rows("PRAGMA foreign_key_check", r => r.GetString(0)));
        var answers = Rows("SELECT entry_id, field, code, written, version FROM answer", r => (Place: (r.GetString(0), r.GetString(1), r.GetString(2)), Text: r.GetString(3), Version: r.GetInt32(4)));
        Dictionary<(string, string, string), (string Text, int Version)> replayed = [];
        Dictionary<string, int> revisions = [];
        foreach (var (place, number, before, after) in Rows("SELECT entry_id, field, code, number, before, after FROM change ORDER BY entry_id, number", r => (Place: (r.GetString(0), r.GetString(1), r.GetString(2)), Number: r.GetInt32(3), Before: r.GetString(4), After: r.GetString(5))))
        {
            if (!hasFiles)
                Assert.Equal(revisions.GetValueOrDefault(place.Item1) + 1, number);
            revisions[place.Item1] = number;
            Assert.Equal(replayed.TryGetValue(place, out var there) ? there.Text : "", before);
            replayed[place] = (after, number);
        }
        Assert.Equal(replayed.Count, answers.Count);
        Assert.All(answers, a => Assert.Equal(replayed[a.Place], (a.Text, a.Version)));
        var files = hasFiles ? Rows("SELECT entry_id, count(*) FROM evidence GROUP BY entry_id", r => (r.GetString(0), r.GetInt32(1))).ToDictionary(r => r.Item1, r => r.Item2) : [];
        Assert.All(Rows("SELECT id, revision FROM entry", r => (r.GetString(0), r.GetInt32(1))), e => Assert.Equal(revisions.GetValueOrDefault(e.Item1) + files.GetValueOrDefault(e.Item1), e.Item2));
    }

    public void Dispose() => folder.Dispose();
}

/// <summary><c>jiqun serve</c> as a process of its own.</summary>
sealed class ServeProcess : IDisposable
{
    readonly Process process;

    readonly Task<string> told;

    ServeProcess(Process process, string address, Task<string> told) => (this.process, Address, this.told) = (process, address, told);

    public string Address { get; }

    /// <summary>What it wrote after its start. Ends it.</summary>
    public Task<string> Told()
    {
        Kill();
        return told;
    }

    public int Id => process.Id;

    public bool IsAlive => !process.HasExited;

    public static Task<ServeProcess> Start(string folder, params (string Name, string Value)[] variables) => Start(folder, [], variables);

    public static Task<ServeProcess> Start(string folder, string[] options, params (string Name, string Value)[] variables) => Serve(folder, ["--data", folder, .. options], variables);

    /// <summary>On a database of a test.</summary>
    public static Task<ServeProcess> On(TestDatabase database) => Serve(Path.GetTempPath(), [.. database.Options, "--key", database.KeyFile]);

    static async Task<ServeProcess> Serve(string folder, string[] options, params (string Name, string Value)[] variables)
    {
        var start = JiqunProcess.Start("en_US.UTF-8", folder, ["serve", "--urls", "http://127.0.0.1:0", .. options]);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        // the signal that tells of a file grown too large is passed over, so that it is an error of the write, as on a full disk
        var process = Process.Start(Ignoring(start))!;
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3)) is { } line)
            if (line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at)
            {
                var output = process.StandardOutput.ReadToEndAsync();
                return new ServeProcess(process, line[at..].Split(' ')[0].TrimEnd('.', '。'), Both());

                async Task<string> Both() => await output + await errors;
            }
        throw new InvalidOperationException("jiqun serve ended.");
    }

    static ProcessStartInfo Ignoring(ProcessStartInfo start)
    {
        var shell = new ProcessStartInfo("/bin/sh", ["-c", "trap '' XFSZ; exec \"$@\"", "sh", start.FileName, .. start.ArgumentList])
        {
            WorkingDirectory = start.WorkingDirectory,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in start.Environment)
            shell.Environment[name] = value;
        return shell;
    }

    /// <summary><c>kill -9</c>.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (IsAlive)
            Kill();
        process.Dispose();
    }
}

/// <summary>Somebody whose session outlives the server: cookies and token from the first start go on being good.</summary>
sealed class ServeClient : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = new CookieContainer() });
    string token = "";

    public string Address { get; set; } = "";

    public TaskCompletionSource FirstSaved { get; set; } = new();

    public async Task SignIn()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "promoter", ["password"] = TestPortal.Password, ["return"] = "/", ["__RequestVerificationToken"] = await TokenOf("/sign-in") });
        using var answer = await http.PostAsync(new Uri($"{Address}/sign-in"), form);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        token = await TokenOf("/");
    }

    public async Task<string> TokenOf(string path)
    {
        using var answer = await http.GetAsync(new Uri(Address + path));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await BrowsingContext.New().OpenAsync(r => r.Content(answer.Content.ReadAsStringAsync().Result));
        return page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> Save(Guid entry, string field, string text, int version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Address}/entries/{entry}/answers") { Content = System.Net.Http.Json.JsonContent.Create(new { changes = new[] { new { field, text, version } } }) };
        request.Headers.Add("RequestVerificationToken", token);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>Sends a form as a browser without scripts does.</summary>
    public async Task<(HttpStatusCode Status, string Page)> Post(string path, params (string Name, string Value)[] inputs)
    {
        using var form = new FormUrlEncodedContent(inputs.Append(("__RequestVerificationToken", token)).Select(i => KeyValuePair.Create(i.Item1, i.Item2)));
        using var answer = await http.PostAsync(new Uri(Address + path), form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<(HttpStatusCode Status, string Page)> Upload(string path, IEnumerable<(string Name, byte[] Content)> files)
    {
        using var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" } };
        foreach (var (name, content) in files)
            form.Add(new ByteArrayContent(content), "file", name);
        using var answer = await http.PostAsync(new Uri(Address + path), form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => http.Dispose();
}
