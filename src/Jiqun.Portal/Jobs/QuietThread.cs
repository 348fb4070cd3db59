using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Jiqun.Portal.Jobs;

/// <summary>Work that takes a processor for long, on a thread that gives way to those who answer requests.</summary>
static class QuietThread
{
    /// <summary>On Linux's scale from −20 to 19, on which the last gives way most.</summary>
    const int Niceness = 19;

    public static async Task<T> Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ended = new ManualResetEvent(false);
        // told by another thread: those that a quiet thread has the pool make would be as quiet
        var wait = ThreadPool.RegisterWaitForSingleObject(ended, (_, _) => done.SetResult(), null, Timeout.Infinite, executeOnlyOnce: true);
        T? result = default;
        ExceptionDispatchInfo? failed = null;
        new Thread(Go) { IsBackground = true, Name = "job", Priority = ThreadPriority.BelowNormal }.Start();
        await done.Task;
        wait.Unregister(null);
        failed?.Throw();
        return result!;

        void Go()
        {
            if (OperatingSystem.IsLinux())
                _ = SetPriority(which: 0, who: 0, Niceness);          // of this thread alone; there the runtime passes over what a thread's priority is
            try
            {
                result = work();
            }
            catch (Exception failure)
            {
                failed = ExceptionDispatchInfo.Capture(failure);
            }
            ended.Set();
        }
    }

    [DllImport("libc", EntryPoint = "setpriority"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetPriority(int which, uint who, int priority);
}
