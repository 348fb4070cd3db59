namespace Jiqun.Core.Definitions;

/// <summary>The forms that the product carries, by id.</summary>
/// <remarks>A stand-in: labels and kinds only. The real one reads forms/**/form.yaml.</remarks>
public sealed class FormLibrary
{
    public static FormLibrary Builtin { get; } = new();

    /// <summary>The newest last.</summary>
    public IReadOnlyList<string> Ids { get; } = ["cluster-entry/2021"];

    public Form this[string id] => id == Ids[0] ? standIn : throw new KeyNotFoundException(id);

    readonly Form standIn = new("cluster-entry/2021", new Text("先进制造业集群参赛信息采集表"), 2020,
        [
            Section("cluster", ["cluster.name|集群名称|Text", "cluster.industry|产业领域|Industry", "cluster.area|实施范围|Area"]),
            Section("government",
            [
                "government.name|单位名称|Text", "government.head|负责人|Text", "government.headTitle|职务|Text",
                "government.address|通信地址|Text", "government.postcode|邮编|Postcode", "government.contact|联系人|Text",
                "government.contactDepartment|所在部门|Text", "government.contactTitle|职务|Text", "government.phone|固定电话|Phone",
                "government.mobile|移动电话|Mobile", "government.fax|传真|Phone", "government.email|E-mail|Email",
            ]),
            Section("promoter",
            [
                "promoter.name|机构名称|Text", "promoter.head|负责人|Text", "promoter.headTitle|职务|Text", "promoter.contact|联系人|Text",
                "promoter.mobile|移动电话|Mobile", "promoter.fax|传真|Phone", "promoter.phone|固定电话|Phone", "promoter.email|E-mail|Email",
                "promoter.address|通信地址|Text", "promoter.postcode|邮编|Postcode",
            ]),
            Section("opinion", ["opinion.text|集群所在地人民政府意见|LongText", "opinion.date|年月日|Date"]),
            Section("overview", ["overview.narrative|集群发展总体情况|LongText"]),
            Section("indicators",
            [
                "indicators.output|上年度集群产业产值|Number|亿元", "indicators.outputShare|上年度集群产业产值占全国该产业总产值比重|Number|%",
                "indicators.rdIntensity|上年度集群企业平均研发投入强度|Number|%", "indicators.newPatents|上年度新增集群发明专利授权量|Integer|个",
                "indicators.employmentShare|上年度集群产业从业人员占该产业全国从业人员比重|Number|%",
                "indicators.foreignCapital|上年度集群利用外资总额|Number|亿元", "indicators.enterprises|集群企业数量|Integer|个",
                "indicators.aboveScale|集群规上企业数量|Integer|个", "indicators.champions|集群单项冠军企业数量|Integer|个",
                "indicators.highTech|集群高新技术企业数量|Integer|个", "indicators.littleGiants|集群专精特新“小巨人”企业数量|Integer|个",
                "indicators.innovationCarriers|国家级技术创新载体数量|Integer|家", "indicators.standards|国际和国内标准数量|Integer|个",
                "indicators.servicePlatforms|省级以上公共服务平台数量|Integer|个", "indicators.listed|集群上市和挂牌企业数量|Integer|家",
            ]),
            Section("organisation",
            [
                "organisation.name|集群发展促进组织名称|Text", "organisation.legalType|集群发展促进组织法人类型|Text",
                "organisation.founded|集群发展促进组织成立时间|Date", "organisation.operation|集群发展促进组织组建与运营情况|LongText",
                "organisation.functions|集群发展促进组织的主要功能|LongText", "organisation.work|集群发展促进组织近年来开展的重点工作|LongText",
            ]),
        ],
        new Dictionary<string, Heading>(), [], []);

    static Section Section(string id, string[] fields) => new(id, new Text(id), [.. fields.Select(Field)]);

    static Field Field(string line)
    {
        var part = line.Split('|');
        return new Field(part[0], new Text(part[1]), Enum.Parse<FieldKind>(part[2]), Need.Expected, [], null,
            part.Length > 3 ? part[3] : null, Period.None, [], [], false, [], []);
    }
}
