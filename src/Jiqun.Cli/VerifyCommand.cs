using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Jiqun.Core;
using Jiqun.Documents.Pdf.Signatures;

namespace Jiqun.Cli;

/// <summary><c>jiqun verify</c>: who sealed a PDF, or why the seal is not accepted.</summary>
static class VerifyCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE");
        var trust = new Option<string?>("--trust");
        var json = new Option<string?>("--json");
        file.Validators.Add(UsageMistakes.RefuseUnknownOptions);
        var verify = new Command("verify") { file, trust, json };
        verify.SetAction(given => Run(given.GetValue(file)!, given.GetValue(trust), given.GetValue(json), TimeProvider.System.GetUtcNow(), Console.Out));
        return verify;
    }

    /// <param name="trust">Folder of the authorities that are believed; null: the signer is told, but not accepted.</param>
    /// <param name="jsonPath">Null: printed for people; <c>-</c>: standard output.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string path, string? trust, string? jsonPath, DateTimeOffset now, TextWriter output)
    {
        if (Directory.Exists(path))
            return UsageMistakes.Refuse(Messages.Of("verify-folder", path));
        var authorities = trust is null ? null : Authorities.In(trust);
        if (authorities?.Refusal is { } unreadable)
            return unreadable.Select(f => UsageMistakes.Refuse(f.Message)).Last();
        var toJson = jsonPath is null ? null : OutputFile.Open(jsonPath, new HashSet<string> { Path.GetFullPath(path) });
        using var json = toJson?.Value;
        if (toJson?.Refusal is { } refusal)
            return UsageMistakes.Refuse(refusal[0].Message);

        var file = Read(path);
        var claimed = file.Refused ? file.Refusal.ToList() : PdfSignature.Claimed(file.Value, original: null, notBefore: null, now);
        IReadOnlyList<Finding> against = claimed.Refused ? claimed.Refusal
            : authorities is null ? [Finding.Error("not-checked", null, Messages.Of("verify-not-checked"))]
            : PdfSignature.Verify(file.Value!, original: null, authorities.Value!, notBefore: null, now).Refusal ?? [];
        List<Signer> signers = claimed.Value is { } last ? [.. last.Earlier, last] : [];
        var submission = claimed.Refused ? null : PdfSignature.SubmissionOf(file.Value!);
        if (json is not null)
            json.WriteJson(j => WriteJson(j, path, signers, submission, against));
        else
            Print(output, signers, submission, against);
        return against.Count == 0 ? ExitStatus.Fine : ExitStatus.Found;
    }

    static Outcome<byte[]> Read(string path)
    {
        try
        {
            if (SpecialFile.Is(path) || new FileInfo(path) is { Exists: true, Length: > PdfSignature.LargestFile })
                return Unreadable("verify-too-large", PdfSignature.LargestFile >> 20);
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable("verify-missing", path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Unreadable("verify-unreadable", path, e.Message);
        }
    }

    static void Print(TextWriter to, List<Signer> signers, string? submission, IReadOnlyList<Finding> against)
    {
        foreach (var signer in signers)
        {
            Line("verify-signer", signer.Name);
            Line("verify-issuer", signer.Issuer);
            Line("verify-serial", signer.SerialNumber);
            Line("verify-time", InBeijing(signer.SignedAt).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture));
        }
        if (submission is not null)
            Line("verify-submission", submission);
        foreach (var finding in against)
            to.WriteLine(Printable.Of($"{Messages.Of("error")}  {finding.Message}"));
        if (against.Count == 0)
            Line("verify-valid");

        void Line(string message, params object?[] arguments) => to.WriteLine(Printable.Of(Messages.Of(message, arguments)));
    }

    static void WriteJson(Utf8JsonWriter json, string path, List<Signer> signers, string? submission, IReadOnlyList<Finding> against)
    {
        json.WriteStartObject();
        json.WriteString("file", Path.GetFileName(path));
        json.WriteBoolean("valid", against.Count == 0);
        if (submission is not null)
            json.WriteString("submission", submission);
        json.WriteStartArray("signers");
        foreach (var signer in signers)
        {
            json.WriteStartObject();
            json.WriteString("name", signer.Name);
            json.WriteString("issuer", signer.Issuer);
            json.WriteString("serialNumber", signer.SerialNumber);
            json.WriteString("signedAt", InBeijing(signer.SignedAt));
            json.WriteString("validFrom", InBeijing(signer.ValidFrom));
            json.WriteString("validTo", InBeijing(signer.ValidTo));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in against)
        {
            json.WriteStartObject();
            json.WriteString("severity", "error");
            json.WriteString("code", finding.Code);
            json.WriteString("message", finding.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static DateTimeOffset InBeijing(DateTimeOffset time) => time.ToOffset(TimeSpan.FromHours(8));

    static Finding Unreadable(string message, params object?[] arguments) => Finding.Error("unreadable", null, Messages.Of(message, arguments));
}
