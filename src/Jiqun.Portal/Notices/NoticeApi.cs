using Jiqun.Portal.Accounts;
using Jiqun.Portal.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Jiqun.Portal.Notices;

/// <summary>What waits and what changed, for programs.</summary>
static class NoticeApi
{
    public static void MapNoticeApi(this RouteGroupBuilder api)
    {
        var notices = api.MapGroup("/notices").WithTags("Notices");
        notices.MapGet("", Show).WithSummary("What waits for you, what colleagues changed, and what others did, fifty of these to a page");
        notices.MapPost("", Mark).Needs(Scope.Fill, "Mark as read what you had before you").Produces(StatusCodes.Status204NoContent);
    }

    static async Task<NoticeItems> Show(int? page, ReadNotices read, Actor actor)
    {
        var view = await read.Run(page ?? 1, actor);
        return new NoticeItems(
            [.. view.Waiting.Select(w => new NoticeItems.WaitingItem(w.Text, w.Address, w.Urgency))],
            [.. view.Edits.Select(e => new NoticeItems.EditsItem(e.EntryId, e.Fields, e.By, e.At, e.UpTo))],
            [.. view.Lines.Select(l => new NoticeItems.LineItem(l.Kind, l.At, l.Text, l.Address, l.IsNew))],
            view.Newest,
            view.Page,
            view.Pages);
    }

    static async Task<IResult> Mark(MarkRequest request, MarkRead mark, Actor actor)
    {
        await mark.Run(request.UpTo, (request.Edits ?? new Dictionary<Guid, int>()).Take(NoticeEndpoints.MostEdits).Select(e => (e.Key, e.Value)), actor);
        return TypedResults.NoContent();
    }
}

/// <param name="Waiting">What is most urgent first.</param>
/// <param name="Edits">Drafts that colleagues changed since you looked.</param>
/// <param name="Notices">What others did, the newest first.</param>
/// <param name="Newest">To be sent as upTo when all of it was read; 0 when there is none.</param>
public sealed record NoticeItems(
    IReadOnlyList<NoticeItems.WaitingItem> Waiting, IReadOnlyList<NoticeItems.EditsItem> Edits, IReadOnlyList<NoticeItems.LineItem> Notices, long Newest, int Page, int Pages)
{
    /// <param name="Address">The page on which it is done.</param>
    public sealed record WaitingItem(string Text, string Address, Urgency Urgency);

    /// <param name="Fields">How many fields.</param>
    /// <param name="By">Names of who changed them.</param>
    /// <param name="UpTo">Number of the last change.</param>
    public sealed record EditsItem(Guid Entry, int Fields, IReadOnlyList<string> By, DateTime At, int UpTo);

    /// <param name="Address">The page of what it is about.</param>
    public sealed record LineItem(NoticeKind Kind, DateTime At, string Text, string Address, bool IsNew);
}

/// <param name="UpTo">Newest notice that you read.</param>
/// <param name="Edits">Drafts, each with the number of the last change of it that you saw.</param>
public sealed record MarkRequest(long UpTo, IReadOnlyDictionary<Guid, int>? Edits = null);
