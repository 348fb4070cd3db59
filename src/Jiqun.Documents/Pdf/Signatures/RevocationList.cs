using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Jiqun.Core;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>A list of the certificates that an authority has revoked.</summary>
/// <param name="File">Its file's name, for messages.</param>
/// <remarks>Source: RFC 5280 §5, §6.3. Delta and indirect lists are not read.</remarks>
sealed record RevocationList(string File, X509Crl List)
{
    /// <summary>The list, read or refused, from PEM or DER.</summary>
    public static Outcome<RevocationList> Read(string file, byte[] content)
    {
        try
        {
            if (new X509CrlParser().ReadCrl(content) is { NextUpdate: not null } list && !list.GetCriticalExtensionOids().Any(o => o != X509Extensions.IssuingDistributionPoint.Id)
                && (PointOf(list) is null || !IssuingDistributionPoint.GetInstance(Asn1Object.FromByteArray(PointOf(list))).IsIndirectCrl))
                return new RevocationList(file, list);
        }
        catch (Exception e) when (e is CryptoException or GeneralSecurityException or IOException or ArgumentException or InvalidOperationException or FormatException)
        {
        }
        return Finding.Error("authority-unreadable", null, Messages.Of("authority-list", file));
    }

    /// <summary>What the lists say against one certificate at the time when it signed.</summary>
    /// <param name="issuer">The certificate of the authority that issued it.</param>
    public static IEnumerable<Finding> Against(X509Certificate2 certificate, X509Certificate2 issuer, IEnumerable<RevocationList> lists, DateTimeOffset signedAt, DateTimeOffset now)
    {
        var (subject, authority) = (Converted(certificate), Converted(issuer));
        // an authority may have parted its list by places; each part has its own newest
        foreach (var part in lists.Where(l => l.IsOf(authority)).GroupBy(l => Convert.ToHexString(PointOf(l.List) ?? [])))
        {
            if (part.FirstOrDefault(l => !l.Holds(authority)) is { } forged)
            {
                yield return Finding.Error("revocation-list", null, Messages.Of("seal-list-false", forged.File, CertificateNames.Of(issuer.SubjectName)));
                continue;
            }
            var newest = part.MaxBy(l => l.List.ThisUpdate)!;
            if (Utc(newest.List.NextUpdate!.Value) is var next && next < now)
                yield return Finding.Error("revocation-list", null, Messages.Of("seal-list-outdated", newest.File, Date(next)));
            else if (newest.List.GetRevokedCertificate(subject.SerialNumber) is { } entry && (Utc(entry.RevocationDate) is var since && (since <= signedAt || IsCompromise(entry))))
                yield return Finding.Error("revoked", null, Messages.Of("seal-revoked", CertificateNames.Of(certificate.SubjectName), Date(since)));
        }
    }

    /// <summary>The list is in the name of this authority, and not known to be made with another key of it.</summary>
    bool IsOf(Org.BouncyCastle.X509.X509Certificate authority) =>
        List.IssuerDN.Equivalent(authority.SubjectDN)
        && (KeyOf(List.GetExtensionValue(X509Extensions.AuthorityKeyIdentifier), v => AuthorityKeyIdentifier.GetInstance(v).KeyIdentifier?.GetOctets()) is not { } by
            || KeyOf(authority.GetExtensionValue(X509Extensions.SubjectKeyIdentifier), v => SubjectKeyIdentifier.GetInstance(v).GetKeyIdentifier()) is not { } own
            || by.AsSpan().SequenceEqual(own));

    bool Holds(Org.BouncyCastle.X509.X509Certificate authority)
    {
        try
        {
            return !CmsSignature.WeakAlgorithms.Contains(List.SigAlgOid) && authority.GetKeyUsage() is null or [_, _, _, _, _, _, true, ..] && List.IsSignatureValid(authority.GetPublicKey());
        }
        catch (Exception e) when (e is CryptoException or GeneralSecurityException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Whoever has the key may have signed earlier, whatever date he claims.</summary>
    static bool IsCompromise(X509CrlEntry entry) =>
        entry.GetExtensionValue(X509Extensions.ReasonCode) is { } reason
        && DerEnumerated.GetInstance(Asn1Object.FromByteArray(reason.GetOctets())).IntValueExact is CrlReason.KeyCompromise or CrlReason.CACompromise or CrlReason.AACompromise;

    static byte[]? PointOf(X509Crl list) => list.GetExtensionValue(X509Extensions.IssuingDistributionPoint)?.GetOctets();

    static byte[]? KeyOf(Asn1OctetString? extension, Func<Asn1Object, byte[]?> read) => extension is null ? null : read(Asn1Object.FromByteArray(extension.GetOctets()));

    static Org.BouncyCastle.X509.X509Certificate Converted(X509Certificate2 certificate) => new X509CertificateParser().ReadCertificate(certificate.RawData);

    static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    static string Date(DateTimeOffset time) => time.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
