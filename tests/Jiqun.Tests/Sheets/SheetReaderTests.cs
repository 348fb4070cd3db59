using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Tests.Sheets;

/// <summary>Single habits that documents show, on the grid itself: a row is cells parted by |, a line break is ⏎.</summary>
public sealed class SheetReaderTests
{
    static readonly SheetReader Reader = new(FormLibrary.Builtin.Default);

    /// <summary>Enough of the form to be recognised, without the cells that a test is about.</summary>
    static readonly string[] Indicators =
    [
        "集群发展相关指标", "上年度集群产业产值（亿元）|1507|上年度集群产业产值占全国该产业总产值比重（%）|7.5", "上年度集群企业平均研发投入强度（%）|3.2|上年度新增集群发明专利授权量（个）|120",
        "上年度集群产业从业人员占该产业全国从业人员比重（%）|5|上年度集群利用外资总额（亿元）|8", "集群企业数量（个）|425|集群规上企业数量（个）|273",
        "集群单项冠军企业数量（个）|3|集群高新技术企业数量（个）|126", "集群专精特新“小巨人”企业数量（个）|11|国家级技术创新载体数量（家）|4",
        "国际和国内标准数量（个）|60|省级以上公共服务平台数量（个）|9", "集群上市和挂牌企业数量（家）|59||",
    ];

    static readonly string[] Organisation =
    [
        "集群发展促进组织名称|株洲中心", "集群发展促进组织法人类型：社会团体|集群发展促进组织成立时间：2018年5月", "集群发展促进组织组建与运营情况", "组建", "集群发展促进组织的主要功能", "功能",
        "集群发展促进组织近年来开展的重点工作", "工作",
    ];

    static readonly string[] Narrative = ["二、集群发展总体情况", "集群情况"];

    static FilledForm Read(params IEnumerable<string[]> tables)
    {
        List<GridBlock> blocks = [];
        foreach (var rows in tables)
        {
            var table = new GridTable(blocks.Count + 1);
            for (var row = 0; row < rows.Length; row++)
            {
                foreach (var (column, text) in rows[row].Split('|').Index())
                    table.Cells.Add(new GridCell(table, row, column, 1) { Text = text.Replace('⏎', '\n') });
            }
            blocks.Add(table);
        }
        var outcome = Reader.Read(new GridDocument(blocks, new Dictionary<string, IReadOnlyList<string>>()), new DateOnly(2021, 9, 30));
        Assert.False(outcome.Refused, outcome.Refusal?[0].Message);
        return outcome.Value;
    }

    static void Reads(string field, string? expected, params string[][] tables)
    {
        var read = Read(tables);
        Assert.Equal(expected, read.Answers[field]?.Written);
        Assert.DoesNotContain(read.Findings, f => f.Code == "unplaced");
    }

    [Theory]
    [InlineData("集群名称|湖南省株洲市轨道交通装备集群", "cluster.name", "湖南省株洲市轨道交通装备集群")]
    [InlineData("集 群 名 称：|湖南省株洲市轨道交通装备集群", "cluster.name", "湖南省株洲市轨道交通装备集群")]
    [InlineData("集群名称（全称）|湖南省株洲市轨道交通装备集群", "cluster.name", "湖南省株洲市轨道交通装备集群")]
    [InlineData("1、集群名称|湖南省株洲市轨道交通装备集群", "cluster.name", "湖南省株洲市轨道交通装备集群")]
    [InlineData("*集群名称|湖南省株洲市轨道交通装备集群", "cluster.name", "湖南省株洲市轨道交通装备集群")]
    [InlineData("产业领域（参考2017年国民经济行业分类（GB/T 4754—2017），明确所属大类或中类）|电池制造（384）", "cluster.industry", "电池制造（384）")]
    [InlineData("产业领域⏎（参考2017年国民经济行业分类（GB/T 4754-2017），明确所属大类或中类）电池制造（384）", "cluster.industry", "电池制造（384）")]
    [InlineData("实施范围|（地域范围）：湖南省株洲市全域", "cluster.area", "湖南省株洲市全域")]
    [InlineData("实施范围|湖南省株洲市全域（地域范围）", "cluster.area", "湖南省株洲市全域")]
    [InlineData("实施范围|（地域范围）", "cluster.area", null)]
    public void One_cell_or_two(string row, string field, string? expected) => Reads(field, expected, [row], Narrative, Indicators, Organisation);

    [Fact]
    public void A_job_title_that_is_also_a_label_is_an_answer() =>
        Reads("government.headTitle", "负责人", ["集群建设的组织单位（地方人民政府）|单位名称|株洲市人民政府||", "|负责人|张三|职务|负责人"], Narrative, Indicators, Organisation);

