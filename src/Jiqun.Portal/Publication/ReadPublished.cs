using Jiqun.Core.Answers;
using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Desk;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Rounds;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Publication;

/// <summary>An answer as everybody may see it.</summary>
/// <param name="Text">Contacts that stood in it are hidden.</param>
/// <param name="Number">Null for what is none.</param>
/// <param name="HidesContact">Something was hidden.</param>
public sealed record PublishedValue(string Text, decimal? Number, bool HidesContact);

/// <summary>An accepted entry with what is published of its last submission, and nothing else of it.</summary>
/// <param name="Name">What it is called by: its cluster where that is published, or what else is.</param>
/// <param name="Values">One a published field; null where it is empty.</param>
public sealed record PublishedEntry(Guid Id, string Name, bool IsSample, IReadOnlyList<PublishedValue?> Values);

/// <summary>A round as everybody sees it, or would see it.</summary>
/// <param name="Entries">By division and name of their organisations.</param>
public sealed record PublishedRound(Round Round, PublicationTerms Terms, IReadOnlyList<PublishedEntry> Entries)
{
    /// <summary>Where contacts were hidden: entry and field.</summary>
    public IEnumerable<(PublishedEntry Entry, Field Field)> Hidden =>
        from entry in Entries
        from place in entry.Values.Zip(Terms.Fields)
        where place.First is { HidesContact: true }
        select (entry, place.Second);
}

/// <summary>Reads what of a round is public.</summary>
sealed class ReadPublished(JiqunDb db, FormLibrary forms, ReadWholeRound read, ApprovalLibrary approvals, TimeProvider clock)
{
    /// <summary>What visitors see now. Null when there is no such round, or it is not public.</summary>
    public async Task<PublishedRound?> Run(Guid id, CancellationToken stop)
    {
        // asked together: it may be switched off at this moment
        var found = await (from r in db.PublicRounds(clock.Today()) where r.Id == id join p in db.Publications on r.Id equals p.RoundId select new { Round = r, Set = p }).AsNoTracking().SingleOrDefaultAsync(stop);
        if (found is null)
            return null;
        var (round, set) = (found.Round, found.Set);
        var chosen = set.Fields.Split(' ');
        return await Of(round, new PublicationTerms(set.IsOn, set.Period, [.. PublicationInput.Publishable(forms.Find(round.FormId)!).Where(f => chosen.Contains(f.Id))], set.Introduction), stop);
    }

    /// <summary>What visitors would see under these terms, for whoever may know.</summary>
    public async Task<PublishedRound> Of(Round round, PublicationTerms terms, CancellationToken stop)
    {
        var whole = await read.Of(round, stop);
        var accepted = approvals.Of(round.FormId).States.Where(s => s.IsAccepted).Select(s => s.Id).ToHashSet();
        return new PublishedRound(round, terms, [.. whole.Rows.Where(r => accepted.Contains(r.Status) && r.Submitted is not null).Select((r, i) => Entry(r, i + 1, terms.Fields, whole.Form))]);
    }

    static PublishedEntry Entry(RoundRow row, int place, IReadOnlyList<Field> fields, Form form)
    {
        List<PublishedValue?> values = [.. fields.Select(f => Value(row.Submitted!.Answers[f.Id]))];
        var subject = form.Subject is { } named && fields.Contains(named) ? values[fields.ToList().IndexOf(named)] : null;
        return new PublishedEntry(row.Id, (subject ?? values.Find(v => v is not null))?.Text ?? Words.Of("publication-entry-number", place), row.IsSample, values);
    }

    static PublishedValue? Value(Value? value) => value switch
    {
        null => null,
        NumberValue number => new PublishedValue(number.Written, number.Number, HidesContact: false),
        DateValue => new PublishedValue(value.Written, null, HidesContact: false),
        _ => Masking.InText(value.Written) is var shown ? new PublishedValue(shown, null, shown != value.Written) : null,
    };
}
