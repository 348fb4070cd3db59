using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CsCheck;
using Jiqun.Core;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Pdf.Signatures;
using Jiqun.Samples;
using Jiqun.Tests.Checks;
using Jiqun.Tests.Files;

namespace Jiqun.Tests.Documents.Pdf.Signatures;

/// <summary>A seal is accepted when document, signature and certificate hold, and refused for the right reason otherwise. BouncyCastle and OpenSSL sign; poppler's
/// pdfsig, which knows nothing of the original and trusts nobody, agrees about the rest where nothing else is said.</summary>
public sealed class PdfSignatureTests : IDisposable
{
    static readonly DateTimeOffset Made = new(2021, 9, 30, 16, 0, 0, TimeSpan.Zero), At = Made.AddHours(3), Now = Made.AddDays(1);

    static readonly byte[] Original = Drawn(SampleAnswers.Of(Given.Form, 1, 300)), Other = Drawn(SampleAnswers.Of(Given.Form, 2, 300));

    static readonly TestOffice Office = new();

    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    static byte[] Drawn(Dictionary<string, string> answers)
    {
        using var to = new MemoryStream();
        new PdfWriter(InstalledFonts.Find().Value!).Write(PrintedForm.Of(Given.Form, Given.Answers(Given.Form, answers)), to);
        return to.ToArray();
    }

    Authorities Trusting(TestOffice office, params byte[][] lists) => Authorities.In(office.Trusted(folder[$"trusted{Guid.NewGuid():N}"], lists)).Value!;

    Outcome<Signer> Verify(byte[] file, TestOffice? office = null, byte[]? original = null, params byte[][] lists) =>
        PdfSignature.Verify(file, original ?? Original, Trusting(office ?? Office, lists), Made, Now);

    static void Refused(string code, Outcome<Signer> outcome)
    {
        Assert.True(outcome.Refused);
        Assert.Equal([code], outcome.Refusal.Select(f => f.Code).Distinct());
    }

    const string Valid = "Signature is Valid.", Invalid = "Digest Mismatch", Whole = "Total document signed", Part = "Not total document signed";

    static string Pdfsig(byte[] file) => DrawnPdf.Run("pdfsig", file, "-nocert");

    /// <summary>What OpenSSL signs: the bytes of the document without the hole.</summary>
    byte[] OpenSsl(byte[] signed, params string[] options)
    {
        folder.Put("signed", signed);
        folder.Put("key.pem", Encoding.ASCII.GetBytes(Office.Own.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem()));
        folder.Put("own.pem", Encoding.ASCII.GetBytes(Office.Own.ExportCertificatePem()));
        folder.Put("more.pem", Encoding.ASCII.GetBytes(Office.Intermediate.ExportCertificatePem()));
        var start = new ProcessStartInfo("openssl", ["cms", "-sign", "-binary", "-outform", "DER", "-in", folder["signed"], "-signer", folder["own.pem"], "-inkey", folder["key.pem"],
            "-certfile", folder["more.pem"], "-out", folder["out.der"], .. options]);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return File.ReadAllBytes(folder["out.der"]);
    }

    public static TheoryData<bool, bool, string> Ways =>
        new(from curve in new[] { false, true } from packed in new[] { false, true } from filter in new[] { "ETSI.CAdES.detached", "adbe.pkcs7.detached" } select (curve, packed, filter));

