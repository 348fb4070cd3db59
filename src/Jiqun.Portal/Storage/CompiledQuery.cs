using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Jiqun.Portal.Storage;

/// <summary>A query that is compiled once for each model: for those that almost every request asks. A process has a model for each database product and
/// each set of services, so contexts of one's own and those of requests have two.</summary>
/// <param name="compile">Calls <c>EF.CompileAsyncQuery</c>.</param>
sealed class CompiledQuery<T>(Func<T> compile)
    where T : Delegate
{
    readonly ConditionalWeakTable<IModel, T> known = [];

    public T For(JiqunDb db) => known.GetValue(db.Model, _ => compile());
}
