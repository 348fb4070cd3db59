using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jiqun.Portal.Storage;

/// <summary>The one row that says what belongs to this database.</summary>
public sealed class Installation
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    /// <summary>Of the <see cref="MasterKey"/> without which its personal values cannot be read.</summary>
    public required string KeyId { get; init; }
}

sealed class InstallationTable : IEntityTypeConfiguration<Installation>
{
    public void Configure(EntityTypeBuilder<Installation> installation)
    {
        installation.ToTable("installation");
        installation.Property(i => i.Id).ValueGeneratedNever();
        installation.Property(i => i.KeyId).HasMaxLength(16);
    }
}
