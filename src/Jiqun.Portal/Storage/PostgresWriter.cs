using Npgsql;

namespace Jiqun.Portal.Storage;

/// <summary>Each work is one statement, and all together are one round trip: PostgreSQL takes them as one transaction.</summary>
sealed class PostgresWriter(NpgsqlDataSource source) : Writer
{
    /// <summary>Commands of one shape that are kept for the next works.</summary>
    const int MostKept = 64;

    readonly Shape shapes = new("");
    NpgsqlConnection? connection;

    protected override void Write(IReadOnlyList<Work> works)
    {
        connection ??= source.OpenConnection();
        using var batch = new NpgsqlBatch(connection);
        var together = works.Select(ShapeOf).ToList();
        for (var i = 0; i < works.Count; i++)
            batch.BatchCommands.Add(Command(together[i], works[i]));
        using (var rows = batch.ExecuteReader())
        {
            foreach (var work in works)
            {
                work.Held = rows.Read();
                rows.NextResult();
            }
        }
        for (var i = 0; i < works.Count; i++)
        {
            if (together[i].Kept.Count < MostKept)
                together[i].Kept.Push(batch.BatchCommands[i]);
        }
    }

    /// <summary>A statement as far as it was put together, for works that differ in their values alone: a save's command has some thirty parameters, and is filled again instead of made anew.</summary>
    /// <param name="sql">Without its end.</param>
    sealed class Shape(string sql)
    {
        readonly Dictionary<(object Next, bool IsOne), Shape> longer = [];

        public string Sql => sql;

        /// <summary>Commands that nobody uses now.</summary>
        public Stack<NpgsqlBatchCommand> Kept { get; } = [];

        /// <param name="next">What follows: the text of a condition, or a table.</param>
        public Shape With(object next, bool isOne, Func<string> part)
        {
            if (!longer.TryGetValue((next, isOne), out var known))
                longer[(next, isOne)] = known = new Shape(sql + part());
            return known;
        }
    }

    Shape ShapeOf(Work work)
    {
        var shape = shapes.With(work.Hold.Sql, isOne: true, () => $"WITH held AS ({work.Hold.Sql} RETURNING 1)");
        var values = work.Hold.Values.Length;
        foreach (var (into, rows) in work.Insertions)
        {
            var before = values;
            shape = shape.With(into, rows.Count == 1, () => into.IfHeld(before, rows.Count == 1));
            values += into.Columns;
        }
        return shape;
    }

    static NpgsqlBatchCommand Command(Shape shape, Work work)
    {
        if (!shape.Kept.TryPop(out var command))
            command = new NpgsqlBatchCommand(shape.Sql + " SELECT 1 FROM held");
        var at = 0;
        foreach (var value in work.Hold.Values)
            Set(value);
        foreach (var (into, rows) in work.Insertions)
        {
            for (var i = 0; i < into.Columns; i++)
                Set(rows.Count == 1 ? rows[0][i] : Column(rows, i));
        }
        return command;

        void Set(object value)
        {
            if (at == command.Parameters.Count)
                command.Parameters.Add(new NpgsqlParameter());
            command.Parameters[at++].Value = value;
        }
    }

    static Array Column(IReadOnlyList<object[]> rows, int column)
    {
        var values = Array.CreateInstance(rows[0][column].GetType(), rows.Count);
        for (var i = 0; i < rows.Count; i++)
            values.SetValue(rows[i][column], i);
        return values;
    }

    protected override bool IsOfOneWork(Exception failure) => failure is PostgresException or not NpgsqlException;         // else the server does not answer

    protected override void Close()
    {
        connection?.Dispose();
        connection = null;
    }
}