    [Theory, MemberData(nameof(Ways))]
    public void A_document_that_an_office_signed_is_accepted(bool ofCurve, bool packed, string filter)
    {
        using var office = new TestOffice(ofCurve: ofCurve);
        var signed = office.Sign(Original, At, new Signing { Packed = packed, SubFilter = filter, StatesTime = filter != "ETSI.CAdES.detached" });
        var signer = Verify(signed, office);
        Assert.Null(signer.Refusal);
        Assert.Equal(new Signer("株洲市人民政府", "试验政务证书机构", office.Own.SerialNumber, At, TestOffice.From, TestOffice.To) { Earlier = signer.Value!.Earlier }, signer.Value);
        Assert.Empty(signer.Value.Earlier);
        Assert.Equal(signer.Value with { Earlier = [] }, PdfSignature.Claimed(signed, Original, Made, Now).Value! with { Earlier = [] });
        Assert.True(PdfSignature.IsSigned(signed));
        var said = Pdfsig(signed);
        Assert.Contains(Valid, said, StringComparison.Ordinal);
        Assert.Contains(Whole, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-md sha384")]
    [InlineData("-md sha256 -keyopt rsa_padding_mode:pss")]
    [InlineData("-md sha512 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest")]
    public void What_OpenSSL_signed_is_accepted(string options)
    {
        var signed = Office.Sign(Original, At, new Signing { Cms = (bytes, _, _) => OpenSsl(bytes, options.Split(' ')), SubFilter = "adbe.pkcs7.detached" });
        // OpenSSL writes its own time, which is now
        var signer = PdfSignature.Verify(signed, Original, Trusting(Office), Made, DateTimeOffset.UtcNow);
        Assert.Equal("株洲市人民政府", signer.Value?.Name);
        Assert.InRange(DateTimeOffset.UtcNow - signer.Value!.SignedAt, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Assert.Contains(Valid, Pdfsig(signed), StringComparison.Ordinal);
        var other = Office.Sign(Original, At, new Signing { Cms = (bytes, _, _) => OpenSsl([.. bytes, 1], options.Split(' ')), SubFilter = "adbe.pkcs7.detached" });
        Refused("changed", PdfSignature.Verify(other, Original, Trusting(Office), Made, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void What_OpenSSL_signed_with_a_digest_that_can_be_forged_is_weak()
    {
        var signed = Office.Sign(Original, At, new Signing { Cms = (bytes, _, _) => OpenSsl(bytes, "-md", "sha1") });
        Refused("weak", Verify(signed));                              // pdfsig: valid
    }

    [Fact]
    public void Several_may_sign_one_after_the_other()
    {
        using var second = new TestOffice("湖南省工业和信息化厅", ofCurve: true);
        var once = Office.Sign(Original, At);
        var twice = second.Sign(once, At.AddHours(1), new Signing { Rectangle = "100 100 220 220" });
        File.WriteAllText(Path.Combine(Office.Trusted(folder["both"]), "second.crt"), second.Root.ExportCertificatePem());
        var signer = PdfSignature.Verify(twice, Original, Authorities.In(folder["both"]).Value!, Made, Now);
        Assert.Null(signer.Refusal);
        Assert.Equal(("湖南省工业和信息化厅", "株洲市人民政府"), (signer.Value!.Name, Assert.Single(signer.Value.Earlier).Name));
        Refused("untrusted", Verify(twice));                          // only one of both is believed

        once[^1000] ^= 1;
        Assert.True(Verify(once).Refused);
        var swapped = second.Sign(once, At.AddHours(1), new Signing { Rectangle = "100 100 220 220" });
        Assert.True(PdfSignature.Verify(swapped, Original, Authorities.In(folder["both"]).Value!, Made, Now).Refused);
    }

    [Fact]
    public void What_programs_write_besides_a_signature_is_accepted()
    {
        var signed = Office.Sign(Original, At, new Signing
        {
            Also = update =>
            {
                update[update.Info] = update[update.Info].Replace("/Producer(Jiqun)", "/Producer(Signing program)/ModDate(D:20211001000000Z)", StringComparison.Ordinal);
                update.Extend(update.Root, "/Version/2.0/Extensions<</ESIC<</BaseVersion/1.7/ExtensionLevel 5>>>>/DSS<<>>");
                update[update.Pages[0]] = update[update.Pages[0]];    // written again, unchanged
                update.Add("<</Unused true>>");
            },
        });
        Assert.Null(Verify(signed).Refusal);
    }

    [Fact]
    public void A_seal_in_an_empty_field_that_was_there_before_is_accepted()
    {
        var prepared = new PdfUpdate(Original);
        var field = prepared.Add($"<</Type/Annot/Subtype/Widget/FT/Sig/T(Here)/Rect[300 100 400 200]/P {prepared.Pages[0]} 0 R>>");
        prepared.Extend(prepared.Pages[0], $"/Annots[{field} 0 R ]");
        prepared.Extend(prepared.Root, $"/AcroForm<</Fields[{field} 0 R ]/SigFlags 3>>");
        Assert.Null(Verify(Office.Sign(prepared.Write(), At)).Refusal);
    }

    [Fact]
    public void Another_digest_is_changed()
    {
        var signed = Office.Sign(Original, At, new Signing { Instead = Other });
        Refused("changed", Verify(signed));
        Assert.Contains(Invalid, Pdfsig(signed), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_signature_is_changed()
    {
        var signed = Office.Sign(Original, At, new Signing { Cms = (bytes, at, how) => Twisted(Office.Cms(bytes, at, how)) });
        Refused("changed", Verify(signed));

        static byte[] Twisted(byte[] cms)
        {
            cms[^1] ^= 1;                                             // the signature's own value stands last
            return cms;
        }
    }

    [Fact]
    public void Another_document_is_told()
    {
        Refused("other-document", Verify(Office.Sign(Other, At)));    // pdfsig: valid, as without the original
        Assert.Null(PdfSignature.Verify(Office.Sign(Other, At), null, Trusting(Office), Made, Now).Refusal);
        Refused("not-signed", Verify(Original));
        Assert.False(PdfSignature.IsSigned(Original));
    }

    [Theory]
    [InlineData("after the beginning")]
    [InlineData("larger hole")]
    [InlineData("later end")]
    [InlineData("brackets are signed")]
    public void A_signature_of_a_part_is_partial(string how)
    {
        var signed = Office.Sign(Original, At, new Signing
        {
            Range = (start, end, length) => how switch
            {
                "after the beginning" => $"9 {start - 9} {end} {length - end}",
                "larger hole" => $"0 {start - 300} {end} {length - end}",
                "later end" => $"0 {start} {end + 40} {length - end - 40}",
                _ => $"0 {start + 1} {end - 1} {length - end + 1}",
            },
        });
        Refused("partial", Verify(signed));
    }

    [Theory]
    [InlineData("before the end")]
    [InlineData("an earlier revision")]
    public void A_signature_that_ends_too_early_is_not_accepted(string how)
    {
        var signed = Office.Sign(Original, At, new Signing { Range = (start, end, length) => $"0 {start} {end} {(how == "before the end" ? length - end - 20 : 0)}" });
        Refused("partial", Verify(signed));
    }

    [Fact]
    public void An_update_after_the_signature_is_told()
    {
        var update = new PdfUpdate(Office.Sign(Original, At));
        update.Extend(update.Pages[0], "/Rotate 180");
        var updated = update.Write();
        Refused("changed-after", Verify(updated));
        var said = Pdfsig(updated);
        Assert.Contains(Part, said, StringComparison.Ordinal);
        Assert.Contains(Valid, said, StringComparison.Ordinal);       // pdfsig: valid, since the signed part is
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\0")]
    [InlineData("%%EOF\n")]
    [InlineData("nothing of PDF")]
    public void Bytes_after_the_signature_are_told(string bytes) => Refused("changed-after", Verify([.. Office.Sign(Original, At), .. Encoding.ASCII.GetBytes(bytes)]));

    [Fact]
    public void A_certificate_that_had_ended_is_expired()
    {
        using var ended = new TestOffice(to: At.AddDays(-1));
        Refused("expired", Verify(ended.Sign(Original, At), ended));
        using var later = new TestOffice(from: At.AddDays(1));
        Refused("expired", Verify(later.Sign(Original, At), later));
        using var since = new TestOffice(to: At.AddHours(1));
        Assert.Null(Verify(since.Sign(Original, At), since).Refusal);
    }

    [Fact]
    public void A_certificate_of_others_is_untrusted()
    {
        using var stranger = new TestOffice();
        Refused("untrusted", Verify(stranger.Sign(Original, At)));
        Refused("untrusted", PdfSignature.Verify(Office.Sign(Original, At), Original, Authorities.None, Made, Now));
        Assert.Null(PdfSignature.Claimed(stranger.Sign(Original, At), Original, Made, Now).Refusal);
    }

    [Fact]
    public void A_revoked_certificate_is_told()
    {
        var signed = Office.Sign(Original, At);
        var next = Now.AddDays(7);
        Refused("revoked", Verify(signed, lists: Office.RevocationList(At.AddDays(-1), next)));
        Assert.Null(Verify(signed, lists: Office.RevocationList(null, next)).Refusal);
        Assert.Null(Verify(signed, lists: Office.RevocationList(At.AddHours(1), next, X509RevocationReason.Superseded)).Refusal);
        Refused("revoked", Verify(signed, lists: Office.RevocationList(At.AddHours(1), next, X509RevocationReason.KeyCompromise)));
        // the newest counts: what was held may be free again
        Assert.Null(Verify(signed, lists: [Office.RevocationList(At.AddDays(-1), next, X509RevocationReason.CertificateHold), Office.RevocationList(null, next.AddDays(1))]).Refusal);
    }

    [Fact]
    public void A_list_that_cannot_be_relied_on_is_told()
    {
        using var stranger = new TestOffice();
        var signed = Office.Sign(Original, At);
        Refused("revocation-list", Verify(signed, lists: Office.RevocationList(null, Now.AddDays(-1))));
        var forged = Office.RevocationList(null, Now.AddDays(7));
        forged[^1] ^= 1;
        Refused("revocation-list", Verify(signed, lists: forged));
        // made with another key of the same name, and says so: it is not about this certificate
        Assert.Null(Verify(signed, lists: Office.RevocationList(At.AddDays(-1), Now.AddDays(7), by: stranger.Intermediate)).Refusal);
        Assert.Equal("authority-unreadable", Assert.Single(Authorities.In(Office.Trusted(folder["broken"], [1, 2, 3])).Refusal!).Code);
    }

    public static TheoryData<string> Usages => ["encipherment", "server", "authority", "not said"];

    [Theory, MemberData(nameof(Usages))]
    public void A_certificate_for_other_uses_is_told(string use)
    {
        using var office = use switch
        {
            "encipherment" => new TestOffice(usage: X509KeyUsageFlags.KeyEncipherment),
            "server" => new TestOffice(purposes: ["1.3.6.1.5.5.7.3.1"]),
            "authority" => new TestOffice(isAuthority: true),
            _ => new TestOffice(usage: null, purposes: []),
        };
        var signed = office.Sign(Original, At);
        if (use == "not said")
            Assert.Null(Verify(signed, office).Refusal);
        else
            Refused("key-usage", Verify(signed, office));             // pdfsig: valid
    }

    [Fact]
    public void A_time_of_signing_that_cannot_be_is_told()
    {
        Refused("signing-time", Verify(Office.Sign(Original, Made.AddMinutes(-6))));
        Assert.Null(Verify(Office.Sign(Original, Made.AddMinutes(-4))).Refusal);
        Refused("signing-time", Verify(Office.Sign(Original, Now.AddMinutes(6))));
        Assert.Null(Verify(Office.Sign(Original, Now.AddMinutes(4), new Signing { StatesTime = true })).Refusal);
    }

    [Theory]
    [InlineData("SHA1", 2048)]
    [InlineData("MD5", 2048)]
    [InlineData("SHA256", 1024)]
    public void What_can_be_forged_is_weak(string digest, int bits)
    {
        using var office = new TestOffice(bits: bits);
        Refused("weak", Verify(office.Sign(Original, At, new Signing { Digest = digest }), office));
    }

    [Fact]
    public void A_certificate_issued_with_what_can_be_forged_is_weak()
    {
        using var office = new TestOffice(issuedWithSha1: true);
        Assert.Contains("weak", Verify(office.Sign(Original, At), office).Refusal!.Select(f => f.Code));
    }

    [Fact]
    public void A_certificate_that_the_signature_does_not_name_is_told() =>
        Refused("changed", Verify(Office.Sign(Original, At, new Signing { NamedCertificate = Office.Intermediate })));

    [Theory]
    [InlineData("adbe.pkcs7.sha1")]
    [InlineData("adbe.x509.rsa_sha1")]
    [InlineData("ETSI.RFC3161")]
    public void Another_kind_of_signature_is_told(string filter) => Refused("kind", Verify(Office.Sign(Original, At, new Signing { SubFilter = filter })));

    public static TheoryData<string> Changes =>
        ["note", "contents", "stream", "page tree", "page", "script", "attachment", "named", "info", "link in the widget", "text field", "whole page", "no page", "free", "xfa"];

    /// <summary>All are covered by the signature, which holds; pdfsig calls them valid.</summary>
    [Theory, MemberData(nameof(Changes))]
    public void What_is_changed_together_with_the_signature_is_another_document(string what) => Refused("other-document", Verify(Office.Sign(Original, At, new Signing
    {
        Rectangle = what == "whole page" ? "0 0 595 842" : "400 100 520 220",
        Also = update =>
        {
            var page = update.Pages[^1];
            var content = int.Parse(update[page].Split("/Contents ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
            const string drawn = "<</Length 10>>\nstream\n0 0 m 1 1 \n\nendstream";
            switch (what)
            {
                case "note":
                    var note = update.Add("<</Type/Annot/Subtype/FreeText/Rect[0 0 500 500]/Contents(other)>>");
                    update[page] = update[page].Replace("/Annots[", $"/Annots[{note} 0 R ", StringComparison.Ordinal);
                    break;
                case "contents": update[page] = update[page].Replace($"/Contents {content} ", $"/Contents {update.Add(drawn)} ", StringComparison.Ordinal); break;
                case "stream": update[content] = drawn; break;
                case "page tree":
                    var tree = int.Parse(update[page].Split("/Parent ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
                    update[tree] = update[tree].Replace("/Kids[", $"/Kids[{page} 0 R ", StringComparison.Ordinal);
                    break;
                case "page": update.Extend(page, "/Rotate 90"); break;
                case "script": update.Extend(update.Root, "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"); break;
                case "attachment": update.Extend(update.Root, "/AF[]"); break;
                case "named": update.Extend(update.Root, "/Names<<>>"); break;
                case "info": update[update.Info] = "<</Title(other)/Creator(Jiqun)/Producer(Jiqun)>>"; break;
                case "link in the widget": update[update.Root] = Change(update, "/Subtype/Widget", "/Subtype/Widget/A<</S/URI/URI(x)>>"); break;
                case "text field": update[update.Root] = Change(update, "/FT/Sig/T", "/FT/Tx/T", again: true); break;
                case "whole page": break;
                case "no page": update[page] = "null"; break;
                case "free": update[0] = "<<>>"; break;
                case "xfa": update[update.Root] = update[update.Root].Replace("/SigFlags 3", "/SigFlags 3/XFA(x)", StringComparison.Ordinal); break;
                default: throw new InvalidOperationException(what);
            }
        },
    })));

    /// <summary>Changes the widget, or adds one that is so changed.</summary>
    static string Change(PdfUpdate update, string from, string to, bool again = false)
    {
        var root = update[update.Root];
        var widget = int.Parse(root.Split("/Fields[")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        var changed = update[widget].Replace(from, to, StringComparison.Ordinal);
        if (!again)
            update[widget] = changed;
        return again ? root.Replace("/Fields[", $"/Fields[{update.Add(changed)} 0 R ", StringComparison.Ordinal) : root;
    }

    public static TheoryData<string, string> Forgeries => new()
    {
        // Universal Signature Forgery: https://pdf-insecurity.org/signature/signature.html
        { "ByteRange missing", "unreadable" },
        { "ByteRange empty", "unreadable" },
        { "ByteRange of null", "unreadable" },
        { "ByteRange negative", "unreadable" },
        { "ByteRange huge", "unreadable" },
        { "ByteRange of six", "unreadable" },
        { "ByteRange elsewhere", "unreadable" },
        { "ByteRange twice", "unreadable" },
        { "Contents missing", "unreadable" },
        { "Contents empty", "unreadable" },
        { "Contents of zeros", "unreadable" },
        { "Contents of null", "unreadable" },
        { "Contents twice", "unreadable" },
        { "Contents elsewhere", "unreadable" },
        { "Contents in a bracket", "unreadable" },
        { "V missing", "not-signed" },
        // Signature wrapping: the signed part is moved behind, another is put in its place
        { "wrapped", "other-document" },
        // a revision that does not go on from the one before
        { "Prev missing", "other-document" },
        { "Prev to itself", "unreadable" },
        { "Length to itself", "unreadable" },
        { "encrypted", "unreadable" },
    };

    [Theory, MemberData(nameof(Forgeries))]
    public void A_known_forgery_is_refused(string what, string code)
    {
        var (file, text) = (Office.Sign(Original, At), "");
        text = Encoding.Latin1.GetString(file);
        var (range, contents) = (Between("/ByteRange[", "]"), Between("/Contents<", ">"));
        var changed = what switch
        {
            "ByteRange missing" => Same(range, ""),
            "ByteRange empty" => Same(range, "/ByteRange[]"),
            "ByteRange of null" => Same(range, "/ByteRange null"),
            "ByteRange negative" => Same(range, range.Replace("[0 ", "[-1 ", StringComparison.Ordinal).Replace("  ]", "]", StringComparison.Ordinal)),
            "ByteRange huge" => Same(range, "/ByteRange[0 9223372036854775807 1 2]"),
            "ByteRange of six" => Same(range, "/ByteRange[0 1 2 3 4 5]"),
            "ByteRange elsewhere" => Same(range, "/ByteRange 4 0 R"),
            "ByteRange twice" => Same(contents, $"/ByteRange[0 1 2 3]/Contents<{contents[30..]}"),
            "Contents missing" => Same(contents, ""),
            "Contents empty" => Same(contents, "/Contents<>"),
            "Contents of zeros" => Same(contents, $"/Contents<{new string('0', contents.Length - 11)}>"),
            "Contents of null" => Same(contents, "/Contents null"),
            "Contents twice" => Same(contents, $"/Contents<00>/Contents<{contents[24..]}"),
            "Contents elsewhere" => Same(contents, "/Contents 4 0 R"),
            "Contents in a bracket" => Same(contents, $"/Contents({contents[10..^1]})"),
            "V missing" => new StringBuilder(text).Replace("/V ", "/W ").ToString(),
            "wrapped" => Encoding.Latin1.GetString(Other) + text,
            "Prev missing" => text.Replace("/Prev ", "/Next ", StringComparison.Ordinal),
            "Prev to itself" => text.Replace($"/Prev {Last("/Prev ")}", $"/Prev {Last("startxref\n")}", StringComparison.Ordinal),
            "Length to itself" => text.Replace($"/V {Last("/V ")} 0 R", "/Kids 5 0 R", StringComparison.Ordinal).Replace("/Length 29", "/Length 5 0 R", StringComparison.Ordinal),
            "encrypted" => text.Insert(text.LastIndexOf("/Prev ", StringComparison.Ordinal), "/Encrypt 4 0 R"),
            _ => throw new InvalidOperationException(what),
        };
        var outcome = Verify(Encoding.Latin1.GetBytes(changed));
        Assert.True(outcome.Refused);
        if (what != "Length to itself")
            Refused(code, outcome);

        string Between(string begin, string end)
        {
            var from = text.LastIndexOf(begin, StringComparison.Ordinal);
            return text[from..(text.IndexOf(end, from, StringComparison.Ordinal) + end.Length)];
        }

        // of the same length, so that all else stays where it is
        string Same(string old, string with) => text.Replace(old, with.Length <= old.Length ? with.PadRight(old.Length) : throw new InvalidOperationException(what), StringComparison.Ordinal);

        string Last(string key) => System.Text.RegularExpressions.Regex.Matches(text, $@"{key}(\d+)")[^1].Groups[1].Value;
    }

    [Theory]
    [InlineData("/Contents<00>")]
    [InlineData("/ByteRange[0 1 2 3]")]
    [InlineData("/Contents null")]
    [InlineData("/#42yteRange[0 1 2 3]")]
    public void What_is_said_twice_could_be_read_in_two_ways(string entries) => Refused("unreadable", Verify(Office.Sign(Original, At, new Signing { Entries = entries })));

    [Fact]
    public void A_file_of_another_kind_is_unreadable()
    {
        Refused("unreadable", Verify([]));
        Refused("unreadable", Verify("PK\u0003\u0004"u8.ToArray()));
        Refused("unreadable", Verify(new byte[PdfSignature.LargestFile + 1]));
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        var signed = Office.Sign(Original, At);
        var trusted = Trusting(Office);
        for (var length = 0; length < signed.Length; length += length > Original.Length ? 97 : 9973)
            Refused("unreadable", PdfSignature.Verify(signed[..length], Original, trusted, Made, Now));
        Refused("not-signed", Verify(signed[..Original.Length]));
    }

    /// <summary>Outside the hole a changed byte is noticed. In it stand, besides the signature, certificates of others and the case of digits, which prove nothing.</summary>
    [Fact]
    public void A_changed_byte_is_noticed_wherever_it_stands()
    {
        var signed = Office.Sign(Original, At);
        var trusted = Trusting(Office);
        var right = PdfSignature.Verify(signed, Original, trusted, Made, Now).Value!;
        var hole = (Start: signed.AsSpan().LastIndexOf("/Contents<"u8) + 10, Length: 12_000);
        Gen.Select(Gen.OneOf(Gen.Int[0, signed.Length - 1], Gen.Int[Original.Length, signed.Length - 1], Gen.Int[hole.Start + hole.Length, signed.Length - 1]), Gen.Byte[1, 255], Gen.Bool).Sample((at, change, knowsOriginal) =>
        {
            var changed = signed.ToArray();
            changed[at] ^= change;
            var outcome = PdfSignature.Verify(changed, knowsOriginal ? Original : null, trusted, Made, Now);
            Assert.True(outcome.Refused || (at >= hole.Start && at < hole.Start + hole.Length && outcome.Value with { Earlier = [] } == right with { Earlier = [] }), $"{at} ^ {change}");
        }, iter: 600, threads: 2);
    }

    static readonly Gen<byte[]> Pieces = Gen.OneOf(
        Gen.Byte.Array[0, 40],
        Gen.OneOf(["<<", ">>", "[", "]", "(", ")", "<", ">", "/ByteRange", "/Contents", "/Kids", "/Length", "/Prev 0", "/Prev 99999999999", "obj", "endobj", "stream\n", "xref\n0 999999999\n", "trailer", "startxref\n9\n%%EOF",
            "2147483647", "-1", "0 0 R", "9 0 R", "/W[1 8 1]", "/Index[0 999999999]", "#", "%", "\\", new string('[', 5000), new string('(', 5000), string.Concat(Enumerable.Repeat("<</A", 3000))]).Select(Encoding.Latin1.GetBytes));

    [Fact]
    public void A_changed_byte_of_the_signature_itself_is_noticed()
    {
        var cms = Array.Empty<byte>();
        var file = Office.Sign(Original, At, new Signing { Cms = (bytes, _, _) => cms = OpenSsl(bytes, "-md", "sha256", "-keyopt", "rsa_padding_mode:pss") });
        var start = file.AsSpan().LastIndexOf("/Contents<"u8) + 10;
        var trusted = Trusting(Office, Office.RevocationList(null, DateTimeOffset.UtcNow.AddDays(7)));
        var right = PdfSignature.Verify(file, Original, trusted, Made, DateTimeOffset.UtcNow).Value!;
        Gen.Select(Gen.Int[0, cms.Length - 1], Gen.Byte[1, 255]).Sample((at, change) =>
        {
            var (changed, twisted) = (file.ToArray(), cms.ToArray());
            twisted[at] ^= change;
            Encoding.ASCII.GetBytes(Convert.ToHexString(twisted)).CopyTo(changed, start);
            var outcome = PdfSignature.Verify(changed, Original, trusted, Made, DateTimeOffset.UtcNow);
            Assert.True(outcome.Refused || outcome.Value with { Earlier = [] } == right with { Earlier = [] }, $"{at} ^ {change}");
        }, iter: 500, threads: 2);
    }

    /// <summary>As a number it is larger than any that the key can make: BouncyCastle has an exception of its own kind for that.</summary>
    [Fact]
    public void A_signature_larger_than_its_key_does_not_hold()
    {
        var signed = Office.Sign(Original, At, new Signing
        {
            Cms = (bytes, _, _) =>
            {
                var cms = OpenSsl(bytes, "-md", "sha256", "-keyopt", "rsa_padding_mode:pss");
                cms.AsSpan(^256).Fill(0xFF);
                return cms;
            },
        });
        Refused("changed", PdfSignature.Verify(signed, Original, Trusting(Office), Made, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void Hostile_bytes_are_refused_and_never_more()
    {
        byte[][] seeds = [Office.Sign(Original, At), Office.Sign(Original, At, new Signing { Packed = true })];
        var trusted = Trusting(Office);
        var longest = TimeSpan.Zero;
        (from seed in Gen.OneOf(seeds)
         from edits in Gen.Select(Gen.OneOf(Gen.Int[0, seed.Length], Gen.Int[Original.Length, seed.Length]), Gen.Int[0, 60], Pieces).Array[1, 4]
         from end in Gen.OneOf(Gen.Const(int.MaxValue), Gen.Int[0, seed.Length])
         select Edited(seed, edits, end)).Sample(bytes =>
        {
            var clock = Stopwatch.StartNew();
            var outcome = PdfSignature.Verify(bytes, null, trusted, Made, Now);
            Assert.True(outcome.Refused || outcome.Value.Name == "株洲市人民政府");
            _ = PdfSignature.SubmissionOf(bytes);
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }, iter: 1500, threads: 2);

        static byte[] Edited(byte[] seed, (int At, int Length, byte[] With)[] edits, int end)
        {
            var bytes = seed.ToList();
            foreach (var (at, length, with) in edits)
            {
                var from = Math.Min(at, bytes.Count);
                bytes.RemoveRange(from, Math.Min(length, bytes.Count - from));
                bytes.InsertRange(from, with);
            }
            return [.. bytes.Take(end)];
        }
    }

    [Fact]
    public void The_submission_is_told_that_the_document_bears()
    {
        var digest = new string('a', 63) + "7";
        using var to = new MemoryStream();
        var pdf = new PdfFile(to);
        var tree = pdf.Reserve();
        var page = pdf.Add($"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 595 842]>>");
        pdf.Add(tree, $"<</Type/Pages/Count 1/Kids[{page} 0 R]>>");
        pdf.Complete(pdf.Add($"<</Type/Catalog/Pages {tree} 0 R>>"), pdf.Add($"<</JiqunSubmission({digest})>>"));
        Assert.Equal(digest, PdfSignature.SubmissionOf(Office.Sign(to.ToArray(), At)));
        Assert.Null(PdfSignature.SubmissionOf(Original));
        Assert.Null(PdfSignature.SubmissionOf([]));
    }

    [Fact]
    public void A_folder_of_authorities_is_read_or_refused()
    {
        Assert.Equal("authority-unreadable", Assert.Single(Authorities.In(folder["nowhere"]).Refusal!).Code);
        folder.Put("a/readme.txt", [1]);
        Assert.Equal("authority-missing", Assert.Single(Authorities.In(folder["a"]).Refusal!).Code);
        folder.Put("b/root.cer", Office.Root.RawData);
        folder.Put("b/others.pem", Encoding.ASCII.GetBytes($"{Office.Intermediate.ExportCertificatePem()}\n{Office.Root.ExportCertificatePem()}\n"));
        Assert.Null(Authorities.In(folder["b"]).Refusal);
        folder.Put("b/bad.crt", [1, 2, 3]);
        folder.Put("b/bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"u8.ToArray());
        Assert.Equal(["bad.crt", "bad.pem"], Authorities.In(folder["b"]).Refusal!.Select(f => f.Message.Contains("bad.crt", StringComparison.Ordinal) ? "bad.crt" : "bad.pem"));
    }
}
