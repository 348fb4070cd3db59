using CsCheck;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;

namespace Jiqun.Tests.Checks;

/// <summary>Sentences as local governments write them, beside the figures of <see cref="Given.Clean"/>: an output of 1507 亿元, 20 % of the
/// national one, an R&amp;D intensity of 3.5 %, 1800 patents, 60 亿元 of foreign capital, 425 enterprises (273 above scale, 126 high-tech,
/// 11 little giants, 3 champions, 12 listed), 8 carriers, 62 standards, 18 platforms.</summary>
public sealed class QuotedFiguresTests
{
    [Theory]
    [InlineData("集群产值达1200亿元。", "output")]
    [InlineData("2020年，集群实现产值1,200亿元，同比增长10.5%。", "output")]
    [InlineData("湖南省株洲市轨道交通装备集群产值突破2500亿元。", "output")]
    [InlineData("株洲市轨道交通装备集群产值突破2500亿元，稳居全国第一。", "output")]
    [InlineData("株洲轨道交通装备集群产值达1200亿元。", "output")]
    [InlineData("2020年集群总产值达到1200亿元，占全国同行业总产值的20%。", "output")]
    [InlineData("２０２０年，集群产值达１２００亿元。", "output")]
    [InlineData("2020 年，集群产值达 1200 亿元。", "output")]
    [InlineData("二〇二〇年，集群产值达一千二百亿元。", "output")]
    [InlineData("集群产值达1.2万亿元。", "output")]
    [InlineData("集群产值达1200亿。", "output")]
    [InlineData("集群产值达150.7万元。", "output")]
    [InlineData("集群产业规模不断壮大，上年度集群产业产值1200亿元。", "output")]
    [InlineData("产业规模持续扩大，2020年实现产值1200亿元，同比增长12%。", "output")]
    [InlineData("集群产值约1200亿元。", "output")]
    [InlineData("集群产值近2000亿元，是全省首个千亿集群。", "output")]
    [InlineData("集群产值2020年达到1200亿元。", "output")]
    [InlineData("2019年，集群产值1380亿元；2020年，集群产值达1200亿元。", "output")]
    [InlineData("核心区位于石峰区，集群产值达1200亿元。", "output")]
    [InlineData("到2025年，集群产值力争达到3000亿元。\n目前，集群产值为1200亿元。", "output")]
    [InlineData("集群全年产值首次突破2000亿元大关以上。\n集群产值首次突破2000亿元。", "output")]
    [InlineData("产值占全国比重达25%。", "outputShare")]
    [InlineData("集群产值占全国该产业总产值比重为25%，位居全国首位。", "outputShare")]
    [InlineData("集群产值占全国的25%。", "outputShare")]
    [InlineData("集群企业平均研发投入强度为5.2%。", "rdIntensity")]
    [InlineData("集群研发投入强度达到百分之五，高于全国平均水平。", "rdIntensity")]
    [InlineData("创新投入持续加大，研发投入强度达5.2%以上。", "rdIntensity")]
    [InlineData("研发投入强度超过4.5%。", "rdIntensity")]
    [InlineData("全年发明专利授权2243件。", "newPatents")]
    [InlineData("2020年，集群新增发明专利授权量2243项。", "newPatents")]
    [InlineData("2020年，集群发明专利授权2243件、实用新型专利授权5000件。", "newPatents")]
    [InlineData("利用外资总额达到80亿元。", "foreignCapital")]
    [InlineData("2020年，集群实际利用外资80亿元人民币。", "foreignCapital")]
    [InlineData("集群从业人员占全国比重达15%。", "employmentShare")]
    [InlineData("企业数量达到500家。", "enterprises")]
    [InlineData("截至2021年6月，集群企业总数500余家。", "enterprises")]
    [InlineData("集群企业数量达1.2万家。", "enterprises")]
    [InlineData("集群拥有规上企业300家、高新技术企业126家。", "aboveScale")]
    [InlineData("集群拥有规上企业273家、高新技术企业150家。", "highTech")]
    [InlineData("集群拥有规上企业273家和高新技术企业150家。", "highTech")]
    [InlineData("集群现有企业425家，其中规上企业300家。", "aboveScale")]
    [InlineData("集群现有企业425家，其中，规模以上工业企业273家，国家高新技术企业150家。", "highTech")]
    [InlineData("集群（2020年）规上企业突破400家。", "aboveScale")]
    [InlineData("上市挂牌企业20家。", "listed")]
    [InlineData("集群内上市（挂牌）企业达20家。", "listed")]
    [InlineData("专精特新“小巨人”企业15家。", "littleGiants")]
    [InlineData("培育国家级专精特新“小巨人”企业15家、制造业单项冠军企业3家。", "littleGiants")]
    [InlineData("拥有国家专精特新小巨人企业15家。", "littleGiants")]
    [InlineData("拥有国家级专精特新“小巨人”15家。", "littleGiants")]
    [InlineData("培育国家级专精特新“小巨人”企业11家、制造业单项冠军企业5家。", "champions")]
    [InlineData("集群拥有国家级技术创新载体12家。", "innovationCarriers")]
    [InlineData("建成省级以上公共服务平台30个。", "servicePlatforms")]
    [InlineData("集群参与制定了多项规范，国际和国内标准数量达100项。", "standards")]
    [InlineData("一是规模壮大。二是集群产值达1200亿元。", "output")]
    [InlineData("（一）产业基础\n集群产值达1200亿元。", "output")]
    [InlineData("1、产业基础雄厚，产值达1200亿元；", "output")]
    [InlineData("在市委市政府的坚强领导下，集群产值达1200亿元。", "output")]
    [InlineData("该集群高新技术企业数量增至150家", "highTech")]
    [InlineData("集群内高新技术企业数量达150家，占企业总数的35%。", "highTech")]
    [InlineData("集群拥有高新技术企业１５０家。", "highTech")]
    [InlineData("集群获得授权发明专利2243件。", "newPatents")]
    [InlineData("上年度利用外资总额8亿元。", "foreignCapital")]
    [InlineData("集群上市和挂牌企业数量为20家。", "listed")]
    [InlineData("截至目前，集群规上企业数量已突破400家，总量居全国前列。", "aboveScale")]
    [InlineData("截至2020年底，集群共有规模以上企业300家。", "aboveScale")]
    [InlineData("株洲轨道交通装备集群规上企业数量达300家。", "aboveScale")]
    [InlineData("集群产值达1200亿元（2020年）。", "output")]
    [InlineData("集群高新技术企业达150家，占规上企业的55%。", "highTech")]
    [InlineData("2020年集群实现产值突破1200亿，规上企业达到273家。", "output")]
    [InlineData("集群主导产业产值达到2000亿元以上。", "output")]
    [InlineData("集群高新技术企业企业数量150家。", "highTech")]
    [InlineData("集群高新技术企业企业数量150家，规上企业273家。", "highTech")]
    [InlineData("主要情况如下：\n1.集群产值1507亿元；\n2.集群规上企业300家；", "aboveScale")]
    public void A_figure_that_differs_is_found(string narrative, string indicator)
    {
        var finding = Assert.Single(Found(narrative));
        Assert.Equal(Field(indicator), finding);
    }

