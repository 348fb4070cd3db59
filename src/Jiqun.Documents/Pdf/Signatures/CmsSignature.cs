using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Jiqun.Core;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using RsassaPssParameters = Org.BouncyCastle.Asn1.Pkcs.RsassaPssParameters;

namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>One signature as it was made, and whether those who are believed stand for its certificate.</summary>
/// <remarks>Source: RFC 5652 (the signature), RFC 5035 (which certificate it was made with), ETSI EN 319 142-1 §5 (what PDF demands of both),
/// RFC 5280 §6 (the chain of certificates).</remarks>
sealed class CmsSignature
{
    const string
        Data = "1.2.840.113549.1.7.1",
        ContentType = "1.2.840.113549.1.9.3",
        SigningTime = "1.2.840.113549.1.9.5",
        SigningCertificate = "1.2.840.113549.1.9.16.2.12",
        SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47",
        RsaPss = "1.2.840.113549.1.1.10",
        Sha1 = "1.3.14.3.2.26", Sha256 = "2.16.840.1.101.3.4.2.1", Sha384 = "2.16.840.1.101.3.4.2.2", Sha512 = "2.16.840.1.101.3.4.2.3";

    const int MostCertificates = 64, FewestRsaBits = 2048, FewestCurveBits = 256;

    static readonly string[] Digests = [Sha256, Sha384, Sha512];

    /// <summary>RSA with and without the digest's name, RSA-PSS, ECDSA with and without it.</summary>
    static readonly string[] Algorithms =
    [
        "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", RsaPss,
        "1.2.840.10045.2.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
    ];

    /// <summary>MD2, MD4, MD5 and SHA-1, alone, with RSA, with DSA and with ECDSA.</summary>
    public static readonly IReadOnlyList<string> WeakAlgorithms =
    [
        "1.2.840.113549.2.2", "1.2.840.113549.2.4", "1.2.840.113549.2.5", Sha1,
        "1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.3.14.3.2.29", "1.2.840.10040.4.3", "1.2.840.10045.4.1",
    ];

    /// <summary>Purposes among which signing a document may be: any, document signing (RFC 9336, Microsoft's and Adobe's), secure mail, and the sign-in of a
    /// person, which is all that many authorities write into a person's or an office's certificate.</summary>
    static readonly string[] Purposes =
        ["2.5.29.37.0", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12", "1.2.840.113583.1.1.5", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"];

    static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    readonly X509Certificate2 certificate;
    readonly X509Certificate2Collection others;

