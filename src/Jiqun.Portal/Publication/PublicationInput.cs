using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Http;

namespace Jiqun.Portal.Publication;

/// <summary>What is to be published, read and found right.</summary>
/// <param name="Fields">In the order of the form; none of them is personal.</param>
public sealed record PublicationTerms(bool IsOn, PublicPeriod Period, IReadOnlyList<Field> Fields, string Introduction);

/// <summary>The terms of a publication as a person writes them.</summary>
/// <param name="FirstDay">As an input of type date has it; so the next.</param>
/// <param name="Fields">Ids.</param>
/// <param name="Version">The version that the person saw; 0 where nothing was set yet.</param>
public sealed record PublicationInput(bool IsOn, string FirstDay, string LastDay, IReadOnlyList<string> Fields, string Introduction, int Version)
{
    /// <summary>In UTF-16 units.</summary>
    public const int LongestIntroduction = 4000;

    /// <summary>Days of the longest 公示期.</summary>
    const int LongestPeriod = 366;

    /// <summary>The fields of a form that can be published: the entrant's, without personal values.</summary>
    public static IEnumerable<Field> Publishable(Form form) => form.EntrantFields.Where(f => !f.Personal);

    /// <summary>What is offered where nothing was set yet: off, five working days from tomorrow, and what tells an entry from others.</summary>
    public static PublicationInput Usual(Form form, DateOnly today)
    {
        var period = PublicPeriod.Usual(today);
        return new(false, Beijing.Day(period.First), Beijing.Day(period.Last), [.. Publishable(form).Where(IsUsual).Select(f => f.Id)], "", 0);

        bool IsUsual(Field field) => field == form.Subject || field == form.Author || field.Kind is FieldKind.Area or FieldKind.Industry;
    }

    public static PublicationInput Of(RoundPublication set) =>
        new(set.IsOn, Beijing.Day(set.FirstDay), Beijing.Day(set.LastDay), set.Fields.Split(' ', StringSplitOptions.RemoveEmptyEntries), set.Introduction, set.Version);

    public static PublicationInput Of(IFormCollection form) => new(
        form["on"] == "yes",
        form["firstDay"].ToString(),
        form["lastDay"].ToString(),
        [.. form["fields"].OfType<string>()],
        form["introduction"].ToString(),
        int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1);

    /// <summary>The inputs of this, for a page that asks whether it is meant.</summary>
    public IEnumerable<(string Name, string Value)> Inputs =>
    [
        .. IsOn ? [("on", "yes")] : Array.Empty<(string, string)>(),
        ("firstDay", FirstDay), ("lastDay", LastDay), .. Fields.Select(f => ("fields", f)), ("introduction", Introduction), ("version", Version.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Reads it. Every mistake is told, each at its input.</summary>
    public Outcome<PublicationTerms> Read(Form form, DateOnly today)
    {
        List<Finding> wrong = [];
        var (first, last) = (Beijing.ReadDay(FirstDay), Beijing.ReadDay(LastDay));
        if (first is null)
            wrong.Add(Finding.Error("first-day", "firstDay", Words.Of("publication-day-wrong")));
        if (last is null)
            wrong.Add(Finding.Error("last-day", "lastDay", Words.Of("publication-day-wrong")));
        else if (last < first)
            wrong.Add(Finding.Error("last-day", "lastDay", Words.Of("publication-last-before")));
        else if (first is { } from && last.Value.DayNumber - from.DayNumber >= LongestPeriod)
            wrong.Add(Finding.Error("last-day", "lastDay", Words.Of("publication-too-long", LongestPeriod)));
        else if (IsOn && last < today)
            wrong.Add(Finding.Error("last-day", "lastDay", Words.Of("publication-past", Beijing.Day(today))));
        var known = Publishable(form).ToList();
        var strange = Fields.Where(f => !known.Exists(k => k.Id == f)).ToList();
        if (strange.Count > 0)
            wrong.Add(Finding.Error("publication-field", "fields", Words.Of("publication-field-wrong", Quote.Of(strange[0]))));
        else if (Fields.Count == 0)
            wrong.Add(Finding.Error("publication-fields-none", "fields", Words.Of("publication-fields-none")));
        var introduction = PlainText.Of(Introduction);
        if (introduction.Length > LongestIntroduction)
            wrong.Add(Finding.Error("too-long", "introduction", Words.Of("publication-introduction-long", introduction.Length, LongestIntroduction)));
        return wrong.Count > 0 ? wrong : new PublicationTerms(IsOn, new PublicPeriod(first!.Value, last!.Value), [.. known.Where(f => Fields.Contains(f.Id))], introduction);
    }
}
