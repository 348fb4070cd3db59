using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;

namespace Jiqun.BrowserTests;

/// <summary><c>jiqun serve</c> as it is started for the first time: a process of its own, with nothing there yet.</summary>
public sealed partial class ServedProgram : IAsyncDisposable
{
    readonly string name = $"test_{Guid.NewGuid():N}";
    readonly string folder;
    readonly string? server;
    readonly Process process;

    ServedProgram(string kind)
    {
        folder = Path.Combine(Path.GetTempPath(), name);
        server = kind is "sqlite" ? null : Environment.GetEnvironmentVariable("TEST_POSTGRES") ?? throw new InvalidOperationException("No PostgreSQL server: export TEST_POSTGRES=\"$(tests/postgres start)\"");
        string[] where = server is null ? ["--data", folder] : ["--database", new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ToString(), "--key", Path.Combine(folder, "master.key")];
        process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "jiqun-cli.dll"), "serve", "--urls", "http://127.0.0.1:0", .. where])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
    }

    public string Address { get; private set; } = "";

    /// <summary>The one-time link with which the first administrator's account is made.</summary>
    public string FirstLink { get; private set; } = "";

    public static async Task<ServedProgram> Start(string kind)
    {
        var made = new ServedProgram(kind);
        var said = "";
        while (made.FirstLink.Length == 0)
        {
            said += await made.process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) ?? throw new InvalidOperationException($"jiqun serve ended: {said}");
            made.FirstLink = Link().Match(said).Value;
        }
        _ = made.process.StandardOutput.ReadToEndAsync();
        made.Address = new Uri(made.FirstLink).GetLeftPart(UriPartial.Authority);
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        if (server is null)
        {
            Directory.Delete(folder, recursive: true);
            return;
        }
        await using var source = NpgsqlDataSource.Create(server);
        await using var drop = source.CreateCommand($"DROP DATABASE {name} WITH (FORCE)");
        await drop.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/\S*invitations/[0-9a-f]+")]
    private static partial Regex Link();
}
