using Jiqun.Core.Definitions;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>Makes the table of figures anew from the submissions: after <c>figures.yaml</c> has changed, or when somebody doubts it.</summary>
public sealed class RebuildFigures(Database database, FormLibrary forms)
{
    /// <summary>Submissions read at once.</summary>
    const int Together = 200;

    /// <summary>One transaction: whoever reads meanwhile sees the old ones. Submissions that come meanwhile bring their own.</summary>
    /// <param name="progress">Called with the submissions that are done; null for nobody.</param>
    public async Task<(int Submissions, long Figures)> Run(Action<int>? progress, CancellationToken stop)
    {
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var of = await (from s in db.Submissions
                        join e in db.Entries on s.EntryId equals e.Id
                        join r in db.Rounds on e.RoundId equals r.Id
                        orderby s.Id
                        select new { s.Id, s.EntryId, e.RoundId, r.FormId }).ToListAsync(stop);
        var written = 0L;
        var done = 0;
        foreach (var some in of.Chunk(Together))
        {
            var ids = some.Select(s => s.Id).ToList();
            await db.Figures.Where(f => ids.Contains(f.SubmissionId)).ExecuteDeleteAsync(stop);
            var contents = await db.Submissions.AsNoTracking().Where(s => ids.Contains(s.Id)).Select(s => new { s.Id, s.Content }).ToDictionaryAsync(s => s.Id, s => s.Content, stop);
            foreach (var submission in some)
            {
                var form = forms.Find(submission.FormId)!;               // each round pins one that is known
                var frozen = FrozenContent.Read(form, contents[submission.Id], []);
                db.Figures.AddRange(FigureRows.Of(submission.Id, submission.EntryId, submission.RoundId, form, frozen.Answers, frozen.Codes));
            }
            written += await db.SaveChangesAsync(stop);
            db.ChangeTracker.Clear();
            progress?.Invoke(done += some.Length);
        }
        await transaction.CommitAsync(stop);
        return (of.Count, written);
    }
}
