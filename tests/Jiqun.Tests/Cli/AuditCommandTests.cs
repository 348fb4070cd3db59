using System.Text.Json.Nodes;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Storage;
using Jiqun.Tests.Files;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Cli;

/// <summary><c>jiqun audit verify</c>, as a process of its own.</summary>
public sealed class AuditCommandTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static JiqunProcess Verify(TestFolder folder, params string[] options) => JiqunProcess.Run("C", folder.Path, Patience, ["audit", "verify", .. options]);

    [Fact]
    public async Task The_status_says_whether_something_was_changed_and_the_result_names_it()
    {
        using var folder = new TestFolder();
        await using (var database = Database.InFolder(folder["data"]))
        {
            await database.Migrate();
            await using var db = database.Open();
            await db.NoteAlone(AuditAction.SignIn, null, null, TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        var fine = Verify(folder, "--data", "data");
        Assert.Equal((0, ""), (fine.Status, fine.Said));
        Assert.Contains("1 audit rows (1 of them not chained yet)", fine.Output, StringComparison.Ordinal);

        await using (var database = Database.InFolder(folder["data"]))
        {
            await using var db = database.Open();
            await db.Database.ExecuteSqlRawAsync("UPDATE audit SET detail = 'x'", TestContext.Current.CancellationToken);
        }
        var changed = Verify(folder, "--data", "data", "--json", "-");
        Assert.Equal(1, changed.Status);
        var result = JsonNode.Parse(changed.Output)!;
        Assert.False((bool)result["valid"]!);
        Assert.Equal(("RowInserted", "1"), ((string?)result["flaws"]![0]!["kind"], (string?)result["flaws"]![0]!["what"]));
    }

    [Fact]
    public async Task What_cannot_be_verified_is_told_and_nothing_is_made()
    {
        using var folder = new TestFolder();
        Assert.Equal(1, Verify(folder, "--data", "nowhere").Status);
        Assert.False(Directory.Exists(folder["nowhere"]));

        await using (var database = Database.InFolder(folder["data"]))
            await database.Migrate();
        File.WriteAllText(folder["checkpoint.json"], "{}");
        Assert.Equal(2, Verify(folder, "--data", "data", "--checkpoint", "checkpoint.json").Status);
        Assert.Equal(2, Verify(folder, "--data", "data", "--checkpoint", "none.json").Status);
        Assert.Equal(2, Verify(folder, "--data", "data", "--database", "Host=x").Status);
        MasterKey.Make().Write(folder["other.key"]);
        var other = Verify(folder, "--data", "data", "--key", "other.key");
        Assert.Equal(1, other.Status);
        Assert.Contains("other.key", other.Said, StringComparison.Ordinal);
    }
}
