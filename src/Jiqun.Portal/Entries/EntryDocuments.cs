using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Word;
using Jiqun.Portal.Layout;

namespace Jiqun.Portal.Entries;

/// <summary>A file to download.</summary>
sealed record Document(byte[] Content, string Type, string Name);

/// <summary>Entries as files. Drafts and samples bear a watermark.</summary>
/// <param name="fonts">A refusal where the machine has no fonts for PDF.</param>
sealed class EntryDocuments(Outcome<InstalledFonts> fonts)
{
    const string DraftMark = "草稿", SampleMark = "样例", WordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <param name="kind">docx, pdf or json.</param>
    /// <returns>Null when there is no such kind.</returns>
    public Outcome<Document>? Draft(string kind, Form form, FilledForm filled)
    {
        var printed = PrintedForm.Of(form, filled.Answers) with { Watermark = DraftMark };
        return kind is "json"
            ? new Document(JsonSerializer.SerializeToUtf8Bytes(Json(form, filled.Answers), Readable), "application/json", FileName(printed.Title, DraftMark, kind))
            : Printed(kind, printed, DraftMark);
    }

    /// <summary>What was submitted. As JSON it is the frozen content itself, byte by byte, so that its digest can be verified.</summary>
    /// <inheritdoc cref="Draft"/>
    public Outcome<Document>? Submission(string kind, Submitted submitted)
    {
        var printed = Printed(submitted, submitted.Answers);
        var name = $"报送版本{submitted.Submission.Number}";
        return kind is "json" ? new Document(submitted.Submission.Content, "application/json", FileName(printed.Title, name, kind)) : Printed(kind, printed, name);
    }

    /// <summary>What was submitted, on paper, with these answers: of a submission without its personal values.</summary>
    /// <param name="number">Of the submission.</param>
    /// <param name="digest">Of the submission.</param>
    /// <inheritdoc cref="Draft"/>
    public Outcome<Document>? Submission(string kind, Form form, FormAnswers answers, bool isSample, int number, string digest) =>
        Printed(kind, Printed(form, answers, isSample, number, digest), $"报送版本{number}");

    /// <summary>What a government is to seal: a submission with the opinion in its place.</summary>
    /// <param name="dated">Stands under the opinion.</param>
    public Outcome<Document> ToSeal(Submitted submitted, string opinion, DateOnly dated)
    {
        var (form, government) = (submitted.Form, submitted.Form.Fields.Where(f => f.By is AnsweredBy.Government).ToList());
        var answers = submitted.Answers.With(government.Select(f => (f.Id, (Value?)(f.Kind is FieldKind.Date ? new DateValue(new PartialDate(dated.Year, dated.Month, dated.Day)) : new TextValue(opinion)))));
        return Printed("pdf", Printed(submitted, answers), $"报送版本{submitted.Submission.Number}-{Beijing.Day(dated)}意见") ?? throw new InvalidOperationException("There is no PDF.");
    }

    /// <summary>A submission on paper: every page bears its mark, so that a scan of it is known again.</summary>
    static PrintedForm Printed(Submitted submitted, FormAnswers answers) => Printed(submitted.Form, answers, submitted.Entry.IsSample, submitted.Submission.Number, submitted.Submission.Digest);

    static PrintedForm Printed(Form form, FormAnswers answers, bool isSample, int number, string digest) => PrintedForm.Of(form, answers) with
    {
        Watermark = isSample ? SampleMark : null,
        Mark = new PrintedMark(digest, $"报送版本 {number} · 内容摘要"),
    };

    /// <summary>报送回执.</summary>
    /// <param name="address">What the QR code says.</param>
    public Outcome<Document> Receipt(Submitted submitted, string address)
    {
        if (fonts.Refused)
            return fonts.Refusal[0];
        var (submission, entry) = (submitted.Submission, submitted.Entry);
        var receipt = new PrintedReceipt(
            $"{submitted.Form.Title.Zh}报送回执{(entry.IsSample ? "（样例）" : "")}",
            [
                ("集群名称", submitted.Subject),
                ("报送单位", entry.OrganisationName),
                ("批次", entry.RoundName),
                ("报送版本", $"{submission.Number}"),
                ("报送时间", $"{Beijing.Shown(submission.At)}（北京时间）"),
                ("报送人", submitted.By),
                ("内容摘要", $"SHA-256\n{submission.Digest}"),
            ],
            address,
            "扫描二维码查看报送内容",
            ["内容摘要由报送内容（规范化 JSON，RFC 8785）计算得出；报送内容任何改动都会使摘要不同。", $"回执编号：{submission.Id}"]);
        using var content = new MemoryStream();
        new PdfWriter(fonts.Value).Write(receipt, content);
        return new Document(content.ToArray(), "application/pdf", $"报送回执-{submission.Digest[..8]}.pdf");
    }

    /// <summary>推荐函.</summary>
    /// <param name="kind">docx or pdf.</param>
    /// <returns>Null when there is no such kind.</returns>
    public Outcome<Document>? Letter(string kind, PrintedLetter letter)
    {
        using var content = new MemoryStream();
        switch (kind)
        {
            case "docx":
                WordWriter.Write(letter, content);
                return new Document(content.ToArray(), WordType, FileName(letter.Title, letter.Organisation, kind));
            case "pdf" when fonts.Refused:
                return fonts.Refusal[0];
            case "pdf":
                new PdfWriter(fonts.Value!).Write(letter, content);
                return new Document(content.ToArray(), "application/pdf", FileName(letter.Title, letter.Organisation, kind));
            default:
                return null;
        }
    }

    Outcome<Document>? Printed(string kind, PrintedForm printed, string what)
    {
        using var content = new MemoryStream();
        switch (kind)
        {
            case "docx":
                WordWriter.Write(printed, content);
                return new Document(content.ToArray(), WordType, FileName(printed.Title, what, kind));
            case "pdf" when fonts.Refused:
                return fonts.Refusal[0];
            case "pdf":
                new PdfWriter(fonts.Value!).Write(printed, content);
                return new Document(content.ToArray(), "application/pdf", FileName(printed.Title, what, kind));
            default:
                return null;
        }
    }

    /// <summary>As <c>jiqun fill</c> takes it.</summary>
    static JsonObject Json(Form form, FormAnswers answers)
    {
        JsonObject values = [];
        foreach (var field in form.Fields)
            if (answers[field.Id] is { } value)
                values[field.Id] = value is NumberValue { Number: var number } ? number : value.Written;
        return new JsonObject { ["form"] = form.Id, ["answers"] = values };
    }

    /// <summary>Title and sort, without what file names may not hold.</summary>
    static string FileName(string called, string what, string ending)
    {
        var title = string.Concat(called.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate) && !"\\/:*?\"<>|".Contains(c)).Take(60));
        return $"{title}-{what}.{ending}";
    }
}
