using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Portal.Layout;
using Microsoft.AspNetCore.Http;

namespace Jiqun.Portal.Rounds;

/// <summary>What a round is to be, read and found right.</summary>
/// <param name="KeepMonths">Months after closing for which personal values are kept.</param>
/// <param name="Entrants">Organisations under which one may enter; none for all.</param>
public sealed record RoundTerms(string Name, Form Form, int BaseYear, DateTime OpensAt, DateTime ClosesAt, int KeepMonths, IReadOnlySet<Guid> Entrants);

/// <summary>A round's terms as a person writes them.</summary>
/// <param name="BaseYear">Empty for that of the form.</param>
/// <param name="OpensAt">Beijing time, as an input of type datetime-local has it; so the next.</param>
/// <param name="KeepMonths">Empty for the usual time.</param>
/// <param name="Everyone">Whether all may enter; the chosen ones are kept meanwhile.</param>
/// <param name="Version">The version that the person saw; 0 for a new round.</param>
public sealed record RoundInput(string Name, string FormId, string BaseYear, string OpensAt, string ClosesAt, string KeepMonths, bool Everyone, IReadOnlySet<Guid> Entrants, int Version)
{
    const int FirstYear = 2000, LastYear = 2100;

    public static RoundInput New(Form form) => new("", form.Id, form.BaseYear.ToString(CultureInfo.InvariantCulture), "", "", $"{Round.UsualKeepMonths}", true, new HashSet<Guid>(), 0);

    public static RoundInput Of(Round round, IReadOnlySet<Guid> entrants) => new(
        round.Name, round.FormId, round.BaseYear.ToString(CultureInfo.InvariantCulture), Beijing.Input(round.OpensAt), Beijing.Input(round.ClosesAt), round.KeepMonths.ToString(CultureInfo.InvariantCulture), entrants.Count == 0, entrants, round.Version);

    public static RoundInput Of(IFormCollection form) => new(
        form["name"].ToString(),
        form["form"].ToString(),
        form["baseYear"].ToString(),
        form["opensAt"].ToString(),
        form["closesAt"].ToString(),
        form["keepMonths"].ToString(),
        form["who"] != "chosen",
        form["entrant"].Select(e => Guid.TryParse(e, out var id) ? id : Guid.Empty).ToHashSet(),
        int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0);

    /// <summary>The inputs of this, for a page that asks whether it is meant.</summary>
    public IEnumerable<(string Name, string Value)> Fields =>
    [
        ("name", Name), ("form", FormId), ("baseYear", BaseYear), ("opensAt", OpensAt), ("closesAt", ClosesAt), ("keepMonths", KeepMonths), ("who", Everyone ? "all" : "chosen"),
        .. Entrants.Select(e => ("entrant", e.ToString())),
        ("version", Version.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Reads it. Every mistake is told, each at its input.</summary>
    public Outcome<RoundTerms> Read(FormLibrary forms)
    {
        List<Finding> wrong = [];
        var name = PlainName.Read(Name, "name");
        wrong.AddRange(name.Refusal ?? []);
        var form = forms.Find(FormId);
        if (form is null)
            wrong.Add(Finding.Error("form-unknown", "form", Words.Of("round-form-unknown", Quote.Of(FormId), string.Join('、', forms.Ids))));
        var year = BaseYear.Trim().Length == 0 ? form?.BaseYear ?? FirstYear : int.TryParse(BaseYear.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var written) ? written : 0;
        if (year is < FirstYear or > LastYear)
            wrong.Add(Finding.Error("base-year", "baseYear", Words.Of("round-base-year-wrong", FirstYear, LastYear)));
        var (opens, closes) = (Beijing.Read(OpensAt), Beijing.Read(ClosesAt));
        if (opens is null)
            wrong.Add(Finding.Error("opens-at", "opensAt", Words.Of("round-time-wrong")));
        if (closes is null)
            wrong.Add(Finding.Error("closes-at", "closesAt", Words.Of("round-time-wrong")));
        if (closes <= opens)
            wrong.Add(Finding.Error("closes-before", "closesAt", Words.Of("round-closes-before", Beijing.Shown(opens!.Value))));
        var keep = KeepMonths.Trim().Length == 0 ? Round.UsualKeepMonths : int.TryParse(KeepMonths.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var months) ? months : 0;
        if (keep is < Round.FewestKeepMonths or > Round.MostKeepMonths)
            wrong.Add(Finding.Error("keep-months", "keepMonths", Words.Of("round-keep-months-wrong", Round.FewestKeepMonths, Round.MostKeepMonths)));
        if (!Everyone && Entrants.Count == 0)
            wrong.Add(Finding.Error("entrants-none", "entrants", Words.Of("round-entrants-none-chosen")));
        return wrong.Count > 0 ? wrong : new RoundTerms(name.Value!, form!, year, opens!.Value, closes!.Value, keep, Everyone ? new HashSet<Guid>() : Entrants);
    }
}
