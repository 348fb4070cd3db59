using Jiqun.Core.Answers;
using Jiqun.Core.Definitions;

namespace Jiqun.Tests.Documents;

/// <summary>Answers that a careless rendering would take for markup, or could not hold.</summary>
static class HostileTexts
{
    static readonly string[] All =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</td></tr></table><h1>x</h1>", "</bdi>x<bdi>", "<!-- x", "]]>", "<![CDATA[x]]>",
        "&lt;b&gt; &amp; &#60; &nbsp;", "</style><style>*{display:none}</style>", "{{x}} ${x} {0} %s", "a\u202Eedoc\u202C b", "\u2067ab\u2069", "שלום עולם 123", "مرحبا (1507)",
        "a\0b\u0001c\u001Fd\u007F", "\uD800 \uDC00 \uFFFE\uFFFF", "a\u0085b\u2028c\u2029d", "a\r\nb\rc\n\n\nd", "a\vb\fc", "\ta \t b\u3000\u3000c  d\t", "co\u00ADop\u200Bera\uFEFFtion",
        "𠮷野家 㻏 𬭎 👨‍👩‍👧", "=1+1", "_x000D_ _x0041_", "\\par {\\rtf1", new string('长', 300), "e\u0301 ﬁ ｆ", "无",
    ];

    /// <summary>One text in every field.</summary>
    /// <param name="first">Which text stands in the first field; as many forms as there are texts bring each into each field.</param>
    public static FormAnswers In(Form form, int first = 0) =>
        FormAnswers.Of(form.Fields.Select((f, i) => (f.Id, (Value)new TextValue(Of(i + first)))));

    public static int Count => All.Length;

    public static string Of(int i) => All[i % All.Length];
}
