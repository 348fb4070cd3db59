using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Jiqun.Core;

namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>Electronic seals: the signatures of a PDF file (PAdES).</summary>
/// <remarks>
/// Source: ISO 32000-1 §12.8, ETSI EN 319 142-1. Hostile files are refused like others, within bounds of time and memory; nothing outside the file and the
/// authorities is asked. The codes of refusals are listed in docs/seals.md.
/// </remarks>
public static partial class PdfSignature
{
    /// <summary>Bytes of the largest file that is looked at.</summary>
    public const int LargestFile = 64 << 20;

    const int MostSignatures = 16;

    static readonly string[] Kinds = ["adbe.pkcs7.detached", "ETSI.CAdES.detached"];

    /// <summary>Whether the file looks as if it bore a signature. Cheap, and no proof of anything.</summary>
    public static bool IsSigned(ReadOnlySpan<byte> file) => file.StartsWith("%PDF-"u8) && file.IndexOf("/ByteRange"u8) >= 0;

    /// <summary>Who signed the file, and is vouched for by an authority that is believed.</summary>
    /// <param name="original">The document that was to be signed: the file must begin with exactly these bytes, and what follows may only add signatures. Null: any document.</param>
    /// <param name="notBefore">When the document was made; nobody signed it before. Null: not known.</param>
    /// <param name="now">Nobody signed it later. Five minutes of grace for both, since clocks differ.</param>
    /// <returns>The last who signed (with those before him), or every reason why the seal is not accepted.</returns>
    public static Outcome<Signer> Verify(byte[] file, byte[]? original, Authorities authorities, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        var signatures = Read(file, original, notBefore, now);
        if (signatures.Refused)
            return signatures.Refusal.ToList();
        List<Finding> against = [.. signatures.Value.SelectMany(s => s.Judge(authorities, now))];
        return against.Count > 0 ? against : Last(signatures.Value);
    }

    /// <summary>Who signed the file, if its certificate can be believed, which is not looked at: only that signature and document belong together.</summary>
    /// <inheritdoc cref="Verify"/>
    public static Outcome<Signer> Claimed(byte[] file, byte[]? original, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        var signatures = Read(file, original, notBefore, now);
        return signatures.Refused ? signatures.Refusal.ToList() : Last(signatures.Value);
    }

    /// <summary>The digest of the submission that the document says it shows: 64 hexadecimal digits, lower case. Null when it names none, or cannot be read.</summary>
    /// <remarks>Means nothing before the signature is verified.</remarks>
    public static string? SubmissionOf(byte[] file)
    {
        try
        {
            var revision = PdfRevision.Read(file, file.Length);
            return (revision.Find(revision.Trailer["Info"]) as PdfDictionary)?["JiqunSubmission"] is { } value && revision.Find(value) is PdfString { Bytes: var text }
                && (text is [0xFE, 0xFF, ..] ? Encoding.BigEndianUnicode : Encoding.Latin1).GetString(text).TrimStart('\uFEFF') is { Length: 64 } digits && digits.All(char.IsAsciiHexDigit)
                    ? digits.ToLowerInvariant() : null;
        }
        catch (UnreadableDocumentException)
        {
            return null;
        }
    }

    static Signer Last(List<CmsSignature> signatures) => signatures[^1].Signer with { Earlier = [.. signatures[..^1].Select(s => s.Signer)] };

    /// <summary>Every signature, once all of them hold.</summary>
    static Outcome<List<CmsSignature>> Read(byte[] file, byte[]? original, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        if (file.Length > LargestFile)
            return Refused("unreadable", "seal-too-large", LargestFile >> 20);
        try
        {
            if (file.AsSpan().StartsWith("%PDF-"u8) && original is not null && !file.AsSpan().StartsWith(original))
                return original.AsSpan().StartsWith(file) ? Refused("unreadable", "seal-cut") : Refused("other-document", "seal-other-document");
            var last = PdfRevision.Read(file, file.Length);
            return Read(file, last, SignatureField.In(last), original is null ? null : PdfRevision.Read(file, original.Length), notBefore, now);
        }
        catch (UnreadableDocumentException e)
        {
            return e.Code == "seal-cut" && IsFollowed(file) ? Refused("changed-after", "seal-changed-after") : Refused("unreadable", e.Code, e.Arguments);
        }
    }

