using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Excel;
using Jiqun.Documents.Json;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>An entry of an export.</summary>
/// <param name="Name">Of the organisation, no other entry's of the export.</param>
/// <param name="Submitted">Its last submission.</param>
sealed record ExportedEntry(EnteredRow Row, string Name, SubmittedForm Submitted);

/// <summary>
/// Writes the last submissions of a round as Excel, CSV, JSON, or documents. Personal values are in none of them; nothing else is left out without a word. Whatever
/// is written is read and goes out entry by entry.
/// </summary>
sealed class ExportRound(JiqunDb db, FormLibrary forms, ReadWholeRound read, KnownSubmissions known, EntryDocuments documents) : JobWork
{
    public static readonly JobKind[] Exports = [JobKind.ExportExcel, JobKind.ExportCsv, JobKind.ExportJson, JobKind.ExportDocuments];

    static readonly string[] Endings = ["pdf", "docx"];

    public override IReadOnlyList<JobKind> Kinds => Exports;

    public override async Task<JobWriter> Prepare(Job job, JobProgress progress)
    {
        var wanted = ExportParameters.Read(job.Parameters).Entries?.ToHashSet();
        var round = await db.Rounds.AsNoTracking().SingleAsync(r => r.Id == job.RoundId, progress.Stop);
        var form = forms.Find(round.FormId)!;
        var rows = (await read.Entries(round.Id, progress.Stop)).FindAll(r => r.Submissions > 0 && wanted?.Contains(r.Id) is not false);
        if (rows.Count == 0 || wanted is not null && rows.Count < wanted.Count)
            throw new JobFailedException(Words.Of("export-gone"));
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        var names = rows.ConvertAll(r => Unique(r.IsSample ? $"{r.Name}（样例）" : r.Name, taken));
        var name = $"{PlainName.InFile(round.Name)}-{Beijing.Local(job.CreatedAt).ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        return (to, _) =>
        {
            progress.Total = rows.Count;
            var entries = known.Each(db, round.Id, form, rows.Select(r => (r.Id, r.Submissions))).Select((submitted, i) => new ExportedEntry(rows[i], names[i], submitted));
            switch (job.Kind)
            {
                case JobKind.ExportExcel:
                    WriteWorkbook(to, form, entries, progress);
                    return new JobResult($"{name}.xlsx", rows.Count);
                case JobKind.ExportCsv:
                    WriteTable(to, form, entries, progress);
                    return new JobResult($"{name}.csv", rows.Count);
                case JobKind.ExportJson:
                    WriteJson(to, form, entries, progress);
                    return new JobResult($"{name}.json", rows.Count);
                case JobKind.ExportDocuments:
                    var missing = WriteDocuments(to, form, entries, progress);
                    return new JobResult($"{name}.zip", rows.Count - missing.Count, missing.Count == 0 ? "" : Words.Of("export-undrawn", missing.Count, string.Join("；", missing)));
                default:
                    throw new ArgumentException($"No such export: {job.Kind}.");
            }
        };
    }

    static void WriteWorkbook(Stream to, Form form, IEnumerable<ExportedEntry> entries, JobProgress progress)
    {
        using var workbook = new CollectWorkbook(to, form, f => f.Name.WithUnit(f.Unit));
        foreach (var entry in entries)
        {
            workbook.Add(entry.Name, Filled(form, entry));
            progress.Step();
        }
        workbook.Complete();
    }

    static void WriteJson(Stream to, Form form, IEnumerable<ExportedEntry> entries, JobProgress progress)
    {
        using var json = new FormsJson(to, form);
        foreach (var entry in entries)
        {
            json.Add(entry.Name, Filled(form, entry));
            progress.Step();
        }
        json.Complete(to);
    }

