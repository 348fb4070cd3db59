using System.Text.Json;
using Jiqun.Core;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Approvals;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Notices;
using Jiqun.Portal.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jiqun.Portal.Entries;

static class EntryEndpoints
{
    /// <summary>Places in one request: every field of a large form, with explanations.</summary>
    const int MostWishes = 1000;

    public static void AddEntries(this IServiceCollection services)
    {
        services.AddSingleton<Drafts>();
        services.AddScoped<OpenEntry>().AddScoped<BeginEntry>().AddScoped<SaveAnswers>().AddScoped<SubmitEntry>().AddScoped<ReadHistory>().AddScoped<ReadSubmission>().AddScoped<Compare>().AddSingleton<EntryDocuments>();
    }

    public static void MapEntries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", Home);
        routes.MapPost("/entries", Begin).DisableAntiforgery();
        routes.MapGet("/entries/{id:guid}", Show);
        routes.MapPost("/entries/{id:guid}", SaveForm).DisableAntiforgery();
        routes.MapPost("/entries/{id:guid}/answers", Save).DisableRateLimiting();        // whoever types must never be stopped
        routes.MapGet("/entries/{id:guid}/changes", Changes).WithMetadata(new AccountEndpoints.NoActivity());
        routes.MapGet("/entries/{id:guid}/history", History);
        routes.MapPost("/entries/{id:guid}/history", TakeBack).DisableAntiforgery();
        routes.MapGet("/entries/{id:guid}/submit", SubmitPage);
        routes.MapPost("/entries/{id:guid}/submit", Submit).DisableAntiforgery();
        routes.MapGet("/compare", ComparePage);
        routes.MapGet("/entries/{id:guid}/draft.{kind}", DownloadDraft);
        routes.MapGet("/submissions/{id:guid}/form.{kind}", DownloadSubmission);
        routes.MapGet("/submissions/{id:guid}/receipt.pdf", DownloadReceipt);
        routes.MapGet("/reference/industries", (string? q) => Industries(q));
        routes.MapGet("/reference/divisions", (string? q) => FindDivisions(q));
    }

    const int MostChoices = 20;

    internal static JsonHttpResult<IReadOnlyList<Choice>> Industries(string? q) =>
        Choices(IndustryClasses.Search(q ?? "", MostChoices).Select(c => new Choice(c.Code, c.Name, Parents(IndustryClasses.Path(c.Code).Select(p => p.Name)))));

    internal static JsonHttpResult<IReadOnlyList<Choice>> FindDivisions(string? q) =>
        Choices(Divisions.Search(q ?? "", MostChoices).Select(d => new Choice(d.Code, d.Name, Parents(Divisions.Path(d.Code).Select(p => p.Name)))));

    static JsonHttpResult<IReadOnlyList<Choice>> Choices(IEnumerable<Choice> choices) => TypedResults.Json<IReadOnlyList<Choice>>([.. choices], EntryJson.Plain.IReadOnlyListChoice);

    static string Parents(IEnumerable<string> path) => string.Join(' ', path.SkipLast(1));

    static async Task<RazorComponentResult> Home(int? page, Actor actor, JiqunDb db, ReadCourse courses, TimeProvider clock) => new RazorComponentResult<HomePage>(new { Actor = actor, Home = await HomeView.Of(db, courses, actor, clock.Now(), page ?? 1) });

    static async Task<IResult> Begin(IFormCollection form, BeginEntry begin, Actor actor, HttpContext http)
    {
        var outcome = await begin.Run(Guid.TryParse(form["round"], out var round) ? round : Guid.Empty, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : Results.LocalRedirect($"/entries/{outcome.Value.Id}");
    }

    static async Task<IResult> Show(Guid id, string? saved, OpenEntry open, SeeEntry see, Drafts drafts, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Run(id, actor) is not { } entry)
            return Refusals.Refused([Refusals.Missing()], http);
        if ((entry.State is EntryState.Submitted || entry.OrganisationId != actor.OrganisationId)
            && await db.Submissions.AsNoTracking().Where(s => s.EntryId == id).OrderByDescending(s => s.Number).Select(s => (Guid?)s.Id).FirstOrDefaultAsync() is { } submission)
            return Results.LocalRedirect($"/submissions/{submission}");
        var view = EntryView.Of(open.FormOf(entry), entry, await drafts.Of(id, entry.Revision), clock.Today());
        if (view.HasPersonal)
            await db.NoteAlone(AuditAction.PersonalRead, actor.AccountId, id, clock.Now(), "form");
        return await Page(view, db, actor, clock, FormInput.None, saved is not null, await see.Draft(id, actor));
    }

    static async Task<RazorComponentResult<EntryPage>> Page(EntryView view, JiqunDb db, Actor actor, TimeProvider clock, FormInput input, bool saved = false, ColleagueEdits? edits = null) =>
        new(new { Actor = actor, View = view, Points = view.Entry.Submissions == 0 ? [] : await AnswerPoints.Of(db, view.Entry), Fixed = view.Entry.WhyFixed(actor, clock.Now()), Input = input, At = Beijing.Shown(clock.Now()), IsSaved = saved, Edits = edits });

    /// <summary>The whole form, as a browser sends it that runs no scripts.</summary>
    static async Task<IResult> SaveForm(Guid id, IFormCollection form, SaveAnswers save, OpenEntry open, Database database, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        var wishes = FormInput.Wishes(form);
        if (wishes.Count > MostWishes)
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        var outcome = await save.Run(id, wishes, actor);
        if (outcome.Refused)
            return Refusals.Refused(outcome.Refusal, http);
        var saved = outcome.Value;
        if (saved.Conflicts.Count > 0 || saved.Refused.Count > 0)
        {
            var entry = (await open.Run(id, actor))!;
            var view = EntryView.Of(open.FormOf(entry), entry, saved.Draft, clock.Today());
            return await Page(view, db, actor, clock, await FormInput.Of(database, id, wishes, saved));
        }
        return Results.LocalRedirect(form.ContainsKey("check") ? $"/entries/{id}/submit" : $"/entries/{id}?saved=1");
    }

    static async Task<IResult> Save(Guid id, SaveAnswers save, OpenEntry open, Database database, Actor actor, TimeProvider clock, HttpContext http)
    {
        SaveRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(http.Request.Body, EntryJson.Default.SaveRequest, http.RequestAborted);
        }
        catch (JsonException)
        {
            request = null;
        }
        if (request?.Account is { } account && account != actor.AccountId)        // somebody else signed in in another window
            return Refusals.Refused([Finding.Error("signed-out", null, Words.Of("signed-out"))], http);
        var outcome = await SavePlaces(id, request?.Changes, save, open, database, actor, clock);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http) : TypedResults.Json(outcome.Value, EntryJson.Plain.DraftState);
    }

    /// <param name="changes">Null when they could not be read.</param>
    internal static async Task<Outcome<DraftState>> SavePlaces(Guid id, IReadOnlyList<SaveRequest.Item>? changes, SaveAnswers save, OpenEntry open, Database database, Actor actor, TimeProvider clock)
    {
        if (changes is not { Count: <= MostWishes } || changes.Any(c => c is not { Field: not null, Text: not null }))
            return Finding.Error("request", null, Words.Of("request-unreadable"));
        var wishes = changes.Select(c => new Wish(new Place(c.Field!, c.Code ?? ""), c.Text!, c.Version)).DistinctBy(w => w.Place).ToList();
        var outcome = await save.Run(id, wishes, actor, isWhole: false);
        if (outcome.Refused)
            return outcome.Refusal.ToList();
        var saved = outcome.Value;
        var form = open.FormOf(saved.Entry);
        var places = wishes.Select(w => w.Place).Concat(wishes.SelectMany(w => SaveAnswers.Echoes(form, w.Place)))
            .Where(p => saved.Conflicts.All(c => c.Place != p) && saved.Refused.All(r => r.Place != p))
            .Select(p => (p, saved.Draft[p]));
        var conflicts = await FormInput.Described(database, id, saved.Conflicts);
        var view = EntryView.Of(form, saved.Entry, saved.Draft, clock.Today());
        return State(view, saved.At, isFixed: false, [.. places.Select(p => new DraftState.PlaceState(p.p.Field, p.p.Code, p.Item2.Text, p.Item2.Version, null))], conflicts, saved.Refused);
    }

    // the page asks every few seconds
    internal static async Task<IResult> Changes(Guid id, int after, OpenEntry open, Drafts drafts, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Own(id, actor) is not { } entry)
            return Refusals.Refused([Refusals.Missing()], http);
        var now = clock.Now();
        var isFixed = entry.WhyFixed(actor, now) is not null;
        if (entry.Revision <= after)
            return TypedResults.Json(new DraftState(entry.Revision, Beijing.Shown(now), isFixed, [], [], [], null, null, null), EntryJson.Plain.DraftState);
        var draft = await drafts.Of(id, entry.Revision);
        var changed = await (from c in db.Changes
                             where c.EntryId == id && c.Number > after
                             join a in db.Users on c.AccountId equals a.Id
                             select new { c.Field, c.Code, c.AccountId, a.FullName, c.Number }).ToListAsync(http.RequestAborted);
        var places = changed.GroupBy(c => new Place(c.Field, c.Code)).Select(g =>
        {
            var last = g.MaxBy(c => c.Number)!;
            return new DraftState.PlaceState(g.Key.Field, g.Key.Code, draft[g.Key].Text, draft[g.Key].Version, last.AccountId == actor.AccountId ? null : last.FullName);
        });
        return TypedResults.Json(State(EntryView.Of(open.FormOf(entry), entry, draft, clock.Today()), now, isFixed, [.. places], [], []), EntryJson.Plain.DraftState);
    }

    internal static DraftState State(EntryView view, DateTime at, bool isFixed, List<DraftState.PlaceState> places, IReadOnlyList<DraftState.ConflictState> conflicts, IReadOnlyList<NotKept> refused) => new(
        view.Draft.Revision,
        Beijing.Shown(at),
        isFixed,
        places,
        conflicts,
        [.. refused.Select(r => new DraftState.RefusedState(r.Place.Field, r.Place.Code, Found(r.Why, view.Draft)))],
        [.. view.Filled.Findings.Select(f => Found(f, view.Draft))],
        view.Filled.Codes.ToDictionary(c => c.Key, c => Codes.Shown(view.Form[c.Key].Kind, c.Value)),
        [.. view.Sections.Select(s => new DraftState.SectionCount(s.Id, s.Answered, s.Asked, s.Errors))]);

    static DraftState.FindingState Found(Finding finding, Draft draft)
    {
        var explanation = draft[new Place(finding.Field ?? "", finding.Code)];
        return new(finding.Field, finding.Code, finding.Severity, finding.Message, explanation.Text, explanation.Version);
    }

    static async Task<IResult> History(Guid id, string? field, int? page, ReadHistory history, OpenEntry open, SeeEntry see, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Own(id, actor) is not { } entry)
            return Refusals.Refused([Refusals.Missing()], http);
        var form = open.FormOf(entry);
        var of = field is null ? null : form.Find(field);
        if (of is null)
            await see.Draft(id, actor);
        return new RazorComponentResult<HistoryPage>(new
        {
            Actor = actor,
            Entry = entry,
            Form = form,
            Field = of,
            History = await history.Run(entry, of?.Id, page ?? 1),
            CanTakeBack = entry.WhyFixed(actor, clock.Now()) is null,
        });
    }

    static async Task<IResult> TakeBack(Guid id, IFormCollection form, ReadHistory history, SaveAnswers save, Actor actor, HttpContext http)
    {
        var outcome = await history.TakeBack(id, int.TryParse(form["number"], out var number) ? number : 0, save, actor);
        return outcome.Refused ? Refusals.Refused(outcome.Refusal, http)
            : outcome.Value.Refused.Count > 0 ? Refusals.Refused([.. outcome.Value.Refused.Select(r => r.Why)], http)
            : outcome.Value.Conflicts.Count > 0 ? Refusals.Refused([Finding.Error("stale", null, Words.Of("entry-busy"))], http)
            : Results.LocalRedirect($"/entries/{id}/history?field={Uri.EscapeDataString(form["field"].ToString())}");
    }

    static async Task<IResult> ComparePage(Guid? from, Guid? to, Compare compare, Actor actor, HttpContext http) =>
        to is { } newer && await compare.Run(from, newer, actor) is { } compared
            ? new RazorComponentResult<ComparePage>(new { Actor = actor, Compared = compared })
            : Refusals.Refused([Refusals.Missing()], http);

    static async Task<IResult> SubmitPage(Guid id, OpenEntry open, Drafts drafts, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http) =>
        await open.Own(id, actor) is { } entry
            ? Page(entry, await drafts.Of(id, entry.Revision), open, actor, clock, FormInput.None, [])
            : Refusals.Refused([Refusals.Missing()], http);

    static RazorComponentResult<SubmitPage> Page(EntryHead entry, Draft draft, OpenEntry open, Actor actor, TimeProvider clock, FormInput input, IReadOnlyList<Finding> refusal)
    {
        var form = open.FormOf(entry);
        return new(new
        {
            Actor = actor,
            Entry = entry,
            Form = form,
            Draft = draft,
            Found = draft.Checked(form, Core.Checks.Stage.Submission, clock.Today()).Findings,
            Fixed = entry.WhyFixed(actor, clock.Now()),
            Refusal = refusal,
            Typed = input.Typed,
            Request = Guid.NewGuid(),
        })
        { StatusCode = refusal.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }

    /// <summary>Saves what was sent, usually explanations, and submits, unless only saving was asked for.</summary>
    static async Task<IResult> Submit(Guid id, IFormCollection form, SaveAnswers save, SubmitEntry submit, OpenEntry open, Drafts drafts, Database database, Actor actor, TimeProvider clock, HttpContext http)
    {
        var wishes = FormInput.Wishes(form);
        if (!Guid.TryParse(form["request"], out var request) || wishes.Count > MostWishes)
            return Refusals.Refused([Finding.Error("request", null, Words.Of("request-unreadable"))], http);
        IReadOnlyList<Finding> refusal = [];
        if (!form.ContainsKey("save"))
        {
            var outcome = await submit.Run(id, request, form.ContainsKey("keepUnexplained"), actor, wishes);
            if (!outcome.Refused)
                return Results.LocalRedirect($"/submissions/{outcome.Value.Id}");
            refusal = outcome.Refusal;
        }
        // whatever was typed is saved nevertheless
        var input = FormInput.None;
        if (wishes.Count > 0 && await open.Run(id, actor) is { State: EntryState.Draft })
        {
            var saved = await save.Run(id, wishes, actor);
            if (saved.Refused)
                return Refusals.Refused(saved.Refusal, http);
            input = await FormInput.Of(database, id, wishes, saved.Value);
            if (saved.Value.Refused.Count + input.Conflicts.Count > 0)
                refusal = [.. saved.Value.Refused.Select(r => r.Why), .. input.Conflicts.Select(c => Finding.Error("stale", c.Field, $"{c.Said} {Words.Of("conflict-now")} {c.Text}"))];
        }
        if (refusal.Count == 0)
            return Results.LocalRedirect($"/entries/{id}/submit");
        return await open.Run(id, actor) is { State: EntryState.Draft } entry
            ? Page(entry, await drafts.Of(id, entry.Revision), open, actor, clock, input, refusal.Any(r => r.Field is null) ? refusal : [.. refusal.Where(r => r.Code is "stale" or "too-large")])
            : Refusals.Refused(refusal, http);
    }

    internal static async Task<IResult> DownloadDraft(Guid id, string kind, OpenEntry open, Drafts drafts, EntryDocuments documents, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await open.Own(id, actor) is not { State: EntryState.Draft } entry)
            return Refusals.Refused([Refusals.Missing()], http);
        var form = open.FormOf(entry);
        var draft = await drafts.Of(id, entry.Revision);
        if (documents.Draft(kind, form, draft.Checked(form, Core.Checks.Stage.Draft, clock.Today())) is not { } document)
            return Refusals.Refused([Refusals.Missing()], http);
        await db.NoteAlone(AuditAction.Downloaded, actor.AccountId, id, clock.Now(), kind);
        return Send(document, http);
    }

    internal static async Task<IResult> DownloadSubmission(Guid id, string kind, ReadSubmission read, EntryDocuments documents, JiqunDb db, Actor actor, TimeProvider clock, HttpContext http)
    {
        if (await read.Run(id, actor) is not { } found || documents.Submission(kind, found) is not { } document)
            return Refusals.Refused([Refusals.Missing()], http);
        await db.NoteAlone(AuditAction.Downloaded, actor.AccountId, id, clock.Now(), kind);
        return Send(document, http);
    }

    internal static async Task<IResult> DownloadReceipt(Guid id, ReadSubmission read, EntryDocuments documents, Actor actor, HttpContext http) =>
        await read.Run(id, actor) is { } found
            ? Send(documents.Receipt(found, found.AddressOn(http.Request)), http)
            : Refusals.Refused([Refusals.Missing()], http);

    internal static IResult Send(Outcome<Document> document, HttpContext http)
    {
        if (document.Refused)
            return Refusals.Refused(document.Refusal, http);
        return Results.File(document.Value.Content, document.Value.Type, document.Value.Name);
    }
}
