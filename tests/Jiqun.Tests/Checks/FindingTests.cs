using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Samples;

namespace Jiqun.Tests.Checks;

/// <summary>Every code of the contract: planted in a clean form it is found, alone, and says in both languages what was written and how to mend it.</summary>
public sealed class FindingTests
{
    static readonly string[] Indicators = [.. Given.Form.Sections.Single(s => s.Id == "indicators").Fields.Select(f => f.Id)];

    public static TheoryData<string> Required =>
    [
        "cluster.name", "cluster.industry", "cluster.area", "government.name", "government.contact", "promoter.name", "promoter.contact", "overview.narrative",
        .. Indicators,
        "organisation.name", "organisation.legalType", "organisation.founded", "organisation.operation", "organisation.functions", "organisation.work",
    ];

    public static TheoryData<string> Expected =>
    [
        "government.head", "government.headTitle", "government.address", "government.postcode", "government.contactDepartment", "government.contactTitle", "government.email",
        "promoter.head", "promoter.headTitle", "promoter.address", "promoter.postcode", "promoter.email",
    ];

    [Fact]
    public void In_a_clean_form_nothing_is_found() => Assert.Empty(Given.Read().Findings);

    [Fact]
    public void A_draft_may_have_gaps() => Assert.Empty(EntryCheck.Run(Given.Form, FormAnswers.Of(), Stage.Draft, Given.Today));

    [Theory, MemberData(nameof(Required))]
    public void What_must_be_answered_is_required(string field) => Planted("required", Severity.Error, field, Name(field), (field, null));

    [Theory, InlineData("government"), InlineData("promoter")]
    public void One_telephone_is_required_and_its_finding_stands_on_the_mobile(string who)
    {
        Planted("required", Severity.Error, $"{who}.mobile", Name($"{who}.phone"), ($"{who}.phone", null), ($"{who}.mobile", null));
        Planted("required", Severity.Error, $"{who}.mobile", Name($"{who}.mobile"), ($"{who}.phone", "/"), ($"{who}.mobile", "无"));
        Absent(($"{who}.phone", null));
        Absent(($"{who}.mobile", null));
    }

    [Theory, MemberData(nameof(Expected))]
    public void What_should_be_answered_is_missing(string field)
    {
        Planted("missing", Severity.Warning, field, Name(field), (field, null));
        Planted("missing", Severity.Warning, field, Name(field), (field, "无"));
    }

    [Theory, InlineData("government.fax"), InlineData("promoter.fax"), InlineData("opinion.text"), InlineData("opinion.date")]
    public void Fax_and_opinion_may_be_left_out(string field) => Absent((field, null));

