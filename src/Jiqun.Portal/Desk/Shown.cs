using System.Globalization;
using Jiqun.Core.Answers;
using Jiqun.Core.Figures;

namespace Jiqun.Portal.Desk;

/// <summary>Figures as pages show them. What is missing is “—”, never 0.</summary>
static class Shown
{
    const string Missing = "—";

    /// <summary>An answer as it was given; a derived figure to about four digits.</summary>
    public static string Of(Figure figure, double? value) => value is not { } known ? Missing : figure.Derived is null ? Exact(known) : Rounded(known);

    /// <summary>What was added up from answers.</summary>
    public static string Exact(double value) => Math.Abs(value) < 1e15 ? new NumberValue((decimal)value).Written : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>About four digits that say something; whole from a thousand on.</summary>
    public static string Rounded(double value) => value == 0 ? "0" : value.ToString(Math.Abs(value) switch { >= 1000 => "0", >= 100 => "0.#", >= 10 => "0.##", >= 1 => "0.###", >= 0.1 => "0.####", >= 0.01 => "0.#####", _ => "G3" }, CultureInfo.InvariantCulture);

    /// <summary>In %.</summary>
    public static string Share(double? share) => share is { } known ? $"{Rounded(known)}%" : Missing;

    public static string Z(double? z) => z?.ToString("0.00", CultureInfo.InvariantCulture) ?? Missing;

    /// <summary>As a script reads it.</summary>
    public static string Raw(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Where the submission shows what the figure rests on.</summary>
    public static string Address(RoundRow row, Figure figure) => $"/submissions/{row.Submitted!.Id}#v-{figure.Derived?.Of ?? figure.Id}";
}
