using System.Buffers;
using System.Buffers.Binary;
using System.Data.Common;
using System.Text;
using Jiqun.Portal.Storage;

namespace Jiqun.Portal.Backups;

/// <summary>
/// A row as bytes, the same from whichever database. For each column 0 for null, else 1 and the value: numbers with 8 bytes, the least first; booleans with one; ids
/// with 16; times as microseconds, and days as days, since the year 1; texts (UTF-8) and bytes after their length in 4.
/// </summary>
static class RowBytes
{
    /// <summary>Writes the row that a reader stands on.</summary>
    public static void Write(this IBufferWriter<byte> to, DbDataReader row, IReadOnlyList<Column> columns)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var isNull = row.IsDBNull(i);
            to.Write([isNull ? (byte)0 : (byte)1]);
            if (isNull)
                continue;
            switch (columns[i].Kind)
            {
                case ColumnKind.Text: WriteText(to, row.GetString(i)); break;
                case ColumnKind.Int: WriteNumber(to, row.GetInt32(i)); break;
                case ColumnKind.Long: WriteNumber(to, row.GetInt64(i)); break;
                case ColumnKind.Boolean: to.Write([row.GetBoolean(i) ? (byte)1 : (byte)0]); break;
                case ColumnKind.Id: WriteId(to, row.GetGuid(i)); break;
                case ColumnKind.Bytes: WriteBytes(to, row.GetFieldValue<byte[]>(i)); break;
                case ColumnKind.Day: WriteNumber(to, row.GetFieldValue<DateOnly>(i).DayNumber); break;
                case ColumnKind.Time: WriteNumber(to, row.GetDateTime(i).Ticks / TimeSpan.TicksPerMicrosecond); break;
                case ColumnKind.Number: WriteNumber(to, BitConverter.DoubleToInt64Bits(row.GetDouble(i))); break;
                case ColumnKind.OffsetTime: WriteNumber(to, row.GetFieldValue<DateTimeOffset>(i).UtcTicks / TimeSpan.TicksPerMicrosecond); break;
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such row.</exception>
    public static object?[] Read(ReadOnlySpan<byte> from, IReadOnlyList<Column> columns)
    {
        var row = new object?[columns.Count];
        for (var i = 0; i < row.Length; i++)
            row[i] = Take(ref from, 1)[0] == 0 ? null : columns[i].Kind switch
            {
                ColumnKind.Text => Encoding.UTF8.GetString(Take(ref from, ReadLength(ref from))),
                ColumnKind.Int => (int)ReadNumber(ref from),
                ColumnKind.Long => ReadNumber(ref from),
                ColumnKind.Boolean => Take(ref from, 1)[0] == 1,
                ColumnKind.Id => new Guid(Take(ref from, 16), bigEndian: true),
                ColumnKind.Bytes => Take(ref from, ReadLength(ref from)).ToArray(),
                ColumnKind.Day => DateOnly.FromDayNumber((int)ReadNumber(ref from)),
                ColumnKind.Time => new DateTime(ReadNumber(ref from) * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc),
                ColumnKind.Number => BitConverter.Int64BitsToDouble(ReadNumber(ref from)),
                ColumnKind.OffsetTime => new DateTimeOffset(ReadNumber(ref from) * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero),
            };
        return from.IsEmpty ? row : throw new InvalidDataException();
    }

    static void WriteText(IBufferWriter<byte> to, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), length);
        to.Advance(4);
        to.Advance(Encoding.UTF8.GetBytes(text, to.GetSpan(Math.Max(1, length))));
    }

    static void WriteBytes(IBufferWriter<byte> to, byte[] bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), bytes.Length);
        to.Advance(4);
        to.Write(bytes);
    }

    static void WriteNumber(IBufferWriter<byte> to, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), number);
        to.Advance(8);
    }

    static void WriteId(IBufferWriter<byte> to, Guid id)
    {
        id.TryWriteBytes(to.GetSpan(16), bigEndian: true, out var length);
        to.Advance(length);
    }

    static int ReadLength(ref ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref from, 4));

    static long ReadNumber(ref ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt64LittleEndian(Take(ref from, 8));

    static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from, int length)
    {
        if ((uint)length > (uint)from.Length)
            throw new InvalidDataException();
        var taken = from[..length];
        from = from[length..];
        return taken;
    }
}