    /// <summary>A row an entry below two of headings: names, and ids for programs. A field that takes personal values has no column.</summary>
    static void WriteTable(Stream to, Form form, IEnumerable<ExportedEntry> entries, JobProgress progress)
    {
        using var table = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 1 << 16, leaveOpen: true);
        List<Field> fields = [.. form.EntrantFields.Where(f => !f.Personal)];
        table.Write(Csv.Line([Words.Of("organisation"), Words.Of("export-division"), Words.Of("export-entry-id"), Words.Of("submitted-at"), .. fields.Select(f => f.Name.WithUnit(f.Unit))]));
        table.Write(Csv.Line(["organisation", "division", "entry", "submittedAt", .. fields.Select(f => f.Id)]));
        foreach (var entry in entries)
        {
            table.Write(Csv.Line([entry.Name, entry.Row.Division, $"{entry.Row.Id}", Beijing.Shown(entry.Submitted.At), .. fields.Select(f => entry.Submitted.Answers[f.Id]?.Written ?? "")]));
            progress.Step();
        }
    }

    /// <summary>Each entry as PDF and Word, and <c>index.csv</c>, which names every one of them with the digests of its files.</summary>
    /// <returns>The entries that could not be drawn, each with the reason.</returns>
    List<string> WriteDocuments(Stream to, Form form, IEnumerable<ExportedEntry> entries, JobProgress progress)
    {
        List<string> missing = [];
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { "index" };
        var index = new StringBuilder("\uFEFF").Append(Csv.Line(Words.Of("organisation"), Words.Of("export-entry-id"), Words.Of("export-submission"), "PDF", "SHA-256", "Word", "SHA-256", Words.Of("export-missing")));
        using var archive = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        var last = DateTime.MinValue;
        foreach (var entry in entries)
        {
            last = entry.Submitted.At > last ? entry.Submitted.At : last;
            var name = Unique(PlainName.InFile(entry.Name), names);
            List<string> reasons = [];
            var files = Endings.SelectMany(kind =>
            {
                var drawn = Drawn(kind, form, entry);
                if (drawn.Refused)
                {
                    reasons.Add($"{kind}：{drawn.Refusal[0].Message}");
                    return ["", ""];
                }
                Put(archive, $"{name}.{kind}", drawn.Value.Content, entry.Submitted.At);
                return new[] { $"{name}.{kind}", Convert.ToHexStringLower(SHA256.HashData(drawn.Value.Content)) };
            }).ToList();
            index.Append(Csv.Line([entry.Name, $"{entry.Row.Id}", $"{entry.Submitted.Number}", .. files, string.Join(' ', reasons)]));
            if (reasons.Count > 0)
                missing.Add($"{entry.Name}（{string.Join(' ', reasons)}）");
            if (to.Length > Job.LargestFile)
                throw new JobFailedException(Words.Of("job-large", Job.LargestFile >> 20));
            progress.Step();
        }
        Put(archive, "index.csv", Encoding.UTF8.GetBytes(index.ToString()), last);
        return missing;
    }

    /// <summary>One that cannot be drawn keeps nobody from having the others.</summary>
    Outcome<Document> Drawn(string kind, Form form, ExportedEntry entry)
    {
        try
        {
            return documents.Submission(kind, form, entry.Submitted.Answers, entry.Row.IsSample, entry.Submitted.Number, entry.Submitted.Digest)!;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return Finding.Error("export-undrawn", null, failure.Message);
        }
    }

    /// <param name="at">In UTC; a zip keeps the time of a clock.</param>
    static void Put(ZipArchive archive, string name, byte[] content, DateTime at)
    {
        var file = archive.CreateEntry(name, name.EndsWith(".csv", StringComparison.Ordinal) ? CompressionLevel.Optimal : CompressionLevel.NoCompression);       // the others are compressed in themselves
        file.LastWriteTime = new DateTimeOffset(Beijing.Local(at), TimeSpan.FromHours(8));
        using var part = file.Open();
        part.Write(content);
    }

    static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++)
            unique = $"{name} ({number})";
        return unique;
    }

    /// <summary>A submission with its findings, each with what was explained.</summary>
    static FilledForm Filled(Form form, ExportedEntry entry) => new(entry.Submitted.Answers, entry.Submitted.Codes, [..
        from found in FoundAgain.Of(form, entry.Submitted.Answers, entry.Submitted.Findings, entry.Submitted.At)
        from message in found.Messages
        select Finding.Warning(found.Frozen.Code, found.Frozen.Field, found.Frozen.Explanation.Length == 0 ? message : Words.Of("export-explained", message, found.Frozen.Explanation))]);
}
