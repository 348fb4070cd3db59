using Jiqun.Core.Definitions;

namespace Jiqun.Portal.Entries;

static class Echo
{
    /// <summary>The field whose answer this one must repeat, for the form asks twice; people are asked once. Null for every other field.</summary>
    public static string? Echoed(this Field field) => field.Rules.OfType<SameAsRule>().FirstOrDefault()?.Other;
}
