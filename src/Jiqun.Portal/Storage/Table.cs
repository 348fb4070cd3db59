using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Jiqun.Portal.Storage;

/// <summary>What the values of a column are, whichever database holds them. The names stand in backups; they never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ColumnKind>))]
enum ColumnKind
{
    Text,
    Int,
    Long,
    Boolean,
    Id,
    Bytes,
    Day,

    /// <summary>A <see cref="DateTime"/> in UTC.</summary>
    Time,

    /// <summary>A <see cref="DateTimeOffset"/>, always with offset 0: SQLite writes it otherwise than <see cref="Time"/>.</summary>
    OffsetTime,

    /// <summary>A double.</summary>
    Number,
}

sealed record Column(string Name, ColumnKind Kind);

/// <summary>A table as the model has it.</summary>
/// <param name="Columns">In ordinal order of their names.</param>
/// <param name="Key">Names of the columns of the primary key, in its order.</param>
sealed record Table(string Name, IReadOnlyList<Column> Columns, IReadOnlyList<string> Key)
{
    /// <summary>Every table of a model, each after those that it refers to; else in ordinal order of their names.</summary>
    /// <exception cref="InvalidOperationException">Tables refer to each other in a circle, or a column is of a kind that is not known here.</exception>
    public static IReadOnlyList<Table> All(IModel model)
    {
        List<ITable> left = [.. model.GetRelationalModel().Tables.OrderBy(t => t.Name, StringComparer.Ordinal)];
        List<Table> all = [];
        while (left.Count > 0)
        {
            var next = left.Find(t => !t.ForeignKeyConstraints.Any(f => f.PrincipalTable != t && left.Contains(f.PrincipalTable)))
                ?? throw new InvalidOperationException($"Tables refer to each other in a circle: {string.Join(", ", left.Select(t => t.Name))}.");
            left.Remove(next);
            all.Add(new Table(
                next.Name,
                [.. next.Columns.OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => new Column(c.Name, KindOf(c)))],
                [.. (next.PrimaryKey ?? throw new InvalidOperationException($"{next.Name} has no primary key.")).Columns.Select(c => c.Name)]));
        }
        return all;
    }

    static ColumnKind KindOf(IColumn column)
    {
        var type = Nullable.GetUnderlyingType(column.ProviderClrType) ?? column.ProviderClrType;
        return type == typeof(string) ? ColumnKind.Text
            : type == typeof(int) ? ColumnKind.Int
            : type == typeof(long) ? ColumnKind.Long
            : type == typeof(bool) ? ColumnKind.Boolean
            : type == typeof(Guid) ? ColumnKind.Id
            : type == typeof(byte[]) ? ColumnKind.Bytes
            : type == typeof(DateOnly) ? ColumnKind.Day
            : type == typeof(DateTime) ? ColumnKind.Time
            : type == typeof(double) ? ColumnKind.Number
            : type == typeof(DateTimeOffset) ? ColumnKind.OffsetTime
            : throw new InvalidOperationException($"{column.Table.Name}.{column.Name}: backups know no values of {type}.");
    }
}
