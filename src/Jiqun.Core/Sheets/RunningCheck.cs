using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;

namespace Jiqun.Core.Sheets;

/// <summary>A filled form that goes on being filled in: after a change only what it touches is judged again. Immutable.</summary>
public sealed class RunningCheck
{
    static readonly Reading Nothing = new(null, []);

    readonly Form form;
    readonly Stage stage;
    readonly DateOnly today;

    /// <summary>By the fields' positions: what was read of each, and what the checks found on it.</summary>
    readonly (Reading Reading, List<Finding> Findings)[] fields;

    RunningCheck(Form form, Stage stage, DateOnly today, (Reading Reading, List<Finding> Findings)[] fields, FormAnswers answers, IReadOnlyDictionary<string, IReadOnlyList<string>> codes)
    {
        (this.form, this.stage, this.today, this.fields) = (form, stage, today, fields);
        List<Finding> all = [];
        foreach (var (reading, findings) in fields)
        {
            if (reading.Findings.Count > 0)
                all.AddRange(reading.Findings);
            if (findings.Count > 0)
                all.AddRange(findings);
        }
        Filled = new FilledForm(answers, codes, all);
    }

    public FilledForm Filled { get; }

    /// <inheritdoc cref="FilledForm.Of"/>
    public static RunningCheck Of(Form form, IEnumerable<(Field Field, Reading Reading)> read, Stage stage, DateOnly today)
    {
        var fields = new (Reading Reading, List<Finding> Findings)[form.Fields.Count];
        Array.Fill(fields, (Nothing, []));
        foreach (var (field, reading) in read)
            fields[form.PositionOf(field)].Reading = reading;
        var answers = FormAnswers.Of(from field in form.Fields
                                     let value = fields[form.PositionOf(field)].Reading.Value
                                     where value is not null
                                     select (field.Id, value));
        var codes = RecognisedCodes.In(form, answers);
        foreach (var field in form.Fields)
            fields[form.PositionOf(field)].Findings = EntryCheck.Run(form, field, answers, codes, stage, today);
        return new RunningCheck(form, stage, today, fields, answers, codes);
    }

    /// <summary>The form after some fields were written anew.</summary>
    public RunningCheck With(IReadOnlyCollection<(Field Field, Reading Reading)> changed)
    {
        var now = ((Reading Reading, List<Finding> Findings)[])fields.Clone();
        foreach (var (field, reading) in changed)
            now[form.PositionOf(field)].Reading = reading;
        var answers = Filled.Answers.With(changed.Select(c => (c.Field.Id, c.Reading.Value)));
        var codes = RecognisedCodes.After(Filled.Codes, changed.Select(c => (c.Field, c.Reading.Value)));
        foreach (var field in changed.SelectMany(c => form.TouchedBy(c.Field)).Distinct())
            now[form.PositionOf(field)].Findings = EntryCheck.Run(form, field, answers, codes, stage, today);
        return new RunningCheck(form, stage, today, now, answers, codes);
    }
}
