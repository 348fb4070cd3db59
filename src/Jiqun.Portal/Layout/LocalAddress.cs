namespace Jiqun.Portal.Layout;

/// <summary>An address of this site to go back to.</summary>
static class LocalAddress
{
    /// <summary>The address as a header can bear it, or <c>/</c> when there is none or it leads elsewhere.</summary>
    public static string Of(string? address) =>
        IsLocal(address) && Uri.TryCreate($"http://jiqun{address}", UriKind.Absolute, out var uri) && uri.Host == "jiqun" && IsLocal(uri.PathAndQuery) ? uri.PathAndQuery + uri.Fragment : "/";

    static bool IsLocal(string? address) =>
        address is ['/', ..] && !address.StartsWith("//", StringComparison.Ordinal) && !address.Contains('\\') && !address.Any(char.IsControl);
}
