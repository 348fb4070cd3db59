using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Jiqun.Documents.Pdf.Signatures;

static class CertificateNames
{
    const string CommonName = "2.5.4.3", Organisation = "2.5.4.10";

    /// <summary>What people call the owner: the common name, else the organisation, else all that is named.</summary>
    public static string Of(X500DistinguishedName name) => Part(name, CommonName) ?? Part(name, Organisation) ?? name.Name;

    static string? Part(X500DistinguishedName name, string kind)
    {
        try
        {
            return name.EnumerateRelativeDistinguishedNames().Where(p => !p.HasMultipleElements && p.GetSingleElementType().Value == kind)
                .Select(p => p.GetSingleElementValue()).FirstOrDefault(v => !string.IsNullOrWhiteSpace(v));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
