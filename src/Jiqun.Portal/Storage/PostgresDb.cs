using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Jiqun.Portal.Storage;

public sealed class PostgresDb(DbContextOptions<PostgresDb> options) : JiqunDb(options)
{
    /// <summary>For <c>dotnet ef</c>.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<PostgresDb>
    {
        public PostgresDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql().Options);
    }
}
