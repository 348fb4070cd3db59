using System.Runtime.InteropServices;

namespace Jiqun.Cli;

/// <summary>OpenSSL, without which .NET can neither hash nor encrypt. The system's is used, which its owner keeps up to date; the archive brings one for systems that have none.</summary>
static class OpenSsl
{
    static readonly string[] Libraries = ["libcrypto.so.3", "libssl.so.3"];      // the second needs the first

    /// <summary>To be called before anything is hashed. What is loaded here is found by its name when .NET looks for it.</summary>
    public static void UseOwnWhereThereIsNone()
    {
        var own = Path.Combine(AppContext.BaseDirectory, "openssl");
        if (!Directory.Exists(own) || Libraries.Reverse().All(l => NativeLibrary.TryLoad(l, out _)))
            return;
        foreach (var library in Libraries)
            NativeLibrary.Load(Path.Combine(own, library));
    }
}
