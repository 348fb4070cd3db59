using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.Ess;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities.Collections;
using BcCertificate = Org.BouncyCastle.X509.X509Certificate;

namespace Jiqun.Tests.Documents.Pdf.Signatures;

/// <summary>An office that can sign documents: a certificate of its own, of an authority that a root authority vouches for. All made when asked for, and kept nowhere.</summary>
sealed class TestOffice : IDisposable
{
    public static readonly DateTimeOffset From = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2041, 1, 1, 0, 0, 0, TimeSpan.Zero);

    const string DocumentSigning = "1.3.6.1.5.5.7.3.36", EmailProtection = "1.3.6.1.5.5.7.3.4";

    readonly List<IDisposable> keys = [];

    /// <param name="name">The common name of the office.</param>
    /// <param name="ofCurve">An ECDSA key on P-256 instead of RSA.</param>
    /// <param name="bits">Of the RSA key.</param>
    /// <param name="usage">Null: the certificate does not say.</param>
    /// <param name="purposes">OIDs of the extended key usage; none: the certificate does not say.</param>
    /// <param name="issuedWithSha1">Of an authority that should have known better; RSA only.</param>
    public TestOffice(string name = "株洲市人民政府", bool ofCurve = false, int bits = 2048, DateTimeOffset? from = null, DateTimeOffset? to = null,
        X509KeyUsageFlags? usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, string[]? purposes = null, bool isAuthority = false, bool issuedWithSha1 = false)
    {
        Root = Certificate("试验根证书机构", ofCurve, 2048, null, From, To, isAuthority: true, X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, []);
        Intermediate = Certificate("试验政务证书机构", ofCurve, 2048, Root, From, To, isAuthority: true, X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, []);
        Own = Certificate(name, ofCurve, bits, Intermediate, from ?? From, to ?? To, isAuthority, usage, purposes ?? [DocumentSigning, EmailProtection], issuedWithSha1);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    public X509Certificate2 Own { get; }

    /// <summary>Writes the root's certificate into a folder, and lists of revoked certificates, when given.</summary>
    /// <returns>The folder.</returns>
    public string Trusted(string folder, params byte[][] lists)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "root.pem"), Root.ExportCertificatePem());
        foreach (var (i, list) in lists.Index())
            File.WriteAllBytes(Path.Combine(folder, $"{i}.crl"), list);
        return folder;
    }

    /// <summary>A list in which the office's certificate is revoked, in DER.</summary>
    /// <param name="since">Null: the list is empty.</param>
    /// <param name="by">Who signs it; null: the authority that issued the certificate.</param>
    public byte[] RevocationList(DateTimeOffset? since, DateTimeOffset next, X509RevocationReason? reason = null, X509Certificate2? by = null, DateTimeOffset? made = null)
    {
        var list = new CertificateRevocationListBuilder();
        if (since is { } revoked)
            list.AddEntry(Own.SerialNumberBytes.Span, revoked, reason);
        var named = by ?? Intermediate;
        var keyId = X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(new X509SubjectKeyIdentifierExtension(named.PublicKey, critical: false));
        return list.Build(Intermediate.SubjectName, Generator(named), 1, next, HashAlgorithmName.SHA256, keyId, made ?? next.AddDays(-30));
    }

    /// <summary>The document with a signature appended, as PAdES has it.</summary>
    /// <param name="at">Stated time of signing.</param>
    /// <param name="how">How signing programs, and those who attack, do it otherwise.</param>
    public byte[] Sign(byte[] pdf, DateTimeOffset at, Signing? how = null)
    {
        how ??= new Signing();
        var update = new PdfUpdate(pdf);
        var signature = update.Add($"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/{how.SubFilter}/M(D:{at.ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}+08'00'){how.Entries}"
            + $"/ByteRange[{Signing.Placeholder}]/Contents<{new string('0', how.HoleLength)}>>>");
        var appearance = update.Add("<</Type/XObject/Subtype/Form/BBox[0 0 120 120]/Length 29>>\nstream\n1 0 0 RG 5 5 110 110 re S    \n\nendstream");
        var page = update.Pages[^1];
        var field = update.Add($"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal{signature})/Rect[{how.Rectangle}]/F 132/P {page} 0 R/V {signature} 0 R/AP<</N {appearance} 0 R>>>>");
        AddToList(update, page, "/Annots[", field, "");
        AddToList(update, update.Root, "/AcroForm<</Fields[", field, "/SigFlags 3>>");
        how.Also?.Invoke(update);
        return Fill(update.Write(how.Packed), at, how);
    }

    static void AddToList(PdfUpdate update, int number, string begin, int reference, string end)
    {
        if (update[number].Contains(begin, StringComparison.Ordinal))
            update[number] = update[number].Replace(begin, $"{begin}{reference} 0 R ", StringComparison.Ordinal);
        else
            update.Extend(number, $"{begin}{reference} 0 R]{end}");
    }

    /// <summary>Puts the range and the signature into the last hole.</summary>
    byte[] Fill(byte[] file, DateTimeOffset at, Signing how)
    {
        var contents = "/Contents<"u8;
        var start = file.AsSpan().LastIndexOf(contents) + contents.Length - 1;
        var end = start + how.HoleLength + 2;
        var range = how.Range?.Invoke(start, end, file.Length) ?? $"0 {start} {end} {file.Length - end}";
        Encoding.ASCII.GetBytes(range.PadRight(Signing.Placeholder.Length)).CopyTo(file, file.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(Signing.Placeholder)));
        byte[] signed = [.. file.AsSpan(0, start), .. file.AsSpan(end)];
        Encoding.ASCII.GetBytes(Convert.ToHexString((how.Cms ?? Cms)(signed, at, how))).CopyTo(file, start + 1);
        return file;
    }

    /// <summary>The signature of some bytes, in DER.</summary>
    public byte[] Cms(byte[] signed, DateTimeOffset at, Signing how)
    {
        using var rsa = Own.GetRSAPrivateKey();
        using var curve = rsa is null ? Own.GetECDsaPrivateKey() : null;
        var key = PrivateKeyFactory.CreateKey((rsa as AsymmetricAlgorithm ?? curve)!.ExportPkcs8PrivateKey());
        var named = how.NamedCertificate ?? Own;
        var attributes = new DerSet(
            new AttributeX509(PkcsObjectIdentifiers.IdAASigningCertificateV2, new DerSet(new SigningCertificateV2([new EssCertIDv2(new AlgorithmIdentifier(NistObjectIdentifiers.IdSha256), SHA256.HashData(named.RawData))]))));
        var table = new Org.BouncyCastle.Asn1.Cms.AttributeTable(attributes);
        if (how.StatesTime)
            table = table.Add(CmsAttributes.SigningTime, new Org.BouncyCastle.Asn1.Cms.Time(at.UtcDateTime));
        var attributeGenerator = new Attributes(table, how.StatesTime);
        var generator = new CmsSignedDataGenerator();
        generator.AddSignerInfoGenerator(new SignerInfoGeneratorBuilder().WithSignedAttributeGenerator(attributeGenerator)
            .Build(new Asn1SignatureFactory($"{how.Digest}with{(rsa is null ? "ECDSA" : "RSA")}", key), Converted(Own)));
        generator.AddCertificates(CollectionUtilities.CreateStore(new[] { Converted(Own), Converted(Intermediate) }));
        return generator.Generate(new CmsProcessableByteArray(how.Instead ?? signed), encapsulate: false).GetEncoded("DER");
    }

    /// <summary>The usual signed attributes, and these; BouncyCastle alone would always add the time, which PAdES leaves to the document.</summary>
    sealed class Attributes(Org.BouncyCastle.Asn1.Cms.AttributeTable given, bool statesTime) : CmsAttributeTableGenerator
    {
        public Org.BouncyCastle.Asn1.Cms.AttributeTable GetAttributes(IDictionary<CmsAttributeTableParameter, object> parameters) =>
            new DefaultSignedAttributeTableGenerator(given).GetAttributes(parameters) is var all && statesTime ? all : all.Remove(CmsAttributes.SigningTime);
    }

    static BcCertificate Converted(X509Certificate2 certificate) => DotNetUtilities.FromX509Certificate(certificate);

    X509Certificate2 Certificate(string name, bool ofCurve, int bits, X509Certificate2? issuer, DateTimeOffset from, DateTimeOffset to, bool isAuthority, X509KeyUsageFlags? usage, string[] purposes, bool issuedWithSha1 = false)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCountryOrRegion("CN");
        subject.AddCommonName(name);
        var curve = ofCurve ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var rsa = ofCurve ? null : RSA.Create(bits);
        keys.Add((IDisposable?)curve ?? rsa!);
        var request = curve is not null ? new CertificateRequest(subject.Build(), curve, HashAlgorithmName.SHA256) : new CertificateRequest(subject.Build(), rsa!, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (isAuthority || issuer is null)
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        if (usage is { } flags)
            request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, critical: true));
        if (purposes.Length > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(p => new Oid(p))], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var unkeyed = issuer is null ? null : request.Create(issuer.SubjectName, issuedWithSha1 ? new Sha1Generator(issuer.GetRSAPrivateKey()!) : Generator(issuer), from, to, RandomNumberGenerator.GetBytes(12));
        var made = unkeyed is null ? request.CreateSelfSigned(from, to) : curve is not null ? unkeyed.CopyWithPrivateKey(curve) : unkeyed.CopyWithPrivateKey(rsa!);
        keys.Add(made);
        return made;
    }

    static X509SignatureGenerator Generator(X509Certificate2 issuer) =>
        issuer.GetRSAPrivateKey() is { } rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!);

    /// <summary>.NET itself no longer issues such certificates.</summary>
    sealed class Sha1Generator(RSA key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => new AlgorithmIdentifier(PkcsObjectIdentifiers.Sha1WithRsaEncryption, DerNull.Instance).GetEncoded();

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

        protected override PublicKey BuildPublicKey() => CreateForRSA(key, RSASignaturePadding.Pkcs1).PublicKey;
    }

    public void Dispose() => keys.ForEach(k => k.Dispose());
}