    [Theory]
    // equal, or nearly
    [InlineData("2020年，集群产值达1507亿元，拥有规上企业273家、高新技术企业126家、专精特新“小巨人”企业11家。")]
    [InlineData("集群产值达1500亿元。")]
    [InlineData("集群产值约1600亿元。")]
    [InlineData("集群产值达0.1507万亿元，合1507亿元。")]
    [InlineData("集群规上企业近300家。")]
    [InlineData("集群规上企业达300家左右。")]
    [InlineData("研发投入强度达3.5%。")]
    // other years and parts of a year
    [InlineData("2019年，集群产值达1200亿元。")]
    [InlineData("２０１９年，集群产值达１２００亿元。")]
    [InlineData("2019 年，集群产值达1200亿元。")]
    [InlineData("二〇一九年，集群产值达1200亿元。")]
    [InlineData("集群产值由2015年的800亿元增长到2020年的1507亿元。")]
    [InlineData("集群产值2019年达1200亿元。")]
    [InlineData("2019年，集群产值1200亿元；规上企业250家；高新技术企业100家。")]
    [InlineData("2018年底，集群拥有高新技术企业90家。")]
    [InlineData("2021年上半年，集群产值达800亿元。")]
    [InlineData("2020年1—9月，集群产值达1100亿元。")]
    [InlineData("前三季度，集群实现产值1100亿元。")]
    [InlineData("今年以来，集群产值达800亿元。")]
    [InlineData("近三年，集群发明专利授权5200件。")]
    [InlineData("“十三五”期间，集群利用外资累计达280亿元。")]
    [InlineData("集群累计利用外资280亿元。")]
    [InlineData("截至2020年底，集群拥有授权发明专利9000件。")]
    [InlineData("2018年、2019年、2020年，集群产值分别为1280亿元、1380亿元、1507亿元。")]
    [InlineData("2018—2020年，集群产值1280亿元、1380亿元、1507亿元。")]
    [InlineData("2018年至2020年，集群实现产值4167亿元。")]
    [InlineData("集群产值达1380亿元（2019年）。")]
    [InlineData("上年同期集群产值1380亿元。")]
    [InlineData("规上企业数量较2019年增加30家。")]
    [InlineData("集群高新技术企业新增30家。")]
    // plans
    [InlineData("到2025年，集群产值达到3000亿元。")]
    [InlineData("“十四五”末，集群产值达到3000亿元，规上企业达到500家。")]
    [InlineData("力争三年内集群产值达到3000亿元。")]
    [InlineData("主要目标：集群产值达3000亿元；规上企业达500家；研发投入强度达5%。")]
    [InlineData("下一步，集群将加快建设。到2025年，集群产值达3000亿元。研发投入强度达5%。")]
    [InlineData("实现集群产值3000亿元的目标。")]
    [InlineData("发展目标如下：\n1.集群产值达3000亿元；\n2.规上企业达500家。")]
    // parts of the whole, and something else
    [InlineData("核心区产值达800亿元。")]
    [InlineData("核心区位于石峰区，产值达800亿元，规上企业120家。")]
    [InlineData("石峰区：规上企业100家，高新技术企业60家。")]
    [InlineData("天元区集聚规上企业100家和高新技术企业60家。")]
    [InlineData("龙头企业中车株机产值达500亿元。")]
    [InlineData("集群龙头企业实力雄厚，产值达800亿元。")]
    [InlineData("中车株机公司是全球最大的电力机车研制企业，产值达500亿元。")]
    [InlineData("中车系企业拥有规上企业10家、高新技术企业8家。")]
    [InlineData("集群企业425家，其中轨道整车产业产值900亿元。")]
    [InlineData("其中整车制造领域产值600亿元、规上企业20家。")]
    [InlineData("集群拥有上市企业10家，其中高新技术企业9家。")]
    [InlineData("集群拥有规上企业273家，其中高新技术企业100家。")]
    [InlineData("长沙市工程机械集群产值达2500亿元。")]
    [InlineData("全市规上工业企业1500家，高新技术企业700家。")]
    [InlineData("2020年，全市工业总产值达3000亿元。")]
    [InlineData("全国轨道交通装备产业产值达7500亿元。")]
    [InlineData("株洲市经济平稳增长，工业总产值达3000亿元。")]
    [InlineData("长沙市工程机械集群规上企业数量达300家。")]
    [InlineData("子集群企业数量达30家。")]
    [InlineData("子集群产值达300亿元。")]
    // single kinds
    [InlineData("建有国家级制造业创新中心1家、国家重点实验室3家。")]
    [InlineData("集群拥有省级专精特新“小巨人”企业40家。")]
    [InlineData("集群拥有省级高新技术企业20家。")]
    [InlineData("2020年集群新增高新技术企业30家。")]
    [InlineData("2020年，集群培育专精特新“小巨人”企业5家。")]
    [InlineData("全年认定高新技术企业50家。")]
    [InlineData("主导制定国际标准5项、国家标准30项。")]
    [InlineData("拥有单项冠军示范企业2家、单项冠军产品1个。")]
    [InlineData("集群拥有A股上市企业6家。")]
    [InlineData("每万人发明专利授权量达50件。")]
    // growth, shares, ranges, fractions
    [InlineData("集群产值同比增长12%，增速居全省第一。")]
    [InlineData("集群产值年均增长12%，占比达60%。")]
    [InlineData("集群产值占全省比重达60%。")]
    [InlineData("研发投入强度提高0.5个百分点。")]
    [InlineData("集群研发投入强度为3%至5%。")]
    [InlineData("集群研发投入强度保持在4%—6%。")]
    [InlineData("集群产值1200—1300亿元。")]
    [InlineData("产值占全国比重超1/4。")]
    [InlineData("高新技术企业占规上企业比重达60%。")]
    [InlineData("集群产值增长到原来的3倍，产值达3倍以上。")]
    // units that do not convert
    [InlineData("集群利用外资8亿美元。")]
    [InlineData("集群产值达200亿美元。")]
    [InlineData("规上企业从业人员5万人。")]
    // larger phrases
    [InlineData("集群拥有产值超10亿元企业20家、超亿元企业150家。")]
    [InlineData("集群企业平均产值3.5亿元，人均产值150万元。")]
    [InlineData("打造产值2000亿元级集群。")]
    [InlineData("规上企业研发投入强度达4.8%。")]
    [InlineData("集群年产值超亿元企业80家，超百亿元企业3家。")]
    [InlineData("上市挂牌企业市值达3000亿元，小巨人企业产值达200亿元。")]
    [InlineData("集群利用外资项目20个，省级以上公共服务平台服务企业500家。")]
    // quantities before the name, and lists
    [InlineData("集群拥有300家规上企业、150家高新技术企业。")]
    [InlineData("集群集聚300家规上企业，150家高新技术企业，20家上市挂牌企业。")]
    [InlineData("规上企业、高新技术企业分别达300家、150家。")]
    [InlineData("规上企业和高新技术企业分别为300家和150家。")]
    [InlineData("规上企业、高新技术企业达到300家、150家。")]
    // no indicators
    [InlineData("集群产业规模达1200亿元，营业收入1100亿元，增加值300亿元。")]
    [InlineData("总规模50亿元的产业引导基金服务企业200家。")]
    [InlineData("集群产值居全国第1位。")]
    [InlineData("集群将研发投入强度目标定为6%。")]
    [InlineData("园区企业数量达800家。")]
    [InlineData("引进培育企业50家，企业数量年均增长20%。")]
    [InlineData("服务规上企业80家，走访高新技术企业30家。")]
    [InlineData("带动上下游规上企业80家。")]
    [InlineData("中小企业数量达300家。")]
    [InlineData("集群出口产值达200亿元。")]
    [InlineData("集群新产品产值达300亿元。")]
    [InlineData("该产品产值达300亿元。")]
    [InlineData("2020年全国规上企业研发投入强度为2.4%。")]
    [InlineData("研发投入强度高于全国平均水平2.1个百分点。")]
    [InlineData("集群拥有有效发明专利9000件，新增专利申请5000件。")]
    [InlineData("整车产值占集群产值的60%，产值突破千亿元企业1家。")]
    [InlineData("中车株洲所2020年产值达400亿元，研发投入强度达8%。")]
    public void Anything_else_is_not(string narrative) => Assert.Empty(Found(narrative));

