using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Jiqun.Portal.Storage;

/// <summary>A query that is compiled once for each model, as each database has one of its own: for those that almost every request asks.</summary>
/// <param name="compile">Calls <c>EF.CompileAsyncQuery</c>.</param>
sealed class CompiledQuery<T>(Func<T> compile)
    where T : Delegate
{
    readonly ConditionalWeakTable<IModel, T> known = [];

    public T For(JiqunDb db) => known.GetValue(db.Model, _ => compile());
}
