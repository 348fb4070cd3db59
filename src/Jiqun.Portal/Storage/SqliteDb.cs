using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Jiqun.Portal.Storage;

public sealed class SqliteDb(DbContextOptions<SqliteDb> options) : JiqunDb(options)
{
    /// <summary>For <c>dotnet ef</c>.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<SqliteDb>
    {
        public SqliteDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteDb>().UseSqlite().Options);
    }
}
