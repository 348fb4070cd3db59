using System.Globalization;
using Jiqun.Core.Definitions;
using Jiqun.Core.Identifiers;

namespace Jiqun.Portal;

/// <summary>A made-up entry of the demonstration.</summary>
/// <param name="City">Six digits.</param>
/// <param name="Postcode">Of the city; so <paramref name="DialCode"/>.</param>
/// <param name="Share">Of the country's output, in %; so <paramref name="Employment"/> of its employment.</param>
/// <param name="Output">In 亿元.</param>
/// <param name="Known">What the city's cluster is known for.</param>
sealed record DemoPeer(string City, string Postcode, string DialCode, string Contact, decimal Output, decimal Share, decimal Employment, int Patents, string Known)
{
    /// <summary>Where it works; its city unless said.</summary>
    public string Area { get; init; } = "";

    /// <summary>Last digits of the contact's mobile telephone; the city's unless said.</summary>
    public string Mobile { get; init; } = City;

    /// <summary>In 亿元, in the round before; null when it was not in it.</summary>
    public decimal? LastOutput { get; init; }

    /// <summary>Whether it has come to the ministry, which can send it back with a question.</summary>
    public bool IsRecommended { get; init; }

    string Place => Divisions.Name(City)!;                                 // each city below is known

    public string Promoter => $"{Place}通信设备产业集群发展促进会";

    public IEnumerable<(string Field, string Written)> Answers(Form form)
    {
        var size = Output / 1000;                                         // what is not planted is about as with the peers
        return
        [
            ("cluster.name", $"{Divisions.Name(Divisions.Province(City)!)}{Place}通信设备集群"),
            ("cluster.industry", "通信设备制造（392）"),
            ("cluster.area", Area.Length > 0 ? Area : $"{Divisions.Name(Divisions.Province(City)!)}{Place}"),
            ("government.name", $"{Place}人民政府"),
            ("government.head", "郑国强"),
            ("government.headTitle", "副市长"),
            ("government.address", $"{Place}市民中心1号"),
            ("government.postcode", Postcode),
            ("government.contact", "吴敏"),
            ("government.contactDepartment", $"{Place}工业和信息化局"),
            ("government.contactTitle", "处长"),
            ("government.phone", $"{DialCode}-8{City}0"),
            ("government.mobile", $"1390{City}1"[..11]),
            ("government.email", $"gxj{City}@example.gov.cn"),
            ("promoter.name", Promoter),
            ("promoter.head", "冯立"),
            ("promoter.headTitle", "会长"),
            ("promoter.contact", Contact),
            ("promoter.mobile", $"1380{Mobile}2"[..11]),
            ("promoter.phone", $"{DialCode}-8{City}5"),
            ("promoter.email", $"cujinhui{Mobile}@example.org"),
            ("promoter.address", $"{Place}高新区创新路8号"),
            ("promoter.postcode", Postcode),
            ("overview.narrative", $"示例说明：数字均为虚构。{Known}"),
            ("indicators.output", Number(Output)),
            ("indicators.outputShare", Number(Share)),
            ("indicators.rdIntensity", Number(5 + Share % 3 / 2)),
            ("indicators.newPatents", Count(Patents)),
            ("indicators.employmentShare", Number(Employment)),
            ("indicators.foreignCapital", Number(13 * size)),
            ("indicators.enterprises", Count(350 * size)),
            ("indicators.aboveScale", Count(100 * size)),
            ("indicators.champions", Count(3 * size)),
            ("indicators.highTech", Count(120 * size)),
            ("indicators.littleGiants", Count(15 * size)),
            ("indicators.innovationCarriers", Count(7 * size)),
            ("indicators.standards", Count(20 * size)),
            ("indicators.servicePlatforms", Count(10 * size)),
            ("indicators.listed", Count(9 * size)),
            ("organisation.name", Promoter),
            ("organisation.legalType", "社会团体"),
            ("organisation.founded", "2016-06"),
            ("organisation.operation", $"{Place}的龙头企业、高校和院所共同发起，理事会决策，秘书处执行。"),
            ("organisation.functions", $"为{Place}的会员对接供需、发布标准、组织自律。"),
            ("organisation.work", $"每年在{Place}办一次产业链大会，编制集群发展报告。"),
        ];
    }

    static string Number(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    static string Count(decimal value) => decimal.Round(value).ToString(CultureInfo.InvariantCulture);
}

/// <summary>Made-up entries of one industry, in which whatever the desk asks across entries is planted once, copies apart: those are in the sample documents.</summary>
static class DemoPeers
{
    public static IReadOnlyList<DemoPeer> All { get; } =
    [
        // together the shares are more than the whole
        new("440300", "518000", "0755", "陈晨", 6000, 20, 16, 900, "深圳以整机和核心网设备见长，龙头企业带动上下游在本地配套，基站和终端远销海外。"),
        new("441300", "516000", "0752", "林涛", 3600, 12, 9.6m, 540, "惠州承接周边城市的制造环节，以模组、结构件和线路板为主，交付周期短。") { Area = "广东省惠州市、深圳市" },       // in the other's area, too
        new("440100", "510000", "020", "何倩", 4200, 14, 11.2m, 630, "广州依托高校和运营商的研究院，在卫星通信和射频器件上形成特色，测试验证平台齐全。") { LastOutput = 1200, IsRecommended = true },   // grown threefold since the last round
        new("420100", "430000", "027", "胡军", 4500, 15, 12, 675, "武汉的光纤、光模块和光传输设备自成一体，从预制棒到系统设备均在光谷完成。"),
        new("610100", "710000", "029", "马宁", 3900, 13, 10.4m, 585, "西安有深厚的军工电子底子，微波、雷达技术向民用通信转化，创业团队多。"),
        new("330100", "310000", "0571", "沈洁", 3300, 11, 8.8m, 33000, "杭州把云计算和网络设备结合，交换机与路由器企业同数据中心企业联合研发。") { IsRecommended = true },                      // patents far from the peers'
        new("320100", "210000", "025", "许磊", 2700, 9, 7.2m, 405, "南京聚焦软件定义网络与毫米波，实验室成果在江宁开发区中试并转产。") { Mobile = "420100" },                                  // Wuhan's contact
        new("130100", "050000", "0311", "高峰", 2400, 8, 1.2m, 360, "石家庄以导航定位和通信芯片为主，研究所孵化的企业占多数。"),                                                            // few people for the output
        new("410100", "450000", "0371", "孙燕", 4200, 5, 4, 630, "郑州靠航空港的终端整机组装起步，近年引入元器件企业，补齐本地链条。"),                                                              // implies another whole
    ];
}
