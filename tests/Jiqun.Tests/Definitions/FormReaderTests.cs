using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Jiqun.Core.Definitions;

namespace Jiqun.Tests.Definitions;

/// <summary>A mistake in a definition is refused, with its place and what was expected.</summary>
public sealed class FormReaderTests
{
    const string Small = """
        form: small
        version: 1
        title: { zh: 小表, en: A small form }
        baseYear: 2020
        headings:
          top: { zh: 一、情况, also: [情况] }
        sections:
          - id: main
            title: { zh: 情况 }
            fields:
              - id: main.name
                label: { zh: 名称 }
                kind: text
                need: required
                checks: [ { pattern: '集群$', example: { zh: XX集群 } } ]
              - id: main.all
                label: { zh: 企业数量 }
                kind: integer
                unit: 个
                period: cumulative
                notes: [1]
                need: required
                checks: [ { range: { min: 0, max: 9000 } } ]
              - id: main.some
                label: { zh: 高企数量 }
                kind: integer
                unit: 个
                need: expected
                checks: [ { atMost: main.all, severity: warning } ]
              - id: main.since
                label: { zh: 成立时间 }
                kind: date
                need: optional
                checks: [ notInFuture ]
              - id: main.story
                label: { zh: 总体情况 }
                kind: longText
                need: required
                checks: [ { maxWords: 500 }, { quotes: { section: main, whole: [集群], name: main.name } } ]
        notes:
          - { zh: 截至填报日期。 }
        sheet:
          - line: top
          - table:
              columns: [20, 30, 20, 30]
              rows:
                - [ { heading: top, rows: 2 }, { label: main.name }, { field: main.name, span: 2 } ]
                - [ { label: main.since }, { field: main.since, span: 2 } ]
                - [ { label: main.all }, { field: main.all }, { label: main.some }, { field: main.some } ]
                - height: 60
                  cells: [ { cell: [ { label: main.story }, { field: main.story } ], span: 3 }, { empty: true } ]
          - notes: top
        """;

    [Fact]
    public void The_small_form_is_read() => Assert.Equal(5, FormReader.Read("small.yaml", Small).Fields.Count);