    static Outcome<List<CmsSignature>> Read(byte[] file, PdfRevision last, List<SignatureField> fields, PdfRevision? before, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        if (fields.Count == 0)
            return Refused("not-signed", "seal-not-signed");
        if (fields.Count > MostSignatures)
            return Refused("unreadable", "seal-broken");
        List<CmsSignature> read = [];
        foreach (var field in fields)
        {
            if (field.Value.Name("SubFilter") is var kind && !Kinds.Contains(kind))
                return Refused("kind", "seal-kind", kind ?? "–");
            if (!field.CoversAllElse)
                return Refused("partial", "seal-partial");
            if (At(field, file, last) is not { } revision)
                return Refused("partial", "seal-partial");
            if (field == fields[^1] && field.End < file.Length)
                return Refused("changed-after", "seal-changed-after");
            if (before is not null && !RevisionChanges.AreSignaturesOnly(before, revision))
                return read.Count == 0 ? Refused("other-document", "seal-more-changed") : Refused("changed-after", "seal-changed-after");
            var signature = CmsSignature.Read(field.Contents.Bytes, [.. file.AsSpan(0, field.Hole.Start), .. file.AsSpan(field.Hole.End, field.End - field.Hole.End)],
                Written(last.Find(field.Value["M"]) as PdfString), notBefore, now);
            if (signature.Refused)
                return signature.Refusal.ToList();
            read.Add(signature.Value);
            before = revision;
        }
        return read;
    }

    /// <summary>The document as it was when it was signed. Null when the signature does not cover the whole of any revision, or was not in it.</summary>
    static PdfRevision? At(SignatureField field, byte[] file, PdfRevision last)
    {
        if (field.End == file.Length)
            return last;
        try
        {
            var revision = PdfRevision.Read(file, field.End);
            return SignatureField.In(revision).Any(f => f.Contents.Start == field.Contents.Start && f.End == field.End) ? revision : null;
        }
        catch (UnreadableDocumentException)
        {
            return null;
        }
    }

    /// <summary>Something that is no revision stands after a signed document.</summary>
    static bool IsFollowed(byte[] file)
    {
        var last = file.Length;
        for (var tries = 0; tries < 4 && (last = file.AsSpan(0, last).LastIndexOf("%%EOF"u8)) >= 0; tries++)
        {
            var end = last + "%%EOF".Length;
            end += file.AsSpan(end) switch { [(byte)'\r', (byte)'\n', ..] => 2, [(byte)'\r' or (byte)'\n', ..] => 1, _ => 0 };
            try
            {
                return SignatureField.In(PdfRevision.Read(file, end)).Count > 0;
            }
            catch (UnreadableDocumentException)                        // a %%EOF that ends nothing; an earlier one may
            {
            }
        }
        return false;
    }

    /// <summary>A date in PDF's notation; without a zone it is in UTC. Null when it is none.</summary>
    /// <remarks>Source: ISO 32000-1 §7.9.4; the zone that is not given, ISO 32000-2.</remarks>
    static DateTimeOffset? Written(PdfString? date)
    {
        if (date is null || Date().Match(Encoding.Latin1.GetString(date.Bytes)) is not { Success: true } match
            || !DateTime.TryParseExact(match.Groups["time"].Value, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) || time.Year is < 1950 or > 9000)
            return null;
        var offset = match.Groups["sign"].Value is { Length: > 0 } sign
            ? new TimeSpan(Part("hours"), Part("minutes"), 0) * (sign == "-" ? -1 : 1) : TimeSpan.Zero;
        return offset.Duration() <= TimeSpan.FromHours(14) ? new DateTimeOffset(time, offset) : null;

        int Part(string name) => int.TryParse(match.Groups[name].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var part) ? part : 0;
    }

    [GeneratedRegex(@"^D:(?<time>\d{14})(?:Z(?:00'?(?:00'?)?)?|(?<sign>[+-])(?<hours>\d\d)'?(?<minutes>\d\d)?'?)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Date();

    static Finding Refused(string code, string message, params object?[] arguments) => Finding.Error(code, null, Messages.Of(message, arguments));
}
