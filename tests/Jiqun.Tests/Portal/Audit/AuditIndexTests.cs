using Jiqun.Portal.Audit;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal.Audit;

/// <summary>Saves write to no index of the audit; all other rows are found by one, where the query says that it wants no saves.</summary>
public sealed class AuditIndexTests
{
    static async Task<string> Plan(JiqunDb db, string explain, IQueryable<AuditRow> rows)
    {
        await using var command = rows.CreateDbCommand();
        command.CommandText = $"{explain} {command.CommandText}";
        List<string> lines = [];
        await using var read = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await read.ReadAsync(TestContext.Current.CancellationToken))
            lines.Add($"{read.GetValue(read.FieldCount - 1)}");
        return string.Join('\n', lines);
    }

    [Theory]
    [InlineData("sqlite", "EXPLAIN QUERY PLAN")]
    [InlineData("postgres", "EXPLAIN")]
    public async Task What_is_no_save_is_found_by_an_index(string kind, string explain)
    {
        await using var database = await TestDatabase.Of(kind);
        await using var db = database.Open();
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        if (kind is "postgres")
            await db.Database.ExecuteSqlRawAsync("SET enable_seqscan = off", TestContext.Current.CancellationToken);      // an empty table is read faster than any index
        var (id, since) = (Guid.NewGuid(), DateTime.UtcNow);
        Assert.Contains("IX_audit_subject", await Plan(db, explain, db.Audit.ButSaves().Where(r => r.Subject == id)), StringComparison.Ordinal);
        Assert.Contains("IX_audit_subject", await Plan(db, explain, db.Audit.ButSaves().Where(r => r.Subject == id && r.Action == AuditAction.SignIn)), StringComparison.Ordinal);
        Assert.Contains("IX_audit_at", await Plan(db, explain, db.Audit.ButSaves().Where(r => r.At > since && r.At <= since.AddMinutes(1))), StringComparison.Ordinal);
        Assert.DoesNotContain("IX_audit", await Plan(db, explain, db.Audit.Where(r => r.Subject == id)), StringComparison.Ordinal);
    }
}