    /// <param name="at">The mistake stands where this first begins, once <paramref name="old"/> was replaced.</param>
    [Theory]
    // unknown keys, at each level
    [InlineData("baseYear: 2020", "baseYear: 2020\ncolour: red", "colour", "unknown key “colour”; expected one of: form, version, title, baseYear")]
    [InlineData("en: A small form", "fr: Un formulaire", "fr", "unknown key “fr”; expected one of: zh, en")]
    [InlineData("also: [情况]", "as: [情况]", "as: [情况]", "unknown key “as”; expected one of: zh, en, also")]
    [InlineData("    title: { zh: 情况 }", "    title: { zh: 情况 }\n    titel: x", "titel", "unknown key “titel”; expected one of: id, title, fields")]
    [InlineData("unit: 个\n        period", "units: 个\n        period", "units", "unknown key “units”; expected one of: id, label, kind")]
    [InlineData("{ pattern: '集群$', example", "{ pattern: '集群$', sample: x, example", "sample", "unknown key “sample”; expected one of: ")]
    [InlineData("{ min: 0, max: 9000 }", "{ min: 0, most: 9000 }", "most", "unknown key “most”; expected one of: min, max")]
    [InlineData("whole: [集群]", "hole: [集群]", "hole", "unknown key “hole”; expected one of: section, whole, name")]
    [InlineData("zh: 截至填报日期。", "zh: 截至填报日期。, number: 1", "number", "unknown key “number”; expected one of: zh, en, also")]
    [InlineData("- line: top", "- line: top\n    bold: true", "bold", "unknown key “bold”; expected one of: line")]
    [InlineData("columns: [20, 30, 20, 30]", "columns: [20, 30, 20, 30]\n      border: 1", "border", "unknown key “border”; expected one of: columns, rows")]
    [InlineData("- height: 60", "- heigth: 60", "heigth", "unknown key “heigth”; expected one of: height, cells")]
    [InlineData("{ field: main.name, span: 2 }", "{ field: main.name, spam: 2 }", "spam", "unknown key “spam”; expected one of: ")]
    [InlineData("{ field: main.story } ]", "{ field: main.story, span: 2 } ]", "span: 2 } ], span: 3", "unknown key “span”; expected one of: ")]
    // words that are not known
    [InlineData("kind: text", "kind: string", "string", "unknown word “string”; expected one of: text, longText, number, integer, date")]
    [InlineData("need: optional", "need: perhaps", "perhaps", "unknown word “perhaps”; expected one of: required, expected, optional")]
    [InlineData("period: cumulative", "period: monthly", "monthly", "unknown word “monthly”; expected one of: lastYear, cumulative")]
    [InlineData("need: optional", "need: optional\n        answeredBy: mayor", "mayor", "unknown word “mayor”; expected one of: entrant, government")]
    [InlineData("severity: warning", "severity: fatal", "fatal", "unknown word “fatal”; expected one of: error, warning")]
    [InlineData("empty: true", "empty: yes", "yes", "unknown word “yes”; expected one of: true, false")]
    [InlineData("[ notInFuture ]", "[ notInPast ]", "notInPast", "unknown rule “notInPast”; expected notInFuture")]
    [InlineData("checks: [ { pattern: '集群$', example: { zh: XX集群 } } ]", "checks: [ shiny ]", "shiny", "unknown rule “shiny”; expected notInFuture")]
    [InlineData("{ maxWords: 500 }", "{ maxChars: 500 }", "maxChars", "unknown key “maxChars”; expected one of: range, atMost, unusualAbove, sameAs, oneOf, maxWords, pattern, placeOf, quotes")]
    // names that are not known
    [InlineData("atMost: main.all", "atMost: main.al", "main.al,", "unknown field “main.al”; did you mean “main.all”?")]
    [InlineData("name: main.name } }", "name: other.title } }", "other.title", "unknown field “other.title”; expected the id of a field")]
    [InlineData("section: main,", "section: mian,", "mian", "unknown section “mian”; expected one of: main")]
    [InlineData("- line: top", "- line: tip", "tip", "unknown heading “tip”; expected one of: title, top")]
    [InlineData("- notes: top", "- notes: end", "end", "unknown heading “end”; expected one of: title, top")]
    [InlineData("{ heading: top,", "{ heading: topp,", "topp", "unknown heading “topp”; expected one of: title, top")]
    [InlineData("{ label: main.since }", "{ label: main.sinse }", "main.sinse", "unknown field “main.sinse”; did you mean “main.since”?")]
    [InlineData("{ field: main.since,", "{ field: main.sinse,", "main.sinse", "unknown field “main.sinse”; did you mean “main.since”?")]
    // twice
    [InlineData("- id: main.some", "- id: main.all", "main.all\n        label: { zh: 高企", "field “main.all” is there already")]
    [InlineData("notes:\n  - {", "  - id: main\n    title: { zh: 又 }\n    fields: []\nnotes:\n  - {", "main\n    title: { zh: 又 }", "section “main” is there already")]
    [InlineData("version: 1", "version: 1\nform: large", "form: large", "Duplicate key form")]
    [InlineData("need: optional", "need: optional\n        need: expected", "need: expected\n        checks: [ notInFuture ]", "Duplicate key need")]
    [InlineData("top: { zh: 一、情况, also: [情况] }", "title: { zh: 一 }", "title: { zh: 一 }", "heading “title” is there already")]
    [InlineData("{ label: main.some }, { field: main.some }", "{ label: main.all }, { field: main.some }", "main.all }, { field: main.some }", "the label of “main.all” is on the sheet already")]
    [InlineData("{ label: main.some }, { field: main.some }", "{ label: main.some }, { field: main.all }", "main.all } ]", "field “main.all” is on the sheet already")]
    [InlineData("label: { zh: 高企数量 }", "label: { zh: 企业数量 }", "main.some\n        label", "another field is also called “企业数量”; give each a “name” of its own")]
    // places
    [InlineData("{ field: main.some } ]", "{ empty: true } ]", "main.some\n        label", "field “main.some” has no place on the sheet; add a cell “field: main.some” under “sheet”")]
    [InlineData("{ field: main.name, span: 2 }", "{ field: main.name, span: 3 }", "{ field: main.name, span: 3 }", "the row is wider than its table of 4 columns")]
    [InlineData("{ field: main.name, span: 2 }", "{ field: main.name }", "[ { heading: top, rows: 2 }, { label: main.name }, { field: main.name } ]", "the row leaves columns of its table's 4 empty; widen a cell")]
    [InlineData("{ label: main.since }, { field", "{ label: main.since, span: 2 }, { field", "{ field: main.since, span: 2 }", "the row is wider")]
    [InlineData("{ label: main.some }, { field: main.some } ]", "{ label: main.some }, { field: main.some, rows: 3 } ]", "{ field: main.some, rows: 3 }", "the row is wider", "{ empty: true }")]
    [InlineData("{ empty: true } ]", "{ empty: true, rows: 2 } ]", "{ empty: true, rows: 2 }", "the cell covers more rows than the table has")]
    [InlineData("span: 3 }", "span: 0 }", "0 }, { empty", "“span” must be a whole number of at least 1")]
    [InlineData("columns: [20, 30, 20, 30]", "columns: [20, 30, 20, 0]", "0]", "“columns” must be above 0")]
    [InlineData("columns: [20, 30, 20, 30]", "columns: []", "[]", "expected “columns” as a list “[a, b]” of at least one")]
    [InlineData("- height: 60", "- height: -60", "-60", "“height” must be above 0")]
    [InlineData("- height: 60", "- height: 241", "241", "“height” must be at most 240, so that the row fits on a page")]
    [InlineData("- height: 60", "- height: high", "high", "“height” must be a number")]
    [InlineData("{ empty: true } ]", "{ span: 1 } ]", "{ span: 1 }", "expected a cell: label, field, heading, words, cell or empty")]
    // rules on the wrong fields
    [InlineData("[ notInFuture ]", "[ { maxWords: 5 } ]", "{ maxWords: 5 }", "this rule is for fields of kind text or longText, not date")]
    [InlineData("[ notInFuture ]", "[ { range: { min: 1 } } ]", "{ range: { min: 1 } }", "this rule is for fields of kind number or integer, not date")]
    [InlineData("[ notInFuture ]", "[ { atMost: main.all } ]", "{ atMost: main.all }", "this rule is for fields of kind number or integer, not date")]
    [InlineData("[ notInFuture ]", "[ { unusualAbove: 3 } ]", "{ unusualAbove: 3 }", "this rule is for fields of kind number or integer, not date")]
    [InlineData("[ notInFuture ]", "[ { sameAs: main.name } ]", "{ sameAs: main.name }", "this rule is for fields of kind text or")]
    [InlineData("[ notInFuture ]", "[ { pattern: a, example: { zh: a } } ]", "{ pattern: a", "this rule is for fields of kind text or")]
    [InlineData("[ notInFuture ]", "[ { placeOf: main.name } ]", "{ placeOf: main.name }", "this rule is for fields of kind postcode or phone, not date")]
    [InlineData("[ notInFuture ]", "[ { quotes: { section: main, name: main.name } } ]", "{ quotes: { section: main, name", "this rule is for fields of kind longText, not date")]
    [InlineData("{ maxWords: 500 }", "notInFuture", "notInFuture, { quotes", "this rule is for fields of kind date, not longText")]
    [InlineData("atMost: main.all", "atMost: main.name", "main.name, severity", "field “main.name” is of kind text; expected number or integer")]
    [InlineData("atMost: main.all", "atMost: main.some", "main.some, severity", "field “main.some” cannot be compared with itself")]
    [InlineData("name: main.name } }", "name: main.all } }", "main.all } }", "field “main.all” is of kind integer; expected text or")]
    [InlineData("kind: date", "unit: 年\n        kind: date", "main.since\n        label", "field “main.since” has a unit but is no number; expected kind number or integer")]
    // arguments of rules
    [InlineData("'集群$'", "'(集群'", "'(集群'", "not a regular expression")]
    [InlineData("'集群$'", "'(a)\\1'", "'(a)", "not a regular expression")]
    [InlineData("pattern: '集群$', example: { zh: XX集群 }", "pattern: '集群$'", "{ pattern", "“example” is missing")]
    [InlineData("{ min: 0, max: 9000 }", "{}", "{} } ]", "expected “min”, “max” or both")]
    [InlineData("{ min: 0, max: 9000 }", "{ min: 9, max: 1 }", "{ min: 9", "“min” 9 is above “max” 1")]
    [InlineData("{ min: 0, max: 9000 }", "{ min: none }", "none", "“min” must be a number")]
    [InlineData("maxWords: 500", "maxWords: 0", "0 }, { quotes", "“maxWords” must be a whole number of at least 1")]
    [InlineData("[ notInFuture ]", "[ { oneOf: [] } ]", "[] } ]", "expected “oneOf” as a list “[a, b]” of at least one")]
    [InlineData("[ notInFuture ]", "[ {} ]", "{} ]", "expected a rule; this is empty")]
    [InlineData("[ notInFuture ]", "notInFuture", "notInFuture", "expected “checks” as a list")]
    [InlineData("notes: [1]", "notes: [2]", "main.all\n        label", "field “main.all” refers to note 2; there are 1")]
    [InlineData("notes: [1]", "notes: [0]", "0]\n        need", "“notes” must be a whole number of at least 1")]
    // missing
    [InlineData("form: small\n", "", "version: 1", "“form” is missing")]
    [InlineData("version: 1\n", "", "form: small", "“version” is missing")]
    [InlineData("title: { zh: 小表, en: A small form }\n", "", "form: small", "“title” is missing")]
    [InlineData("baseYear: 2020\n", "", "form: small", "“baseYear” is missing")]
    [InlineData("baseYear: 2020", "baseYear: soon", "soon", "“baseYear” must be a whole number")]
    [InlineData("headings:\n  top: { zh: 一、情况, also: [情况] }\n", "", "form: small", "“headings” is missing")]
    [InlineData("title: { zh: 情况 }", "", "id: main\n", "“title” is missing")]
    [InlineData("        kind: date\n", "", "id: main.since", "“kind” is missing")]
    [InlineData("        need: optional\n", "", "id: main.since", "“need” is missing")]
    [InlineData("label: { zh: 成立时间 }", "hint: { zh: 年 }", "id: main.since", "“label” is missing")]
    [InlineData("- id: main.since", "- unit: 个", "unit: 个\n        label: { zh: 成立", "“id” is missing")]
    [InlineData("{ zh: 成立时间 }", "{ en: Founded }", "{ en: Founded }", "“zh” is missing")]
    [InlineData("{ zh: 成立时间 }", "{ zh: }", "}\n        kind: date", "expected a value for “zh”")]
    [InlineData("{ zh: 成立时间 }", "成立时间", "成立时间", "expected words as a mapping “key: value”")]
    [InlineData("  - line: top\n", "  - row: top\n", "row: top", "“table” is missing")]
    [InlineData("      columns: [20, 30, 20, 30]\n", "", "rows:", "“columns” is missing")]
    // not a definition
    [InlineData("kind: text", "kind: [text", "[text", "not YAML from here on")]
    [InlineData("sections:", "sections: all\nrest:", "all\nrest", "expected “sections” as a list “[a, b]”")]
    [InlineData("headings:\n", "headings: []\nrest:\n", "[]\nrest", "expected “headings” as a mapping")]
    [InlineData("  - notes: top", "  - notes: top\n---\nform: two", "form: two", "expected one YAML document; here a second begins")]
    public void A_mistake_is_told_with_its_place(string old, string replacement, string at, string message, string? where = null)
    {
        var first = Small.IndexOf(old, StringComparison.Ordinal);
        Assert.True(first >= 0, $"The small form has no “{old}”.");
        var yaml = string.Concat(Small.AsSpan(0, first), replacement, Small.AsSpan(first + old.Length));
        var mistake = yaml.IndexOf(where ?? at, StringComparison.Ordinal);
        Assert.True(mistake >= 0, $"The changed form has no “{where ?? at}”.");
        var line = yaml[..mistake].Count(c => c == '\n') + 1;
        var column = mistake - (yaml.LastIndexOf('\n', mistake) + 1) + 1;

        var wrong = Assert.Throws<FormDefinitionException>(() => FormReader.Read("small.yaml", yaml)).Message;
        Assert.StartsWith("small.yaml:", wrong, StringComparison.Ordinal);
        Assert.Contains(message, wrong, StringComparison.Ordinal);
        Assert.Equal($"small.yaml:{line}:{column}:", wrong[..(wrong.IndexOf(' ', StringComparison.Ordinal))]);
    }

