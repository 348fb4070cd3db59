using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Portal.Entries;

static class Codes
{
    /// <summary>Recognised codes with their names: 37 铁路、船舶…; 430200 株洲市.</summary>
    public static string Shown(FieldKind kind, IEnumerable<string> codes) =>
        string.Join("；", codes.Select(c => $"{c} {(kind is FieldKind.Industry ? IndustryClasses.Name(c) : Divisions.Name(c))}"));
}
