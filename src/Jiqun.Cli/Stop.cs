using System.Runtime.InteropServices;

namespace Jiqun.Cli;

/// <summary>Ctrl-C and SIGTERM as a cancellation, so that nothing half-written stays behind.</summary>
sealed class Stop : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] signals;

    public Stop() => signals = [On(PosixSignal.SIGINT, ExitStatus.Interrupted), On(PosixSignal.SIGTERM, ExitStatus.Terminated)];

    public CancellationToken Requested => source.Token;

    /// <summary>Exit status that tells which signal came.</summary>
    public int Status { get; private set; } = ExitStatus.Interrupted;

    public void Dispose()
    {
        foreach (var signal in signals)
            signal.Dispose();
        source.Dispose();
    }

    PosixSignalRegistration On(PosixSignal signal, int status) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Status = status;
        source.Cancel();
    });
}