    [Fact]
    public void Every_field_is_required_expected_or_optional()
    {
        string[] optional = ["government.phone", "government.mobile", "government.fax", "promoter.phone", "promoter.mobile", "promoter.fax", "opinion.text", "opinion.date"];
        var named = Required.Concat(Expected).Select(row => row.Data).Concat(optional);
        Assert.Equal(Given.Form.Fields.Select(f => f.Id).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("indicators.output", "较高")]
    [InlineData("indicators.rdIntensity", "3%至5%")]
    [InlineData("indicators.highTech", "120家左右，另有30家在申报")]
    [InlineData("indicators.foreignCapital", "8亿美元")]
    public void What_is_not_a_number_is_quoted_and_absent_without_being_required(string field, string written)
    {
        Planted("not-a-number", Severity.Error, field, written, (field, written));
        Assert.IsType<UnreadableValue>(Given.Read((field, written)).Answers[field]);
    }

    [Fact]
    public void A_count_that_is_no_integer_is_kept()
    {
        Planted("not-an-integer", Severity.Error, "indicators.champions", "2.5", ("indicators.champions", "2.5"));
        Assert.Equal(2.5m, Given.Read(("indicators.champions", "2.5")).Answers.Number("indicators.champions"));
        Absent(("indicators.champions", "2.0"));
        Absent(("indicators.output", "1507.5"));
    }

    [Theory]
    [InlineData("indicators.outputShare", "120")]
    [InlineData("indicators.employmentShare", "100.01")]
    [InlineData("indicators.output", "-5")]
    [InlineData("indicators.foreignCapital", "-0.1")]
    [InlineData("indicators.standards", "-1")]
    public void A_number_out_of_range_is_kept(string field, string written)
    {
        Planted("out-of-range", Severity.Error, field, written, (field, written));
        Assert.Equal(decimal.Parse(written, System.Globalization.CultureInfo.InvariantCulture), Given.Read((field, written)).Answers.Number(field));
    }

    [Fact]
    public void Too_high_a_share_is_told_with_its_limits()
    {
        var finding = Assert.Single(Given.Checked(("indicators.outputShare", "120%")));
        Assert.Equal(("out-of-range", "120"), (finding.Code, finding.Value));
        Assert.Contains("100", finding.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("indicators.outputShare", "0"), InlineData("indicators.outputShare", "100"), InlineData("indicators.output", "0"), InlineData("indicators.champions", "0")]
    public void The_bounds_are_in_range(string field, string written) => Absent((field, written));

    [Theory]
    [InlineData("约1507", 1507)]
    [InlineData("1500余亿元", 1500)]
    [InlineData("近1600", 1600)]
    [InlineData("1500以上", 1500)]
    [InlineData("无", 0)]
    [InlineData("/", 0)]
    [InlineData("—", 0)]
    public void An_approximate_number_is_taken_with_a_warning(string written, int number)
    {
        Planted("approximate", Severity.Warning, "indicators.output", written, ("indicators.output", written));
        Assert.Equal(number, Given.Read(("indicators.output", written)).Answers.Number("indicators.output"));
    }

    [Theory, InlineData("无"), InlineData("/"), InlineData("—")]
    public void A_word_for_nothing_is_no_answer_where_no_number_is_asked(string written)
    {
        Assert.Null(Given.Read(("government.fax", written)).Answers["government.fax"]);
        Absent(("government.fax", written));
        Planted("required", Severity.Error, "organisation.legalType", Name("organisation.legalType"), ("organisation.legalType", written));
    }

    [Fact]
    public void Another_unit_is_converted_with_a_warning()
    {
        Planted("unit-converted", Severity.Warning, "indicators.foreignCapital", "600000万元", ("indicators.foreignCapital", "600000万元"));
        Assert.Equal(60, Given.Read(("indicators.foreignCapital", "600000万元")).Answers.Number("indicators.foreignCapital"));
        Absent(("indicators.foreignCapital", "60亿元"));
        Absent(("indicators.highTech", "126家"));
    }

    [Fact]
    public void A_quoted_number_stands_on_one_line() =>
        Assert.All(Given.Checked().Concat(Reading.Of(Given.Form["indicators.output"], "约\n1507\n亿元").Findings), f => Assert.DoesNotContain('\n', f.Message));

    [Theory]
    [InlineData("overview.narrative", 3000)]
    [InlineData("organisation.operation", 1000)]
    [InlineData("organisation.functions", 1000)]
    public void A_long_text_is_as_long_as_allowed(string field, int limit)
    {
        Absent((field, new string('集', limit)));
        var message = Planted("too-long", Severity.Error, field, $"{limit + 1}", (field, new string('集', limit + 1)));
        Assert.Contains($"{limit}字", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_main_work_may_be_as_long_as_it_is() => Absent(("organisation.work", new string('集', 5000)));

    [Theory]
    [InlineData("indicators.aboveScale", Severity.Error)]
    [InlineData("indicators.highTech", Severity.Error)]
    [InlineData("indicators.littleGiants", Severity.Error)]
    [InlineData("indicators.listed", Severity.Error)]
    [InlineData("indicators.champions", Severity.Warning)]
    public void A_part_is_not_above_all_enterprises(string field, Severity severity)
    {
        var message = Planted("above", severity, field, "426", (field, "426"));
        Assert.Contains("425", message, StringComparison.Ordinal);
        Absent((field, "425"));
        Assert.DoesNotContain(Given.Checked((field, "426"), ("indicators.enterprises", null)), f => f.Code == "above");
    }

    [Theory, InlineData("indicators.innovationCarriers"), InlineData("indicators.standards"), InlineData("indicators.servicePlatforms")]
    public void What_enterprises_share_may_be_above_them(string field) => Absent((field, "426"));

    [Theory]
    [InlineData("indicators.rdIntensity", "20", "20.1")]
    [InlineData("indicators.littleGiants", "4762", "4763")]
    [InlineData("indicators.champions", "596", "597")]
    public void A_rare_number_is_unusual_above_its_threshold(string field, string threshold, string above)
    {
        (string, string?) many = ("indicators.enterprises", "5000");
        Absent((field, threshold), many);
        Planted("unusual", Severity.Warning, field, above, (field, above), many);
    }

    [Fact]
    public void The_organisation_has_one_name()
    {
        var message = Planted("not-same", Severity.Error, "organisation.name", "株洲市轨道促进会", ("organisation.name", "株洲市轨道促进会"));
        Assert.Contains("株洲市轨道交通装备产业集群促进中心", message, StringComparison.Ordinal);
        Absent(("organisation.name", "株洲市 轨道交通装备产业集群促进中心"));
        Assert.DoesNotContain(Given.Checked(("promoter.name", null)), f => f.Code == "not-same");
    }

    [Theory]
    [InlineData("bad-postcode", "government.postcode", "4120001")]
    [InlineData("bad-postcode", "promoter.postcode", "000000")]
    [InlineData("bad-mobile", "government.mobile", "1380013800")]
    [InlineData("bad-mobile", "promoter.mobile", "12345678901")]
    [InlineData("bad-phone", "government.phone", "22345678")]
    [InlineData("bad-phone", "promoter.phone", "400-600-3737")]
    [InlineData("bad-phone", "government.fax", "0100-1234567")]
    [InlineData("bad-email", "government.email", "gxj@example")]
    [InlineData("bad-email", "promoter.email", "办公室")]
    public void A_contact_that_cannot_be_reached_is_kept(string code, string field, string written)
    {
        Planted(code, Severity.Error, field, written, (field, written));
        Assert.Equal(written, Given.Read((field, written)).Answers.Text(field));
    }

    [Theory]
    [InlineData("government.postcode", "４１２ ０００")]
    [InlineData("government.mobile", "+86 138 0013 8000")]
    [InlineData("government.phone", "（0731）22345678")]
    [InlineData("government.phone", "0731-22345678-801")]
    [InlineData("government.email", "gxj＠example.gov.cn")]
    public void A_contact_in_another_writing_is_good(string field, string written) => Absent((field, written));

    [Theory, InlineData("organisation.founded", "2018年13月"), InlineData("organisation.founded", "前几年"), InlineData("opinion.date", "2021年9月31日")]
    public void What_is_no_date_is_quoted_without_being_required(string field, string written) => Planted("bad-date", Severity.Error, field, written, (field, written));

    [Theory]
    [InlineData("organisation.founded", "2022年", "2022")]
    [InlineData("organisation.founded", "2021年11月", "2021-11")]
    [InlineData("organisation.founded", "2021年10月9日", "2021-10-09")]
    [InlineData("opinion.date", "2021年10月9日", "2021-10-09")]
    public void A_date_that_has_not_come_is_in_the_future(string field, string written, string date)
    {
        var message = Planted("in-future", Severity.Error, field, date, (field, written));
        Assert.Contains("2021-10-08", message, StringComparison.Ordinal);
    }

    [Theory, InlineData("2021"), InlineData("2021-10"), InlineData("2021-10-08"), InlineData("1998")]
    public void A_date_that_may_have_come_is_not(string written)
    {
        Absent(("organisation.founded", written));
        Absent(("opinion.date", written));
    }

    [Fact]
    public void An_industry_is_recognised()
    {
        Planted("unknown-industry", Severity.Warning, "cluster.industry", "星际旅行", ("cluster.industry", "星际旅行"));
        Assert.Equal(["37"], Given.Read().Codes["cluster.industry"]);
        Assert.False(Given.Read(("cluster.industry", "星际旅行")).Codes.ContainsKey("cluster.industry"));
    }

    [Fact]
    public void An_area_is_recognised()
    {
        Planted("unknown-area", Severity.Warning, "cluster.area", "桃花源全境", ("cluster.area", "桃花源全境"));
        Assert.Equal(["430200"], Given.Read().Codes["cluster.area"]);
    }

    [Theory]
    [InlineData("government.postcode", "510000")]
    [InlineData("promoter.postcode", "100804")]
    [InlineData("government.phone", "020-83458818")]
    [InlineData("promoter.phone", "0755-83458818")]
    public void A_contact_lies_in_the_area_s_province(string field, string written)
    {
        var message = Planted("place-mismatch", Severity.Warning, field, written, (field, written));
        Assert.Contains("湖南省", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("government.postcode", "510000")]
    [InlineData("government.phone", "020-83458818")]
    [InlineData("government.postcode", "412000")]
    [InlineData("government.phone", "0731-22345678")]
    public void Any_province_of_the_area_will_do(string field, string written) => Absent(("cluster.area", "湖南省株洲市、广东省广州市"), (field, written));

    [Fact]
    public void With_several_provinces_a_third_does_not_match()
    {
        var message = Planted("place-mismatch", Severity.Warning, "government.postcode", "100804", ("cluster.area", "湖南省株洲市、广东省广州市"), ("government.postcode", "100804"));
        Assert.Contains("湖南省、广东省", message, StringComparison.Ordinal);
        Assert.Contains("北京市", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_area_no_place_is_wrong() => Assert.DoesNotContain(Given.Checked(("cluster.area", null), ("government.postcode", "100804")), f => f.Code == "place-mismatch");

    [Theory, InlineData("轨道交通装备集群"), InlineData("湖南省株洲市轨道交通装备产业园"), InlineData("京津冀生命健康集群"), InlineData("广佛惠超高清视频和智能家电集群")]
    public void A_name_of_another_pattern_is_warned_of(string name) => Planted("name-pattern", Severity.Warning, "cluster.name", name, ("cluster.name", name));

    [Theory, InlineData("上海市集成电路集群"), InlineData("北京市海淀区软件集群"), InlineData("广西壮族自治区柳州市汽车集群"), InlineData("江苏省苏州市、无锡市生物医药集群")]
    public void A_name_may_be_of_a_municipality_or_region(string name) => Absent(("cluster.name", name));

    [Fact]
    public void A_narrative_at_odds_with_an_indicator_is_warned_of()
    {
        var message = Planted("narrative-differs", Severity.Warning, "overview.narrative", "集群产值达1200亿元", ("overview.narrative", "2020年，集群产值达1200亿元。"));
        Assert.Contains("1507", message, StringComparison.Ordinal);
        Absent(("overview.narrative", "2020年，集群产值达1507亿元。"));
    }

    [Fact]
    public void Text_that_belongs_nowhere_is_quoted_without_a_field()
    {
        var finding = Told("unplaced", Severity.Warning, null, "甲机械有限公司", culture => Given.In(culture, () => Given.Read(Habits.With(Habit.TableAfter)).Findings.Where(f => f.Value == "甲机械有限公司")));
        Assert.Equal("甲机械有限公司", finding.Value);
    }

    static string Name(string field) => Given.Form[field].Name.Zh;

    static void Absent(params (string Field, string? Written)[] answers) => Assert.Empty(Given.Read(answers).Findings);

    /// <returns>The message in Chinese.</returns>
    static string Planted(string code, Severity severity, string field, string quoted, params (string Field, string? Written)[] answers) =>
        Told(code, severity, field, quoted, culture => Given.In(culture, () => Given.Read(answers).Findings)).Message;

    static Finding Told(string code, Severity severity, string? field, string quoted, Func<string, IEnumerable<Finding>> find)
    {
        var (zh, en) = (Assert.Single(find("zh")), Assert.Single(find("en")));
        Assert.Equal((code, severity, field), (zh.Code, zh.Severity, zh.Field));
        Assert.Equal((code, severity, field, zh.Value), (en.Code, en.Severity, en.Field, en.Value));
        Assert.Contains(quoted, zh.Message, StringComparison.Ordinal);
        Assert.Contains("请", zh.Message, StringComparison.Ordinal);                              // how to mend it
        Assert.EndsWith("。", zh.Message, StringComparison.Ordinal);
        Assert.Contains(code is "required" or "missing" ? Given.Form[field!].Name.En! : quoted, en.Message, StringComparison.Ordinal);
        Assert.Matches("(Fill|Write|Check|Give|Shorten|Make|Name|Move|filled in|has (six|eleven) digits)", en.Message);
        Assert.EndsWith(".", en.Message, StringComparison.Ordinal);
        Assert.All([zh.Message, en.Message], m => Assert.DoesNotContain('{', m));
        return zh;
    }
}