    [Fact]
    public void Every_figure_that_differs_is_found_with_its_words()
    {
        var findings = Given.Checked(("overview.narrative", "2020年，集群产值达1200亿元，企业数量500家；研发投入强度5%。"));
        Assert.Equal(["集群产值达1200亿元", "企业数量500家", "研发投入强度5%"], findings.Select(f => f.Value));
    }

    /// <summary>Paragraphs of pieces of the indicators' names do not hide it.</summary>
    [Fact]
    public void A_figure_that_differs_is_found_wherever_it_stands()
    {
        string[] pieces = ["集群", "企业", "产", "业", "规上", "规模以上", "上年度", "国家级", "国际和国", "集群企", "小巨", "“小", "实际利用外", "制造业单项", "a", "𬭎", "，", "\n"];
        var filler = Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 200].Select(string.Concat);
        var indicators = Given.Form.Sections.Single(s => s.Id == "indicators").Fields;
        Gen.Select(filler, Gen.Int[0, indicators.Count - 1].Select(i => indicators[i]), filler).Sample((before, field, after) =>
            Assert.Contains(Given.Checked(("overview.narrative", $"{before}\n集群{field.ShortForms[^1]}达99999{field.Unit}。\n{after}")), f =>
                f.Code == "narrative-differs" && f.Message.Contains($"“{field.Name}”", StringComparison.Ordinal)), iter: 1000);
    }

    [Fact]
    public void Any_narrative_of_such_words_is_checked()
    {
        string[] pieces = ["集群", "本集群", "，", "。", "\n", "：", "、", "达", "企业", "数量", "总数", "规模", "1200亿元", "300家", "5.2%", "（", "）", "其中", "2020年", "二〇二〇年", "力争", "区", "是", " "];
        var names = Given.Form.Fields.SelectMany(f => f.ShortForms).ToArray();
        Gen.OneOf(Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]), Gen.Int[0, names.Length - 1].Select(i => names[i])).Array[1, 30].Select(string.Concat)
            .Where(narrative => !string.IsNullOrWhiteSpace(narrative)).Sample(narrative => Found(narrative).All(id => Given.Form.Find(id) is not null), iter: 5000);
    }

    [Theory, InlineData("集群值达1200亿元。", 1), InlineData("集群值", 0), InlineData("集群价达1200亿元。", 0)]
    public void A_name_of_one_character_is_found(string narrative, int findings)
    {
        var f = Given.Form;
        var form = new Form(f.Id, f.Digest, f.Title, f.Subject, f.Author, f.BaseYear, [.. f.Sections.Select(s => s with { Fields = [.. s.Fields.Select(Changed)] })], f.Headings, f.Notes, f.Sheet);
        var found = EntryCheck.Run(form, Given.Answers(form, Given.Clean(("overview.narrative", narrative))), Stage.Submission, Given.Today);
        Assert.Equal(findings, found.Count(x => x.Code == "narrative-differs"));

        // the rule is another, since the names are kept by rule
        static Field Changed(Field field) => field.Id == "indicators.output" ? field with { ShortForms = ["值"] }
            : field with { Rules = [.. field.Rules.Select(r => r is QuotedFiguresRule quotes ? quotes with { Whole = ["集群"] } : r)] };
    }

    [Fact]
    public void A_figure_without_an_answer_is_compared_with_nothing() =>
        Assert.DoesNotContain(Given.Checked(("overview.narrative", "集群产值达1200亿元。"), ("indicators.output", null)), f => f.Code == "narrative-differs");

    [Theory]
    [InlineData(100)]                                                    // a hundred places: each doubled the ways to write the name
    [InlineData(20_000)]
    public void A_name_of_many_places_is_checked_like_any_other(int times) =>
        Assert.Contains(
            Given.Checked(("cluster.name", string.Concat(Enumerable.Repeat("某市", times)) + "集群"), ("overview.narrative", "集群产值达1200亿元。")),
            f => f.Code == "narrative-differs");

    /// <summary>The names of the indicators with which the narrative is at odds.</summary>
    static IEnumerable<string> Found(string narrative) =>
        from finding in Given.In("zh", () => Given.Checked(("overview.narrative", narrative)))
        where finding.Code == "narrative-differs"
        select Given.Form.Sections.Single(s => s.Id == "indicators").Fields
            .Single(f => finding.Message.Contains($"而“{f.Name.Zh}”填的是", StringComparison.Ordinal)).Id;

    static string Field(string indicator) => $"indicators.{indicator}";
}
