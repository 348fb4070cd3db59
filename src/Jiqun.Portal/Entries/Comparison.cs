using System.Globalization;
using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Entries;

/// <summary>A submission, or a draft as it stands, to be compared.</summary>
/// <param name="Id">Of the submission, or of the draft's entry.</param>
public sealed record Version(Guid Id, string Label);

/// <summary>A field that one or both have. Personal values are masked.</summary>
/// <param name="IsSame">Of the values themselves: masked ones can look alike.</param>
public sealed record ComparedField(Field Field, string From, string To, bool IsSame)
{
    public static ComparedField Of(Field field, string from, string to) => new(field, Masking.Of(field, from), Masking.Of(field, to), from == to);
}

/// <summary>Two versions of what one organisation reported, side by side.</summary>
/// <param name="Entry">Of the later one.</param>
/// <param name="From">Null when there is nothing else to compare with.</param>
public sealed record Comparison(EntryHead Entry, Version? From, Version To, IReadOnlyList<Version> Choices, Form Form, IReadOnlyList<ComparedField> Fields);

/// <summary>Compares two submissions of an organisation, or a draft with a submission.</summary>
sealed class Compare(JiqunDb db, OpenEntry open, ReadSubmission submissions, Drafts drafts)
{
    /// <summary>Versions that are offered: the newest.</summary>
    const int MostChoices = 100;

    /// <param name="from">Null for the newest other than <paramref name="to"/>.</param>
    /// <returns>Null when there is no such version, or it is not for this person.</returns>
    public async Task<Comparison?> Run(Guid? from, Guid to, Actor actor)
    {
        if (await Answers(to, actor) is not { } newer)
            return null;
        var choices = await Choices(newer.Entry.OrganisationId, actor);
        if (choices.Find(c => c.Id == to) is not { } toVersion)
            return null;
        var fromVersion = from is null ? choices.Find(c => c.Id != to) : choices.Find(c => c.Id == from);
        if (fromVersion is null)
            return from is null ? new Comparison(newer.Entry, null, toVersion, choices, newer.Form, []) : null;
        if (await Answers(fromVersion.Id, actor) is not { } older)
            return null;
        return new Comparison(newer.Entry, fromVersion, toVersion, choices, newer.Form,
            [.. from field in newer.Form.EntrantFields
                where field.Repeats is null
                let compared = ComparedField.Of(field, older.Written(field.Id), newer.Written(field.Id))
                where compared.From.Length + compared.To.Length > 0
                select compared]);
    }

    async Task<(EntryHead Entry, Form Form, Func<string, string> Written)?> Answers(Guid id, Actor actor)
    {
        if (await submissions.Run(id, actor) is { } submitted)
            return (submitted.Entry, submitted.Form, field => submitted.Answers[field]?.Written ?? "");
        if (await open.Own(id, actor) is not { } entry)
            return null;
        var draft = await drafts.Of(id, entry.Revision);
        return (entry, open.FormOf(entry), draft.Text);
    }

    async Task<List<Version>> Choices(Guid organisation, Actor actor)
    {
        var submitted = await (from s in db.SubmissionsOf(actor)
                               join e in db.Entries on s.EntryId equals e.Id
                               where e.OrganisationId == organisation
                               join r in db.Rounds on e.RoundId equals r.Id
                               orderby s.At descending
                               select new { s.Id, Round = r.Name, s.Number, s.At }).Take(MostChoices).ToListAsync();
        var written = await (from e in db.EntriesOf(actor)
                             where e.OrganisationId == organisation && actor.OrganisationId == organisation && e.State == EntryState.Draft
                             join r in db.Rounds on e.RoundId equals r.Id
                             orderby e.CreatedAt descending
                             select new { e.Id, Round = r.Name }).Take(MostChoices).ToListAsync();
        return
        [
            .. submitted.Select(s => new Version(s.Id, string.Create(CultureInfo.InvariantCulture, $"{s.Round} · {Words.Of("receipt-number")} {s.Number} · {Beijing.Shown(s.At)}"))),
            .. written.Select(e => new Version(e.Id, $"{e.Round} · {Words.Of("draft")}")),
        ];
    }
}
