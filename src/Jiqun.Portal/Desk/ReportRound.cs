using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Documents.Pdf;
using Jiqun.Documents.Word;
using Jiqun.Portal.Jobs;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Desk;

/// <summary>Writes a report on a round as a whole, as Word or PDF; both say the same. Personal values are in neither.</summary>
/// <param name="fonts">A refusal where the machine has no fonts for PDF.</param>
sealed class ReportRound(JiqunDb db, ReadWholeRound read, ReadDesk desks, ReadQuestions questions, ApprovalLibrary approvals, Outcome<InstalledFonts> fonts) : JobWork
{
    public static readonly JobKind[] Reports = [JobKind.ExportReportWord, JobKind.ExportReportPdf];

    public override IReadOnlyList<JobKind> Kinds => Reports;

    public override async Task<JobWriter> Prepare(Job job, JobProgress progress)
    {
        var stop = progress.Stop;
        if (job.Kind is JobKind.ExportReportPdf && fonts.Refused)
            throw new JobFailedException(fonts.Refusal[0].Message);
        var whole = await read.Of(await db.Rounds.AsNoTracking().SingleAsync(r => r.Id == job.RoundId, stop), stop);
        if (whole.Submitted.Count == 0)
            throw new JobFailedException(Words.Of("export-none"));
        var by = await (from a in db.Users join o in db.Organisations on a.OrganisationId equals o.Id where a.Id == job.AccountId select o).AsNoTracking().SingleAsync(stop);
        var points = await (from p in db.ReturnPoints join e in db.Entries on p.EntryId equals e.Id where e.RoundId == job.RoundId select new { p.EntryId, p.Field, IsAnswered = p.AnsweredAt != null }).ToListAsync(stop);
        var reported = new ReportedRound(
            whole,
            await desks.Of(whole, db.Organisations.Where(o => o.Path.StartsWith(by.Path)), int.MaxValue, stop),
            await questions.Of(whole, db.Rounds, stop),
            approvals.Of(whole.Round.FormId),
            points.ToLookup(p => (p.EntryId, p.Field), p => p.IsAnswered),
            by.Name);
        var name = $"{PlainName.InFile(whole.Round.Name)}-{Words.Of("report-file")}-{Beijing.Local(job.CreatedAt).ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        return (to, _) =>
        {
            var report = RoundReport.Of(reported);
            progress.Total = report.Steps;
            if (job.Kind is JobKind.ExportReportWord)
            {
                WordWriter.Write(report, to, progress.Step);
                return new JobResult($"{name}.docx", whole.Submitted.Count);
            }
            var spelt = new PdfWriter(fonts.Value!).Write(report, to, progress.Step);
            return new JobResult($"{name}.pdf", whole.Submitted.Count, spelt.Count == 0 ? "" : Words.Of("report-spelt", string.Concat(spelt)));
        };
    }
}
