using System.Diagnostics.CodeAnalysis;

namespace Jiqun.Fuzz;

/// <summary>What must hold for any input. What does not is a crash to the fuzzer.</summary>
static class Invariant
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    static bool warm;

    public static void Holds([DoesNotReturnIf(false)] bool condition, string what)
    {
        if (!condition)
            throw new BrokenInvariantException(what);
    }

    /// <summary>Runs it and counts its CPU time, so that a busy machine is no finding. The first run may load what it needs.</summary>
    public static void InTime(Action run)
    {
        var before = Environment.CpuUsage.TotalTime;
        run();
        var took = Environment.CpuUsage.TotalTime - before;
        Holds(!warm || took < Longest, $"took {took}");
        warm = true;
    }
}

sealed class BrokenInvariantException(string what) : Exception(what);