    CmsSignature(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset signedAt)
    {
        (this.certificate, this.others) = (certificate, others);
        Signer = new Signer(CertificateNames.Of(certificate.SubjectName), CertificateNames.Of(certificate.IssuerName), certificate.SerialNumber, signedAt,
            certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
    }

    public Signer Signer { get; }

    /// <summary>The signature, when it holds for these bytes.</summary>
    /// <param name="contents">DER or BER, followed by zeros up to the end of the hole.</param>
    /// <param name="written">The time that the document states; used where the signature itself has none.</param>
    /// <returns>Refused with <c>unreadable</c>, <c>kind</c>, <c>weak</c>, <c>changed</c> or <c>signing-time</c>.</returns>
    public static Outcome<CmsSignature> Read(byte[] contents, byte[] signed, DateTimeOffset? written, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        try
        {
            AsnDecoder.ReadEncodedValue(contents, AsnEncodingRules.BER, out _, out _, out var length);
            if (contents.AsSpan(length).ContainsAnyExcept((byte)0))
                return Refused("unreadable", "seal-hole");
            var cms = new SignedCms(new ContentInfo(new Oid(Data), signed), detached: true);
            cms.Decode(contents[..length]);
            if (cms.ContentInfo.ContentType.Value != Data || !cms.Detached || cms.SignerInfos.Count != 1 || cms.Certificates.Count > MostCertificates)
                return Refused("kind", "seal-cms");
            return Read(cms.SignerInfos[0], cms.Certificates, () => PssHolds(contents[..length], signed, cms.SignerInfos[0]), written, notBefore, now);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException or NotSupportedException)
        {
            return Refused("unreadable", "seal-hole");
        }
    }

    static Outcome<CmsSignature> Read(SignerInfo info, X509Certificate2Collection others, Func<bool> pssHolds, DateTimeOffset? written, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        if (info.Certificate is not { } certificate)
            return Refused("kind", "seal-no-certificate");
        var (digest, algorithm) = (info.DigestAlgorithm.Value ?? "", info.SignatureAlgorithm.Value ?? "");
        if (WeakAlgorithms.Contains(digest) || WeakAlgorithms.Contains(algorithm))
            return Refused("weak", "seal-weak-digest");
        if (!Digests.Contains(digest) || !Algorithms.Contains(algorithm))
            return Refused("kind", "seal-algorithm");
        switch (IsStrong(certificate))
        {
            case null: return Refused("kind", "seal-algorithm");
            case false: return Refused("weak", "seal-weak-key", CertificateNames.Of(certificate.SubjectName));
        }
        if (Attribute(info, ContentType)?.RawData is not { } type || new AsnReader(type, AsnEncodingRules.DER).ReadObjectIdentifier() != Data)
            return Refused("kind", "seal-cms");
        if (algorithm == RsaPss ? !pssHolds() : !Holds(info))
            return Refused("changed", "seal-changed");
        if (!NamesCertificate(info, certificate))
            return Refused("changed", "seal-certificate");
        var time = Attribute(info, SigningTime)?.RawData is { } attribute ? new Pkcs9SigningTime(attribute).SigningTime : (DateTime?)null;
        if ((time is { } own ? new DateTimeOffset(DateTime.SpecifyKind(own, DateTimeKind.Utc)) : written) is not { } signedAt)
            return Refused("signing-time", "seal-no-time");
        if (notBefore is { } made && signedAt + Grace < made)
            return Refused("signing-time", "seal-too-early", Time(signedAt), Time(made));
        if (signedAt > now + Grace)
            return Refused("signing-time", "seal-in-future", Time(signedAt));
        return new CmsSignature(certificate, others, signedAt);
    }

    static bool Holds(SignerInfo info)
    {
        try
        {
            info.CheckSignature(verifySignatureOnly: true);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The same for RSA-PSS, of which .NET takes only a salt as long as the digest; OpenSSL makes the longest.</summary>
    static bool PssHolds(byte[] contents, byte[] signed, SignerInfo info)
    {
        try
        {
            var signer = new CmsSignedData(new CmsProcessableByteArray(signed), contents).GetSignerInfos().GetSigners().Single();
            return RsassaPssParameters.GetInstance(signer.SignatureAlgorithm.Parameters)?.HashAlgorithm.Algorithm.Id == info.DigestAlgorithm.Value
                && signer.Verify(PublicKeyFactory.CreateKey(info.Certificate!.PublicKey.ExportSubjectPublicKeyInfo()));
        }
        catch (Exception e) when (e is CmsException or CryptoException or GeneralSecurityException or ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    /// <summary>What speaks against the certificate, and against those in whose name it was issued. Empty: nothing.</summary>
    public List<Finding> Judge(Authorities authorities, DateTimeOffset now)
    {
        try
        {
            return [.. Usage(), .. Chain(authorities, now)];
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or CryptoException or GeneralSecurityException or ArgumentException or InvalidOperationException or FormatException or IOException)
        {
            return [Refused("untrusted", "seal-chain", Signer.Name, e.Message)];
        }
    }

    IEnumerable<Finding> Usage()
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509BasicConstraintsExtension { CertificateAuthority: true })
                yield return Refused("key-usage", "seal-is-authority", Signer.Name);
            if (extension is X509KeyUsageExtension usage && (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0)
                yield return Refused("key-usage", "seal-usage", Signer.Name);
            if (extension is X509EnhancedKeyUsageExtension purposes && !purposes.EnhancedKeyUsages.Cast<Oid>().Any(o => Purposes.Contains(o.Value)))
                yield return Refused("key-usage", "seal-purpose", Signer.Name);
        }
    }

    IEnumerable<Finding> Chain(Authorities authorities, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.RevocationMode = X509RevocationMode.NoCheck;            // the lists are looked at below; nothing is fetched
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = Signer.SignedAt.UtcDateTime;
        policy.CustomTrustStore.AddRange(authorities.Roots.ToArray());
        policy.ExtraStore.AddRange(authorities.Intermediates.Concat(others).ToArray());
        if (!chain.Build(certificate))
        {
            foreach (var status in chain.ChainElements.SelectMany(e => e.ChainElementStatus.Select(s => (e.Certificate, s.Status, s.StatusInformation))).DistinctBy(s => s.Status))
            {
                var name = CertificateNames.Of(status.Certificate.SubjectName);
                yield return status.Status switch
                {
                    X509ChainStatusFlags.NotTimeValid => Refused("expired", "seal-expired", name, Time(status.Certificate.NotBefore), Time(status.Certificate.NotAfter), Time(Signer.SignedAt)),
                    X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot => Refused("untrusted", "seal-untrusted", Signer.Name, CertificateNames.Of(chain.ChainElements[^1].Certificate.IssuerName)),
                    _ => Refused("untrusted", "seal-chain", name, status.StatusInformation.Trim()),
                };
            }
            if (!chain.ChainElements.Any(e => e.ChainElementStatus.Length > 0))
                yield return Refused("untrusted", "seal-chain", Signer.Name, string.Join(' ', chain.ChainStatus.Select(s => s.StatusInformation.Trim())));
        }
        List<X509Certificate2> links = [.. chain.ChainElements.Select(e => e.Certificate)];
        foreach (var (link, issuer) in links.Zip(links.Skip(1)))
        {
            if (IsStrong(issuer) is not true || WeakAlgorithms.Contains(link.SignatureAlgorithm.Value))
                yield return Refused("weak", "seal-weak-issuer", CertificateNames.Of(link.SubjectName), CertificateNames.Of(issuer.SubjectName));
            foreach (var against in RevocationList.Against(link, issuer, authorities.Lists, Signer.SignedAt, now))
                yield return against;
        }
    }

    /// <returns>Null for a key that is neither RSA nor of an elliptic curve that .NET knows.</returns>
    static bool? IsStrong(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        using var curve = rsa is null ? certificate.GetECDsaPublicKey() : null;
        return rsa is not null ? rsa.KeySize >= FewestRsaBits : curve is not null ? curve.KeySize >= FewestCurveBits : null;
    }

    /// <summary>Where the signature says which certificate it was made with, it is this one: another of the same key cannot be put in its place.</summary>
    static bool NamesCertificate(SignerInfo info, X509Certificate2 certificate)
    {
        foreach (var (kind, usual) in new[] { (SigningCertificateV2, Sha256), (SigningCertificate, Sha1) })
        {
            if (Attribute(info, kind)?.RawData is not { } attribute)
                continue;
            var first = new AsnReader(attribute, AsnEncodingRules.DER).ReadSequence().ReadSequence().ReadSequence();
            var algorithm = kind == SigningCertificateV2 && first.PeekTag() == Asn1Tag.Sequence ? first.ReadSequence().ReadObjectIdentifier() : usual;
            if (Digest(algorithm, certificate.RawData) is not { } digest || !first.ReadOctetString().AsSpan().SequenceEqual(digest))
                return false;
        }
        return true;
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "RFC 2634 names certificates by SHA-1; a second certificate of the same digest cannot be made.")]
    static byte[]? Digest(string algorithm, byte[] content) => algorithm switch
    {
        Sha1 => SHA1.HashData(content),
        Sha256 => SHA256.HashData(content),
        Sha384 => SHA384.HashData(content),
        Sha512 => SHA512.HashData(content),
        _ => null,
    };

    /// <summary>The one value of a signed attribute. Null when there is none.</summary>
    /// <exception cref="CryptographicException">There are several.</exception>
    static AsnEncodedData? Attribute(SignerInfo info, string kind)
    {
        var values = info.SignedAttributes.Cast<CryptographicAttributeObject>().Where(a => a.Oid.Value == kind).SelectMany(a => a.Values.Cast<AsnEncodedData>()).ToList();
        return values.Count <= 1 ? values.FirstOrDefault() : throw new CryptographicException();
    }

    static string Time(DateTimeOffset time) => time.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static Finding Refused(string code, string message, params object?[] arguments) => Finding.Error(code, null, Messages.Of(message, arguments));
}
