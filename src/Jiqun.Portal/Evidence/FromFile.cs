using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Evidence;

/// <summary>What a filled file has for a field, beside what the draft has.</summary>
/// <param name="Wish">What taking it would write.</param>
public sealed record Offer(Field Field, string Standing, Wish Wish);

/// <summary>A filled file beside a draft.</summary>
/// <param name="Offers">Fields in which the file has something else, in the order of the form.</param>
/// <param name="Same">How many fields agree.</param>
public sealed record FileOffers(EntryHead Entry, Form Form, Draft Draft, EvidenceFile File, FilledForm Filled, IReadOnlyList<Offer> Offers, int Same);

/// <summary>从文件填报: takes answers out of a filled form that was uploaded. The file stays as evidence of where they came from.</summary>
sealed class FromFile(JiqunDb db, OpenEntry open, Drafts drafts, SaveAnswers save, FilledFiles files, TimeProvider clock)
{
    /// <summary>A refusal when there is no such file, or it is not this form.</summary>
    public async Task<Outcome<FileOffers>> Look(Guid id, Actor actor, CancellationToken cancel)
    {
        if (await db.EvidenceOf(actor).AsNoTracking().SingleOrDefaultAsync(e => e.Id == id && e.IsOrigin, cancel) is not { } file || await open.Own(file.EntryId, actor) is not { } entry)
            return Refusals.Missing();
        using var content = new MemoryStream();
        await db.Copy(file.Digest, content, cancel);
        var form = open.FormOf(entry);
        var read = await files.Read(form, file.Kind, content, clock.Today(), cancel);
        if (read.Refused)
            return read.Refusal[0];
        var draft = await drafts.Of(entry.Id, entry.Revision);
        var offered = Offered(form, read.Value, draft).ToList();
        var different = offered.Where(o => o.Standing != o.Wish.Text).ToList();
        return new FileOffers(entry, form, draft, file, read.Value, different, offered.Count - different.Count);
    }

    /// <summary>Every answer that a filled file has, in the order of the form.</summary>
    internal static IEnumerable<Offer> Offered(Form form, FilledForm filled, Draft draft) =>
        from field in form.EntrantFields
        where field.Repeats is null && filled.Answers[field.Id] is not null
        let standing = draft[new Place(field.Id)]
        select new Offer(field, standing.Text, new Wish(new Place(field.Id), filled.Answers[field.Id]!.Written, standing.Version));

    /// <summary>Takes fields of the file into the draft.</summary>
    /// <param name="versions">Field → version that the person saw.</param>
    public async Task<Outcome<Saved>> Take(Guid id, IReadOnlyDictionary<string, int> versions, Actor actor, CancellationToken cancel)
    {
        var looked = await Look(id, actor, cancel);
        if (looked.Refused)
            return looked.Refusal.ToList();
        if (versions.Count == 0)
            return Finding.Error("take-none", null, Words.Of("take-none"));
        if (versions.Keys.Where(f => looked.Value.Form.Find(f) is null).ToList() is { Count: > 0 } unknown)
            return unknown.ConvertAll(f => Finding.Error("unknown-field", f, Words.Of("unknown-field", f)));
        List<Wish> wishes = [.. from offer in looked.Value.Offers where versions.ContainsKey(offer.Field.Id) select offer.Wish with { Version = versions[offer.Field.Id] }];
        return await save.Run(looked.Value.Entry.Id, wishes, actor, isWhole: false, origin: id);
    }
}
