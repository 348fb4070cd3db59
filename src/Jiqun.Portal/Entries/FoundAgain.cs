using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Portal.Layout;

namespace Jiqun.Portal.Entries;

/// <summary>Findings of a submission in words. What is frozen is their codes: the messages are made anew, in the language of whoever reads.</summary>
static class FoundAgain
{
    /// <param name="at">When it was submitted, in UTC.</param>
    /// <returns>In their order, each field and code once, with at least one message. Of what would quote a personal value, or was only seen in the draft's own writing, the kind is told.</returns>
    public static IReadOnlyList<(FrozenFinding Frozen, IReadOnlyList<string> Messages)> Of(Form form, FormAnswers answers, IReadOnlyList<FrozenFinding> frozen, DateTime at)
    {
        if (frozen.Count == 0)
            return [];
        var read = from field in form.EntrantFields
                   let value = answers[field.Id]
                   where value is not null
                   select (field, Reading.Of(field, value.Written));
        var again = RunningCheck.Of(form, read, Stage.Submission, Beijing.DayOf(at)).Filled.Findings.ToLookup(f => (f.Field, f.Code), f => f.Message);
        return [.. from found in frozen.DistinctBy(f => (f.Field, f.Code))
                   let messages = form.Find(found.Field) is { Personal: true } ? [] : again[(found.Field, found.Code)].ToList()
                   select (found, messages.Count > 0 ? messages : (IReadOnlyList<string>)[Words.Known($"review-found-{found.Code}") ?? Words.Of("review-found", found.Code)])];
    }
}
