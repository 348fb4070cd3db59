using System.Data.Common;

namespace Jiqun.Portal.Storage;

/// <summary>A row as it stands in the database. Columns count from 0; good only while it is being read.</summary>
public abstract class Row
{
    public abstract bool IsNull(int column);

    public abstract string GetString(int column);

    public abstract long GetInt64(int column);

    public abstract bool GetBoolean(int column);

    public abstract Guid GetGuid(int column);

    public abstract DateTime GetUtc(int column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    /// <summary>One whose name is stored.</summary>
    public T GetEnum<T>(int column)
        where T : struct, Enum => Enum.Parse<T>(GetString(column));
}

/// <summary>The row that a driver's reader stands at.</summary>
sealed class DriverRow(DbDataReader reader) : Row
{
    public override bool IsNull(int column) => reader.IsDBNull(column);

    public override string GetString(int column) => reader.GetString(column);

    public override long GetInt64(int column) => reader.GetInt64(column);

    public override bool GetBoolean(int column) => reader.GetBoolean(column);

    public override Guid GetGuid(int column) => reader.GetGuid(column);

    // SQLite gives times back without saying that they are UTC
    public override DateTime GetUtc(int column) => DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc);
}
