using System.Runtime.InteropServices;

namespace Jiqun.Cli;

/// <summary>Devices, pipes and sockets, which .NET does not tell from files.</summary>
static partial class SpecialFile
{
    const int CurrentFolder = -100, TypeMask = 1, ModeOffset = 28, ResultLength = 256, TypeBits = 0xF000, RegularFile = 0x8000, Folder = 0x4000;

    /// <summary>Whether something stands at the path that is neither file nor folder. Links are followed.</summary>
    /// <remarks>Source: statx(2), whose result is laid out alike on every Linux. Elsewhere nothing is special but what stands under /dev.</remarks>
    public static bool Is(string path)
    {
        if (!OperatingSystem.IsLinux())
            return path.StartsWith("/dev/", StringComparison.Ordinal);
        Span<byte> result = stackalloc byte[ResultLength];
        return statx(CurrentFolder, path, 0, TypeMask, result) == 0
            && (BitConverter.ToUInt16(result[ModeOffset..]) & TypeBits) is not (RegularFile or Folder);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Span<byte> result);
}