    [Theory, InlineData("", "small.yaml:1:1: expected a form; there is nothing"), InlineData("# nothing\n", "small.yaml:1:1: expected a form; there is nothing")]
    [InlineData("- a\n- b\n", "small.yaml:1:1: expected a form as a mapping “key: value”"), InlineData("just words", "small.yaml:1:1: expected a form as a mapping “key: value”")]
    public void What_is_no_form_is_refused(string yaml, string message) =>
        Assert.Equal(message, Assert.Throws<FormDefinitionException>(() => FormReader.Read("small.yaml", yaml)).Message);

    [Fact]
    public void The_built_in_form_asks_what_the_official_one_asks()
    {
        var form = FormLibrary.Builtin.Default;
        Assert.Equal(("cluster-entry/2021", "先进制造业集群参赛信息采集表", 2020), (form.Id, form.Title.Zh, form.BaseYear));
        Assert.Equal(Official.Trim().ReplaceLineEndings("\n"), string.Join('\n', form.Fields.Select(Line)));
        Assert.All(form.Fields, f => Assert.False(string.IsNullOrWhiteSpace(f.Name.En), f.Id));
        Assert.Equal(9, form.Notes.Count);
    }

    [Fact]
    public void The_opinion_is_the_governments_and_all_else_the_entrants()
    {
        var form = FormLibrary.Builtin.Default;
        Assert.Equal(["opinion.text", "opinion.date"], form.Fields.Where(f => f.By is AnsweredBy.Government).Select(f => f.Id));
        Assert.Equal(form.Fields.Where(f => !f.Id.StartsWith("opinion.", StringComparison.Ordinal)), form.EntrantFields);
    }

