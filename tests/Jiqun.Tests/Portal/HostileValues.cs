using System.Text;

namespace Jiqun.Tests.Portal;

/// <summary>What people send who mean harm, by class: 300 and more.</summary>
static class HostileValues
{
    static readonly (string Class, string[] Values)[] Classes =
    [
        ("script", ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(1)", "'-alert(1)-'", "</title><script>", "<iframe srcdoc='<script>'>", "<a href=data:text/html,x>", "{{7*7}}", "${7*7}", "<%= 7*7 %>", "#{7*7}", "<!--", "]]>", "<style>*{}</style>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "&lt;script&gt;", "\\u003cscript\\u003e", "<math><mtext></mtext><script>"]),
        ("sql", ["' OR '1'='1", "'; DROP TABLE account; --", "\" OR 1=1 --", "1; SELECT pg_sleep(5)", "') UNION SELECT NULL--", "%27%20OR%201=1", "admin'--", "1/**/OR/**/1=1", "'||(SELECT version())||'", "$1", "$$", "E'\\\\x00'", "0x27", "; ATTACH DATABASE 'x' AS y", "' AND SLEEP(5)#", "`; DELETE FROM audit", "\\'; --", "%", "_", "%%%"]),
        ("path", ["../../../etc/passwd", "..\\..\\windows\\win.ini", "%2e%2e%2fetc%2fpasswd", "..%252f..%252f", "....//....//", "/etc/passwd", "C:\\boot.ini", "file:///etc/passwd", "\\\\evil\\share", "/proc/self/environ", "~/.ssh/id_rsa", "..;/", ".%00.", "%c0%ae%c0%ae/", "a/../../b"]),
        ("address", ["//evil.example", "https://evil.example", "/\\evil.example", "\\/evil.example", "https:evil.example", "///evil.example/", "/%09/evil.example", "/%5cevil.example", "//evil.example@127.0.0.1", "http://127.0.0.1:22/", "http://169.254.169.254/latest/meta-data/", "gopher://127.0.0.1", "ldap://evil.example/x", "http://[::1]/", "data:text/html,x"]),
        ("header", ["x\r\nSet-Cookie: a=b", "x\nLocation: //evil", "%0d%0aX-Injected: 1", "x\r\n\r\n<html>", "\u560d\u560aX-Injected: 1", "x\u2028y", "x\u0085y", "a\vb", "a\fb", "x\r"]),
        ("formula", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil\")", "\t=1", "\r=1", "＝1+1", " =1+1"]),
        ("command", ["; ls", "| cat /etc/passwd", "`id`", "$(id)", "&& whoami", "|| true", "-rf", "--help", "\n/bin/sh", "%0als"]),
        ("xml", ["<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "<?xml version='1.0'?><x/>", "&xxe;", "<![CDATA[x]]>", "<xsl:value-of/>"]),
        ("json", ["{\"$ne\":null}", "{\"__proto__\":{\"a\":1}}", "[]", "{}", "null", "true", "\"", "\\", "{\"a\":", "NaN"]),
        ("number", ["0", "-1", "-0", "9999999999999999999999", "1e309", "-1e309", "0.1", "١٢٣", "１２３", "0x10", "010", "1_000", "2147483648", "-2147483649", "9223372036854775808", "∞", "1,000", "+5", "1e-400", "½"]),
        ("time", ["9999-12-31T23:59:59Z", "0000-00-00", "2021-02-30", "2021-13-01", "2021-06-01T25:00", "-2021-06-01", "+275760-09-13", "2021-06-01T00:00:00+99:99", "1970-01-01T00:00:00.0000000000001Z", "now", "24:00", "2021/06/01", "20210601", "２０２１-０６-０１", "0001-01-01T00:00:00Z"]),
        ("id", ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "not-a-guid", "{00000000-0000-0000-0000-000000000001}", "1", "00000000000000000000000000000000", "../00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000001 OR 1=1", "00000000-0000-0000-0000-00000000000g", "me"]),
        ("unicode", ["\u202Egnp.exe", "\uFEFFx", "x\u200By", "\u0130\u0131", "ß", "ﬁ", "е", "A\u030A", "\u1E9B\u0323", "🦄", "👨‍👩‍👧‍👦", "𠮷", "\uFFFD", "\uFFFE", "\u0001", "\u007F", "\u0080", "\uE000", "ａｄｍｉｎ", "admin\u0000", "Z\u0351\u036B", "\u2066x\u2069", "你好", "עברית", "ﷺ"]),
        ("format", ["%s%s%s%n", "%x", "{0}", "{1000000}", "{", "}", "{0:X99999999}", "%@", "$_", "#", "\\x41", "\\0", "\\", "%u0041", "&#x41;"]),
    ];

    /// <summary>Long ones and combinations of the others.</summary>
    static IEnumerable<string> Made()
    {
        foreach (var length in new[] { 1, 255, 256, 1000, 1999, 2000, 2001, 4096, 65_535, 100_001 })
        {
            yield return new string('a', length);
            yield return new string('文', length);
        }
        yield return new string(' ', 3000);
        yield return new string('[', 3000);
        yield return string.Concat(Enumerable.Repeat("🦄", 1500));
        yield return string.Concat(Enumerable.Repeat("a\u0301", 1500));
        yield return new string('\n', 3000);
        var all = Classes.SelectMany(c => c.Values).ToList();
        for (var i = 0; i < 120; i++)
            yield return all[i * 7 % all.Count] + all[i * 13 % all.Count];
    }

    public static IReadOnlyList<string> All { get; } = [.. Classes.SelectMany(c => c.Values).Concat(Made()).Distinct()];

    /// <summary>As a part of an address.</summary>
    public static string InAddress(string value) => string.Concat(Encoding.UTF8.GetBytes(value.Length > 500 ? value[..500] : value).Select(b => $"%{b:X2}"));
}
