using System.Collections.Concurrent;

namespace Jiqun.Portal.Storage;

/// <summary>A query that is compiled once for each database product: for those that almost every request asks.</summary>
/// <param name="compile">Calls <c>EF.CompileAsyncQuery</c>.</param>
sealed class CompiledQuery<T>(Func<T> compile)
    where T : Delegate
{
    readonly ConcurrentDictionary<Type, T> known = new();

    public T For(JiqunDb db) => known.GetOrAdd(db.GetType(), _ => compile());
}
