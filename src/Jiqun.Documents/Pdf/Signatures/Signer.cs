namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>Who signed a document, as the certificate and the signature say.</summary>
/// <param name="Name">The certificate's common name; where it has none, its organisation, else all that it names.</param>
/// <param name="Issuer">The same of the authority that issued the certificate.</param>
/// <param name="SerialNumber">Of the certificate, hexadecimal, upper case.</param>
/// <param name="SignedAt">As the signer's program claims; no third party attests to it.</param>
/// <param name="ValidFrom">From when the certificate is valid.</param>
public sealed record Signer(string Name, string Issuer, string SerialNumber, DateTimeOffset SignedAt, DateTimeOffset ValidFrom, DateTimeOffset ValidTo)
{
    /// <summary>Those who had signed before, the first first; mostly none.</summary>
    public IReadOnlyList<Signer> Earlier { get; init; } = [];
}
