using System.Runtime.CompilerServices;

namespace Jiqun.Tests;

/// <summary>Compares a text with the committed file of this name beside the test. On a mismatch the new text is written next to it as
/// <c>*.received</c>: look at the difference, and rename it when it is right.</summary>
static class Snapshot
{
    public static void Matches(string name, string actual, [CallerFilePath] string test = "")
    {
        var expected = Path.Combine(Path.GetDirectoryName(test)!, name);
        var received = expected + ".received";
        if (File.Exists(expected) && File.ReadAllText(expected) == actual)
        {
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, actual);
        Assert.Equal(File.Exists(expected) ? File.ReadAllText(expected) : $"(there is no {name} yet; see {received})", actual);
    }
}
