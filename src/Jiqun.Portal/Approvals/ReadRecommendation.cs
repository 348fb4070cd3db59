using Jiqun.Core.Sheets;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Approvals;

/// <summary>A recommendation that was made.</summary>
/// <param name="Rows">In its order.</param>
public sealed record MadeRecommendation(Recommendation Recommendation, string Round, string Organisation, string By, IReadOnlyList<MadeRecommendation.Row> Rows)
{
    /// <param name="State">Where the entry stands by now.</param>
    public sealed record Row(int Rank, Guid Submission, string Subject, string Organisation, string Digest, string Comment, string State);

    /// <summary>推荐函.</summary>
    public PrintedLetter Letter
    {
        get
        {
            var day = Beijing.DayOf(Recommendation.At);
            return new PrintedLetter(
                $"关于推荐参加{Round}的函",
                "工业和信息化部：",
                [$"根据{Round}的要求，经审核，现推荐以下 {Rows.Count} 个集群参加，按推荐顺序排列如下。"],
                [.. Rows.Select(r => new PrintedRecommendation(r.Subject, r.Organisation, PrintedMark.ShortOf(r.Digest), r.Comment))],
                ["特此函告。"],
                Organisation,
                $"{day.Year}年{day.Month}月{day.Day}日");
        }
    }
}

/// <summary>Finds a recommendation for a person.</summary>
sealed class ReadRecommendation(JiqunDb db, ReadSubmission submissions, ReadCourse courses)
{
    /// <summary>Null when there is none, or it is not for this person.</summary>
    public async Task<MadeRecommendation?> Run(Guid id, Actor actor)
    {
        if (await db.RecommendationsOf(actor).AsNoTracking().SingleOrDefaultAsync(r => r.Id == id) is not { } recommendation)
            return null;
        var names = await (from o in db.Organisations
                           where o.Id == recommendation.OrganisationId
                           from r in db.Rounds
                           where r.Id == recommendation.RoundId
                           from a in db.Users
                           where a.Id == recommendation.AccountId
                           select new { Organisation = o.Name, Round = r.Name, r.FormId, By = a.FullName }).SingleAsync();
        var lines = await (from l in db.RecommendedEntries
                           where l.RecommendationId == id
                           join s in db.EntrySteps on l.StepId equals s.Id
                           join e in db.Entries on s.EntryId equals e.Id
                           orderby l.Rank
                           select new { l.Rank, l.Comment, s.SubmissionId, e.Status }).AsNoTracking().ToListAsync();
        List<MadeRecommendation.Row> rows = [];
        foreach (var line in lines)
            if (await submissions.Run(line.SubmissionId, actor) is { } submitted)
                rows.Add(new(line.Rank, line.SubmissionId, submitted.Subject, submitted.Entry.OrganisationName, submitted.Submission.Digest, line.Comment, courses.ApprovalOf(names.FormId)[line.Status].Name.ToString()));
        return new MadeRecommendation(recommendation, names.Round, names.Organisation, names.By, rows);
    }
}
