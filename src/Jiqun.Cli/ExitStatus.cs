namespace Jiqun.Cli;

/// <summary>What the program tells its caller. A public contract.</summary>
static class ExitStatus
{
    /// <summary>Everything was read and no error found; warnings are fine.</summary>
    public const int Fine = 0;

    /// <summary>A file could not be read, or an answer has an error; or the output could not be written.</summary>
    public const int Found = 1;

    /// <summary>Wrong usage: nothing was read.</summary>
    public const int Usage = 2;

    /// <summary>A mistake in the program itself, such as a wrong form definition.</summary>
    public const int Software = 70;

    /// <summary>Stopped by Ctrl-C (SIGINT), as shells count it.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM.</summary>
    public const int Terminated = 143;
}