    [Theory, InlineData("", AnsweredBy.Entrant), InlineData("answeredBy: entrant", AnsweredBy.Entrant), InlineData("answeredBy: government", AnsweredBy.Government)]
    public void Who_answers_a_field_is_the_entrant_unless_the_definition_says_otherwise(string key, AnsweredBy by) =>
        Assert.Equal(by, FormReader.Read("small.yaml", Small.Replace("need: optional", $"need: optional\n        {key}", StringComparison.Ordinal))["main.since"].By);

    [Fact]
    public void The_digest_is_that_of_the_text_however_its_lines_end()
    {
        var digest = FormReader.Read("small.yaml", Small).Digest;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Small))), digest);
        Assert.Equal(digest, FormReader.Read("other.yaml", Small.Replace("\n", "\r\n", StringComparison.Ordinal)).Digest);
        Assert.NotEqual(digest, FormReader.Read("small.yaml", Small + "\n").Digest);
    }

    [Fact]
    public void The_built_in_form_prints_every_field_once_and_every_label()
    {
        var items = FormLibrary.Builtin.Default.Sheet.OfType<SheetTable>().SelectMany(t => t.Rows).SelectMany(r => r.Cells).SelectMany(c => c.Items).ToList();
        var fields = FormLibrary.Builtin.Default.Fields.Select(f => f.Id).ToList();
        Assert.Equal(fields.Order(StringComparer.Ordinal), items.OfType<FieldItem>().Select(i => i.Field.Id).Order(StringComparer.Ordinal));
        Assert.Equal(["opinion.date", "overview.narrative"], fields.Except(items.OfType<LabelItem>().Select(i => i.Field.Id)));
    }

    [Fact]
    public void Every_misprint_of_the_circulating_copy_is_known()
    {
        var form = FormLibrary.Builtin.Default;
        string[] spellings = [.. form.Fields.SelectMany(f => f.Also), .. form.Headings.SelectMany(h => h.Also), .. form.Notes.SelectMany(n => n.Also)];
        foreach (var misprint in (string[])["—、集群基本信息", "从业人员比审", "数皐", "数風", "単项冠军", "旺券", "墳报", "统订", "“小巨 人”", "共五批：专精特新"])
            Assert.Contains(spellings, s => s.Contains(misprint, StringComparison.Ordinal));
        string[] printed = [.. form.Fields.Select(f => f.PrintedLabel), .. form.Headings.Select(h => h.Title.Zh), .. form.Notes.Select(n => n.Text.Zh)];
        Assert.All(printed, p => Assert.DoesNotMatch(new Regex("[皐風墳订単旺]|比审|小巨 人|^—、"), p));
    }

    static string Line(Field f) =>
        $"{f.Id} | {f.PrintedLabel} | {f.Kind} | {f.Need}{(f.Period is Period.None ? "" : $" | {f.Period}")}"
        + string.Concat(f.Rules.OfType<RangeRule>().Select(r => $" | {r.Min}–{r.Max}"))
        + string.Concat(f.Rules.OfType<AtMostRule>().Select(r => $" | ≤ {r.Other} {r.Severity}"))
        + string.Concat(f.Rules.OfType<MaxWordsRule>().Select(r => $" | ≤ {r.Words} 字"))
        + (f.Hint is { } hint ? $" | {hint.Zh}" : "");

    /// <summary>Copied by hand from the official form.</summary>
    const string Official = """
        cluster.name | 集群名称 | Text | Required | （XX省XX市XX集群）
        cluster.industry | 产业领域 | Industry | Required | （参考2017年国民经济行业分类（GB/T 4754—2017），明确所属大类或中类）
        cluster.area | 实施范围 | Area | Required | （地域范围）
        government.name | 单位名称 | Text | Required
        government.head | 负责人 | Text | Expected
        government.headTitle | 职务 | Text | Expected
        government.address | 通信地址 | Text | Expected
        government.postcode | 邮编 | Postcode | Expected
        government.contact | 联系人 | Text | Required
        government.contactDepartment | 所在部门 | Text | Expected
        government.contactTitle | 职务 | Text | Expected
        government.phone | 固定电话 | Phone | Optional
        government.mobile | 移动电话 | Mobile | Optional
        government.fax | 传真 | Phone | Optional
        government.email | E-mail | Email | Expected
        promoter.name | 机构名称 | Text | Required
        promoter.head | 负责人 | Text | Expected
        promoter.headTitle | 职务 | Text | Expected
        promoter.contact | 联系人 | Text | Required
        promoter.mobile | 移动电话 | Mobile | Optional
        promoter.fax | 传真 | Phone | Optional
        promoter.phone | 固定电话 | Phone | Optional
        promoter.email | E-mail | Email | Expected
        promoter.address | 通信地址 | Text | Expected
        promoter.postcode | 邮编 | Postcode | Expected
        opinion.text | （集群所在地人民政府意见） | LongText | Optional
        opinion.date | 年 月 日 | Date | Optional
        overview.narrative | 集群总体情况 | LongText | Required | ≤ 3000 字 | （从产业基础、网络化协作、技术创新、要素集聚、开放合作、组织保障6个方面简要介绍集群总体情况。产业基础主要包括集群主导产业规模实力、产品市场竞争力等情况；网络化协作主要包括产业链上下游协作、产学研合作等情况；技术创新主要包括产业技术体系的先进性和完善性，集群创新创业等情况；要素集聚主要包括人才、金融等集群发展的各类要素集聚发展情况；开放合作主要包括集群国际化合作、国际化品牌打造等情况；组织保障主要包括集群领导及工作推进机制，相关规划、政策的制定落实等情况。3000字以内）
        indicators.output | 上年度集群产业产值（亿元） | Number | Required | LastYear | 0–
        indicators.outputShare | 上年度集群产业产值占全国该产业总产值比重（%） | Number | Required | LastYear | 0–100
        indicators.rdIntensity | 上年度集群企业平均研发投入强度（%） | Number | Required | LastYear | 0–100
        indicators.newPatents | 上年度新增集群发明专利授权量（个） | Integer | Required | LastYear | 0–
        indicators.employmentShare | 上年度集群产业从业人员占该产业全国从业人员比重（%） | Number | Required | LastYear | 0–100
        indicators.foreignCapital | 上年度集群利用外资总额（亿元） | Number | Required | LastYear | 0–
        indicators.enterprises | 集群企业数量（个） | Integer | Required | Cumulative | 0–
        indicators.aboveScale | 集群规上企业数量（个） | Integer | Required | Cumulative | 0– | ≤ indicators.enterprises Error
        indicators.champions | 集群单项冠军企业数量（个） | Integer | Required | Cumulative | 0– | ≤ indicators.enterprises Warning
        indicators.highTech | 集群高新技术企业数量（个） | Integer | Required | Cumulative | 0– | ≤ indicators.enterprises Error
        indicators.littleGiants | 集群专精特新“小巨人”企业数量（个） | Integer | Required | Cumulative | 0– | ≤ indicators.enterprises Error
        indicators.innovationCarriers | 国家级技术创新载体数量（家） | Integer | Required | Cumulative | 0–
        indicators.standards | 国际和国内标准数量（个） | Integer | Required | Cumulative | 0–
        indicators.servicePlatforms | 省级以上公共服务平台数量（个） | Integer | Required | Cumulative | 0–
        indicators.listed | 集群上市和挂牌企业数量（家） | Integer | Required | Cumulative | 0– | ≤ indicators.enterprises Error
        organisation.name | 集群发展促进组织名称 | Text | Required
        organisation.legalType | 集群发展促进组织法人类型 | Text | Required
        organisation.founded | 集群发展促进组织成立时间 | Date | Required
        organisation.operation | 集群发展促进组织组建与运营情况 | LongText | Required | ≤ 1000 字 | （重点介绍集群发展促进组织的组建方式、运营模式、组织架构等，1000字以内）
        organisation.functions | 集群发展促进组织的主要功能 | LongText | Required | ≤ 1000 字 | （重点介绍集群发展促进组织促进集群合作交流、开放发展、行业自律等方面的相关职能，1000字以内）
        organisation.work | 集群发展促进组织近年来开展的重点工作 | LongText | Required | （重点介绍集群发展促进组织在推动先进制造业集群培育方面已开展的工作）
        """;
}