/// <summary>How a document is signed; as a usual program does unless told otherwise.</summary>
sealed record Signing
{
    public const string Placeholder = "0 **********  **********  ********** ";

    public string SubFilter { get; init; } = "ETSI.CAdES.detached";

    /// <summary>As BouncyCastle writes it: SHA256 …</summary>
    public string Digest { get; init; } = "SHA256";

    /// <summary>Of the signature dictionary, besides the usual ones.</summary>
    public string Entries { get; init; } = "";

    /// <summary>Object streams and a cross-reference stream.</summary>
    public bool Packed { get; init; }

    /// <summary>The signature bears the time itself, not only the document.</summary>
    public bool StatesTime { get; init; }

    /// <summary>Hexadecimal digits in the hole.</summary>
    public int HoleLength { get; init; } = 12_000;

    /// <summary>Where the seal is shown, in points.</summary>
    public string Rectangle { get; init; } = "400 100 520 220";

    /// <summary>What else is changed in the same update.</summary>
    public Action<PdfUpdate>? Also { get; init; }

    /// <summary>Start and end of the hole, and length of the file → what the range says.</summary>
    public Func<int, int, int, string>? Range { get; init; }

    /// <summary>Another program that makes the signature.</summary>
    public Func<byte[], DateTimeOffset, Signing, byte[]>? Cms { get; init; }

    /// <summary>Signed instead of the document.</summary>
    public byte[]? Instead { get; init; }

    /// <summary>The certificate that the signature says it was made with; null: the right one.</summary>
    public System.Security.Cryptography.X509Certificates.X509Certificate2? NamedCertificate { get; init; }
}
