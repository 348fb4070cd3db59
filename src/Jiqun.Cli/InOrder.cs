namespace Jiqun.Cli;

/// <summary>Work done by several threads, its results in the order of the work.</summary>
static class InOrder
{
    /// <summary>Runs <paramref name="work"/> on every item. Only a few results are ever waiting for an earlier one, so memory stays flat.</summary>
    /// <param name="jobs">How many items are worked on at once, at least 1.</param>
    public static IEnumerable<(T Item, TResult Result)> Run<T, TResult>(
        IEnumerable<T> items, Func<T, TResult> work, int jobs, CancellationToken cancel)
    {
        using var free = new SemaphoreSlim(jobs);
        var window = new Queue<(T Item, Task<TResult> Result)>();
        foreach (var item in items)
        {
            if (window.Count == jobs * 4)
                yield return Next(window, cancel);
            window.Enqueue((item, Start(item, work, free, cancel)));
        }
        while (window.Count > 0)
            yield return Next(window, cancel);
    }

    static (T, TResult) Next<T, TResult>(Queue<(T Item, Task<TResult> Result)> window, CancellationToken cancel)
    {
        var (item, result) = window.Dequeue();
        result.Wait(cancel);                                          // leaves at once when cancelled, whatever the worker does
        return (item, result.Result);
    }

    static async Task<TResult> Start<T, TResult>(T item, Func<T, TResult> work, SemaphoreSlim free, CancellationToken cancel)
    {
        await free.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => work(item), cancel);
        }
        finally
        {
            free.Release();
        }
    }
}
