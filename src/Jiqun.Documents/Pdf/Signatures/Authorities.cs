using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Jiqun.Core;

namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>The certificates of the authorities that are believed when they say whose key a signature was made with, and their lists of revoked certificates.</summary>
public sealed class Authorities
{
    const int LargestFile = 64 << 20;

    static readonly string[] OfCertificates = [".pem", ".crt", ".cer"];

    readonly List<X509Certificate2> certificates = [];
    readonly List<RevocationList> lists = [];

    Authorities() { }

    /// <summary>Nobody is believed.</summary>
    public static Authorities None { get; } = new();

    /// <summary>Those who issued their certificate themselves: a chain must end in one of them.</summary>
    internal IEnumerable<X509Certificate2> Roots => certificates.Where(IsOwn);

    /// <summary>Those that a root must vouch for.</summary>
    internal IEnumerable<X509Certificate2> Intermediates => certificates.Where(c => !IsOwn(c));

    internal IReadOnlyList<RevocationList> Lists => lists;

    /// <summary>Reads a folder, without its subfolders: certificates from *.pem, *.crt and *.cer (one or several, PEM or DER), lists of revoked ones from *.crl.
    /// Other files are passed over.</summary>
    /// <returns>Refused with every file that cannot be read (<c>authority-unreadable</c>), and when there is no certificate of a root (<c>authority-missing</c>).</returns>
    public static Outcome<Authorities> In(string folder)
    {
        var read = new Authorities();
        List<Finding> wrong = [];
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                var (name, ending) = (Path.GetFileName(path), Path.GetExtension(path).ToLowerInvariant());
                var isList = ending == ".crl";
                if (!isList && !OfCertificates.Contains(ending))
                    continue;
                if (new FileInfo(path).Length > LargestFile)
                    wrong.Add(Unreadable(isList ? "authority-list" : "authority-certificate", name));
                else if (isList)
                {
                    var list = RevocationList.Read(name, File.ReadAllBytes(path));
                    if (list.Refused)
                        wrong.AddRange(list.Refusal);
                    else
                        read.lists.Add(list.Value);
                }
                else if (!read.Add(File.ReadAllBytes(path)))
                    wrong.Add(Unreadable("authority-certificate", name));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Error("authority-unreadable", null, Messages.Of("authority-folder", folder, e.Message));
        }
        if (wrong.Count > 0)
            return wrong;
        return read.Roots.Any() ? read : Finding.Error("authority-missing", null, Messages.Of("authority-missing", folder));
    }

    bool Add(byte[] content)
    {
        try
        {
            if (content.AsSpan().IndexOf("-----BEGIN "u8) >= 0)
            {
                var some = new X509Certificate2Collection();
                some.ImportFromPem(Encoding.Latin1.GetString(content));
                certificates.AddRange(some);
                return some.Count > 0;
            }
            certificates.Add(X509CertificateLoader.LoadCertificate(content));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    static bool IsOwn(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    static Finding Unreadable(string message, string file) => Finding.Error("authority-unreadable", null, Messages.Of(message, file));
}
