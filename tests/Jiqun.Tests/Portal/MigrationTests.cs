using Microsoft.EntityFrameworkCore;

namespace Jiqun.Tests.Portal;

public sealed class MigrationTests
{
    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task The_migrations_make_the_tables_of_the_model(string kind)
    {
        await using var database = await TestDatabase.Of(kind);
        await using var db = database.Open();

        Assert.False(db.Database.HasPendingModelChanges(), "Add a migration: src/Jiqun.Portal/migration NAME");
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
        Assert.Empty(await db.Entries.ToListAsync());
    }
}
