using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Sheets;

/// <summary>A filled form that goes on being filled in: after a change only what it touches is judged again. Immutable.</summary>
public sealed class RunningCheck
{
    static readonly Read Nothing = new(new Reading(null, []), []);

    readonly Form form;
    readonly Stage stage;
    readonly DateOnly today;
    readonly Dictionary<string, Read> read;
    readonly Dictionary<string, List<Finding>> found = [];

    /// <summary>What was read of one field, and what is recognised in it.</summary>
    sealed record Read(Reading Reading, IReadOnlyList<string> Codes);

    RunningCheck(Form form, Stage stage, DateOnly today, Dictionary<string, Read> read, Func<string, List<Finding>?> foundBefore)
    {
        (this.form, this.stage, this.today, this.read) = (form, stage, today, read);
        var answers = FormAnswers.Of(from r in read where r.Value.Reading.Value is not null select (r.Key, r.Value.Reading.Value));
        var codes = read.Where(r => r.Value.Codes.Count > 0).ToDictionary(r => r.Key, r => r.Value.Codes);
        List<Finding> all = [];
        foreach (var field in form.Fields)
        {
            var here = found[field.Id] = foundBefore(field.Id) ?? EntryCheck.Run(form, field, answers, codes, stage, today);
            all.AddRange(read.GetValueOrDefault(field.Id, Nothing).Reading.Findings);
            all.AddRange(here);
        }
        Filled = new FilledForm(answers, codes, all);
    }

    public FilledForm Filled { get; }

    /// <inheritdoc cref="FilledForm.Of"/>
    public static RunningCheck Of(Form form, IEnumerable<(Field Field, Reading Reading)> read, Stage stage, DateOnly today) =>
        new(form, stage, today, read.ToDictionary(r => r.Field.Id, r => Of(r.Field, r.Reading)), _ => null);

    /// <summary>The form after some fields were written anew.</summary>
    public RunningCheck With(IReadOnlyCollection<(Field Field, Reading Reading)> changed)
    {
        var now = new Dictionary<string, Read>(read);
        foreach (var (field, reading) in changed)
            now[field.Id] = Of(field, reading);
        var touched = changed.SelectMany(c => form.TouchedBy(c.Field)).Select(f => f.Id).ToHashSet();
        return new RunningCheck(form, stage, today, now, f => touched.Contains(f) ? null : found[f]);
    }

    static Read Of(Field field, Reading reading) => new(reading, RecognisedCodes.In(field, reading.Value));
}
