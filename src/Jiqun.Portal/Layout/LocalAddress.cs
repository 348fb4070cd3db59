namespace Jiqun.Portal.Layout;

/// <summary>An address of this site to go back to.</summary>
static class LocalAddress
{
    /// <summary>The address, or <c>/</c> when there is none or it leads elsewhere.</summary>
    public static string Of(string? address) =>
        address is ['/', ..] && !address.StartsWith("//", StringComparison.Ordinal) && !address.Contains('\\') && !address.Any(char.IsControl) ? address : "/";
}
