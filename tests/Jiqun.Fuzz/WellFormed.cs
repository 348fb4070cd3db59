using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Jiqun.Samples;

namespace Jiqun.Fuzz;

/// <summary>Makes a Word document of any text: keeps the tags that can stand, closes what is open, quotes the rest.</summary>
static partial class WellFormed
{
    static readonly string[] Prefixes = ["w", "mc", "m"];

    public static string Of(string text)
    {
        var space = text.Contains(WordPackage.Strict, StringComparison.Ordinal) ? WordPackage.Strict : WordPackage.Transitional;
        var made = new StringBuilder(text.Length + 1000);
        made.Append("<w:document xmlns:w=\"").Append(space)
            .Append("\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"><w:body>");
        var open = new List<string>();
        var at = 0;
        foreach (Match tag in Tag().Matches(text))
        {
            AppendText(made, text.AsSpan(at, tag.Index - at));
            at = tag.Index + tag.Length;
            var name = tag.Groups["name"].Value;
            if (!IsKnown(name) || name is "w:document" or "w:body")
                continue;
            if (tag.Groups["end"].Length == 0)
            {
                made.Append('<').Append(name);
                AppendAttributes(made, tag.Groups["attribute"].Captures);
                made.Append(tag.Groups["empty"].Length > 0 ? "/>" : ">");
                if (tag.Groups["empty"].Length == 0)
                    open.Add(name);
            }
            else if (open.LastIndexOf(name) is >= 0 and var opened)
                Close(made, open, opened);
        }
        AppendText(made, text.AsSpan(at));
        Close(made, open, 0);
        return made.Append("</w:body></w:document>").ToString();
    }

    static void Close(StringBuilder made, List<string> open, int downTo)
    {
        for (; open.Count > downTo; open.RemoveAt(open.Count - 1))
            made.Append("</").Append(open[^1]).Append('>');
    }

    static void AppendAttributes(StringBuilder made, CaptureCollection attributes)
    {
        HashSet<string> seen = [];
        foreach (Capture attribute in attributes)
        {
            var name = attribute.Value[..attribute.Value.IndexOf('=', StringComparison.Ordinal)].Trim();
            if (IsKnown(name) && seen.Add(name))
            {
                made.Append(' ').Append(name).Append("=\"");
                AppendText(made, attribute.Value.AsSpan(attribute.Value.IndexOf('"', StringComparison.Ordinal) + 1).TrimEnd('"'));
                made.Append('"');
            }
        }
    }

    static void AppendText(StringBuilder made, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            made.Append(c switch { '<' => "&lt;", '&' => "&amp;", _ => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c.ToString() : "" });
    }

    static bool IsKnown(string name) => name.Split(':') is [var prefix, { Length: > 0 }] && Prefixes.Contains(prefix);

    [GeneratedRegex("""<(?<end>/?)(?<name>[A-Za-z]{1,4}:[A-Za-z]{1,30})(?<attribute>\s+[A-Za-z]{1,4}:[A-Za-z]{1,30}="[^"<&]*")*\s*(?<empty>/?)>""")]
    private static partial Regex Tag();
}