    [Fact]
    public void The_same_label_belongs_to_the_block_it_stands_in()
    {
        string[] promoter = ["集群发展促进组织|机构名称|株洲中心||", "|联系人|李四|传真|0731-22222222"];
        string[] government = ["集群建设的组织单位（地方人民政府）|单位名称|株洲市人民政府||", "|联系人|张三|传真|0731-11111111"];
        foreach (var table in (string[][])[[.. government, .. promoter], [.. promoter, .. government]])
        {
            var read = Read(table, Narrative, Indicators, Organisation);
            Assert.Equal(("张三", "0731-11111111"), (read.Answers.Text("government.contact"), read.Answers.Text("government.fax")));
            Assert.Equal(("李四", "0731-22222222"), (read.Answers.Text("promoter.contact"), read.Answers.Text("promoter.fax")));
        }
    }

    [Fact]
    public void A_label_of_which_nothing_is_left_is_known_by_its_place() =>
        Reads("government.headTitle", "市长", ["集群建设的组织单位（地方人民政府）|单位名称|株洲市人民政府||", "|负责人|张三|耳只夕力|市长"], Narrative, Indicators, Organisation);

    [Theory]
    [InlineData("（集群所在地人民政府意见）⏎同意推荐。⏎盖章⏎2021年9月22日", "同意推荐。", "2021-09-22")]
    [InlineData("（集群所在地人民政府意见）⏎同意推荐。⏎株洲市人民政府（盖章）⏎二〇二一年九月二十二日", "同意推荐。\n株洲市人民政府", "2021-09-22")]
    [InlineData("（集群所在地人民政府意见）⏎经2021年5月10日市政府常务会议研究，同意推荐。⏎公 章：⏎2021 年 9 月", "经2021年5月10日市政府常务会议研究，同意推荐。", "2021-09")]
    [InlineData("（集群所在地人民政府意见）⏎同意⏎盖章    年   月   日", "同意", null)]
    [InlineData("（集群所在地人民政府意见）⏎盖章⏎年 月 日", null, null)]
    [InlineData("集群所在地人民政府意见|同意推荐。⏎盖章 2021.9.22", "同意推荐。", "2021-09-22")]
    public void The_opinion_is_taken_apart(string row, string? text, string? date)
    {
        var read = Read([row], Narrative, Indicators, Organisation);
        Assert.Equal((text, date), (read.Answers.Text("opinion.text"), read.Answers["opinion.date"]?.Written));
        Assert.DoesNotContain(read.Findings, f => f.Code == "unplaced");
    }

    [Theory]
    [InlineData("二、集群发展总体情况⏎产业基础雄厚。⏎协作紧密。")]
    [InlineData("集群总体情况：产业基础雄厚。⏎协作紧密。")]
    [InlineData("二、集群发展总体情况|产业基础雄厚。⏎协作紧密。")]
    public void The_narrative_may_stand_with_its_title(string row) => Reads("overview.narrative", "产业基础雄厚。\n协作紧密。", [row], Indicators, Organisation);

    [Fact]
    public void A_long_answer_may_fill_several_rows_and_two_tables() => Reads(
        "organisation.operation", "第一段\n第二段", [.. Indicators], [.. Narrative], [.. Organisation[..3], "第一段"], ["第二段", .. Organisation[4..]]);

    [Fact]
    public void What_belongs_nowhere_is_quoted_with_its_place()
    {
        var read = Read(["集群名称|甲集群", "备注|数据截至六月"], Narrative, Indicators, Organisation);
        Assert.Equal(["备注", "数据截至六月"], read.Findings.Where(f => f.Code == "unplaced").Select(f => f.Value));
        Assert.Contains("表1", Read(["集群名称|甲集群", "备注|数据"], Narrative, Indicators, Organisation).Findings[^1].Message.Replace("Table 1", "表1", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_of_columns_and_running_numbers_are_no_text_that_was_missed() => Reads(
        "indicators.enterprises", "425", Narrative, ["序号|指标|单位|数值", "1|集群企业数量|个|425", "2|集群规上企业数量|个|273"], Organisation, [.. Indicators[..4], .. Indicators[5..]]);

    [Fact]
    public void Another_document_is_refused()
    {
        var table = new GridTable(1);
        table.Cells.Add(new GridCell(table, 0, 0, 1) { Text = "联系人" });
        table.Cells.Add(new GridCell(table, 0, 1, 1) { Text = "张三" });
        Assert.Equal("not-this-form", Reader.Read(new GridDocument([table], new Dictionary<string, IReadOnlyList<string>>()), new DateOnly(2021, 9, 30)).Refusal![0].Code);
    }
}
