using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Accounts;
using Microsoft.AspNetCore.Http;

namespace Jiqun.Portal.Desk;

/// <summary>A page of a round's list.</summary>
/// <param name="States">Of the form's way.</param>
/// <param name="Mistakes">What of the address made no sense, and was left out.</param>
/// <param name="Found">Entries that match, on all pages.</param>
/// <param name="All">Entries of the round.</param>
public sealed record ListView(
    WholeRound Round, IReadOnlyList<RoundColumn> Columns, IReadOnlyList<ApprovalState> States, RoundQuery Query, IReadOnlyList<Finding> Mistakes, IReadOnlyList<SavedView> Views, IReadOnlyList<RoundRow> Rows,
    int Found, int All, int Page, int Pages);

/// <summary>Reads the list of a round, for the ministry.</summary>
sealed class ReadList(ReadWholeRound read, ApprovalLibrary approvals, SavedViews views)
{
    public const int PageLength = 50;

    /// <summary>Null when there is no such round, or it is not for this person.</summary>
    public async Task<ListView?> Run(Guid id, IQueryCollection query, int page, Actor actor, CancellationToken stop)
    {
        if (await read.Run(id, actor, stop) is not { } round)
            return null;
        var way = approvals.Of(round.Round.FormId);
        var columns = RoundColumn.Of(round, way);
        List<Finding> mistakes = [];
        var wanted = RoundQuery.Of(query, columns, mistakes);
        var found = wanted.Run(round, columns);
        var pages = Math.Max(1, (found.Count + PageLength - 1) / PageLength);
        page = Math.Clamp(page, 1, pages);
        return new ListView(
            round, columns, way.States, wanted, mistakes, await views.Of(round.Round.FormId, actor), [.. found.Skip((page - 1) * PageLength).Take(PageLength)], found.Count, round.Rows.Count, page, pages);
    }
}
