using System.Globalization;
using System.Text;
using Jiqun.Core.Definitions;

namespace Jiqun.Samples;

/// <summary>Makes up plausible answers. The same seed gives the same; people, offices and figures are invented.</summary>
public static class SampleAnswers
{
    /// <summary>A city and the codes by which its telephones, letters and statistics know it.</summary>
    public sealed record Place(string Province, string City, string AreaCode, string Postcode);

    public static IReadOnlyList<Place> Places { get; } =
    [
        new("湖南省", "株洲市", "0731", "412000"), new("湖南省", "长沙市", "0731", "410000"), new("福建省", "宁德市", "0593", "352100"),
        new("广东省", "深圳市", "0755", "518000"), new("广东省", "东莞市", "0769", "523000"), new("浙江省", "杭州市", "0571", "310000"),
        new("浙江省", "宁波市", "0574", "315000"), new("浙江省", "温州市", "0577", "325000"), new("江苏省", "无锡市", "0510", "214000"),
        new("江苏省", "苏州市", "0512", "215000"), new("江苏省", "徐州市", "0516", "221000"), new("江苏省", "常州市", "0519", "213000"),
        new("四川省", "成都市", "028", "610000"), new("四川省", "德阳市", "0838", "618000"), new("山东省", "青岛市", "0532", "266000"),
        new("山东省", "潍坊市", "0536", "261000"), new("安徽省", "合肥市", "0551", "230000"), new("湖北省", "武汉市", "027", "430000"),
        new("江西省", "赣州市", "0797", "341000"), new("陕西省", "西安市", "029", "710000"), new("辽宁省", "沈阳市", "024", "110000"),
        new("河南省", "洛阳市", "0379", "471000"), new("吉林省", "长春市", "0431", "130000"), new("广西壮族自治区", "柳州市", "0772", "545000"),
        new("内蒙古自治区", "包头市", "0472", "014000"), new("贵州省", "贵阳市", "0851", "550000"),
    ];

    static readonly (string Name, string Classes)[] Industries =
    [
        ("轨道交通装备", "铁路、船舶、航空航天和其他运输设备制造业"), ("动力电池", "电池制造（384）"), ("数字安防", "计算机、通信和其他电子设备制造业"),
        ("软件和信息服务", "软件和信息技术服务业（65）"), ("工程机械", "专用设备制造业（35）"), ("磁性材料", "计算机、通信和其他电子设备制造业；电子元件及电子专用材料制造（398）"),
        ("生物医药", "医药制造业（27）"), ("新型显示", "电子器件制造（397）"), ("电气", "电气机械和器材制造业（38）"), ("智能家电", "家用电力器具制造（385）"),
        ("纳米新材料", "化学原料和化学制品制造业"), ("高端纺织", "纺织业、化学纤维制造业"), ("汽车零部件", "汽车零部件及配件制造（367）"), ("航空", "航空、航天器及设备制造"),
    ];

    static readonly string[] Family = ["王", "李", "张", "刘", "陈", "杨", "黄", "周", "吴", "孙", "欧阳", "司马", "阿依古丽·", "上官"];
    static readonly string[] Given = ["伟", "静", "海燕", "鹏", "明远", "磊", "帆", "昊", "建国", "晓雯", "子涵", "𬭎", "㻏"];
    static readonly string[] Titles = ["局长", "处长", "副处长", "科长", "主任", "三级调研员"];

    static readonly string[] Sentences =
    [
        "产业规模位居全国前列，主导产品市场占有率超过30%。", "集群围绕产业链上下游开展协同创新，龙头企业牵头组建创新联合体，带动中小企业融通发展。",
        "建成国家级制造业创新中心1家，突破关键核心技术22项。", "与12所高校共建联合实验室，累计培养专业人才5600余人。", "设立总规模50亿元的产业引导基金，服务企业融资。",
        "连续5年举办国际博览会，产品出口60多个国家和地区。", "市政府成立由市长任组长的领导小组，出台专项规划与政策20余项。",
        "（一）完善“链长制”，每季度调度一次重点项目。", "建立R&D投入后补助、首台（套）保险补偿等机制。", "“十四五”以来，新增Ⅱ类以上标准试点5个，本地配套率达到80%以上。",
    ];

    /// <param name="characters">About how long the long texts are together; never longer than a field allows.</param>
    /// <param name="complete">Answers what need not be answered, too.</param>
    public static Dictionary<string, string> Of(Form form, int seed, int characters = 1500, bool complete = false)
    {
        var dice = new Random(seed);
        var place = Places[dice.Next(Places.Count)];
        var (industry, classes) = Industries[dice.Next(Industries.Length)];
        var longTexts = form.Fields.Count(f => f.Kind == FieldKind.LongText);
        var enterprises = dice.Next(200, 12000);
        var organisation = $"{place.City}{industry}产业集群发展促进中心";
        var answers = new Dictionary<string, string>();
        foreach (var field in form.Fields)
        {
            var answer = field.Kind switch
            {
                FieldKind.Text => TextOf(field, place, industry, organisation, dice),
                FieldKind.LongText => field.Id == "opinion.text"
                    ? dice.Next(2) == 0 ? "同意推荐。" : "经研究，同意推荐该集群参赛。\n请予支持。"
                    : Narrative(dice, Math.Min(characters / longTexts, Limit(field) * 9 / 10)),
                FieldKind.Number => Decimal(dice, Most(field)),
                FieldKind.Integer => field.Id.EndsWith(".enterprises", StringComparison.Ordinal) ? Whole(enterprises) : Whole(dice.Next(0, Math.Min(enterprises, 500))),
                FieldKind.Date => Date(dice, day: field.Rules.Count == 0 || field.Id.StartsWith("opinion", StringComparison.Ordinal)),
                FieldKind.Phone => $"{place.AreaCode}-{dice.Next(20000000, 89999999)}",
                FieldKind.Mobile => $"1{"3578"[dice.Next(4)]}{dice.NextInt64(100000000, 999999999)}",
                FieldKind.Postcode => place.Postcode,
                FieldKind.Email => $"{(field.Id.StartsWith("government", StringComparison.Ordinal) ? "gxj" : "office")}{dice.Next(10, 99)}@example.gov.cn",
                FieldKind.Industry => classes,
                FieldKind.Area => $"{place.Province}{place.City}全域",
            };
            if (field.Need == Need.Optional && dice.Next(8) == 0 && !complete)
                continue;
            answers[field.Id] = answer;
        }
        return answers;
    }

    /// <summary>What is still plausible for a figure of this label.</summary>
    static int Most(Field field) => field.Label.Zh switch
    {
        var label when label.Contains("外资", StringComparison.Ordinal) => 200,
        var label when label.Contains("研发", StringComparison.Ordinal) => 8,
        _ => field.Unit == "%" ? 45 : 9000,
    };

    static int Limit(Field field) => field.Rules.OfType<MaxWordsRule>().Select(r => r.Words).DefaultIfEmpty(3000).Min();

    static string TextOf(Field field, Place place, string industry, string organisation, Random dice)
    {
        var promoter = field.Id.StartsWith("promoter", StringComparison.Ordinal);
        var last = field.Id[(field.Id.LastIndexOf('.') + 1)..];
        return last switch
        {
            "name" when field.Id.StartsWith("cluster", StringComparison.Ordinal) => $"{place.Province}{place.City}{industry}集群",
            "name" when field.Id.StartsWith("government", StringComparison.Ordinal) => $"{place.City}人民政府",
            "name" => organisation,
            "head" or "contact" => Family[dice.Next(Family.Length)] + Given[dice.Next(Given.Length)],
            "headTitle" => promoter ? dice.Next(2) == 0 ? "理事长" : "秘书长" : dice.Next(2) == 0 ? "市长" : "副市长",
            "contactTitle" => Titles[dice.Next(Titles.Length)],
            "contactDepartment" => $"{place.City}工业和信息化局",
            "address" => promoter ? $"{place.City}高新区创新大道{dice.Next(1, 900)}号" : $"{place.City}市民中心{dice.Next(1, 99)}号",
            "legalType" => dice.Next(3) switch { 0 => "社会团体", 1 => "民办非企业单位（社会服务机构）", _ => "事业单位" },
            _ => field.Suggestions.Count > 0 ? field.Suggestions[dice.Next(field.Suggestions.Count)] : $"{place.City}{industry}{dice.Next(1, 99)}",
        };
    }

    static string Narrative(Random dice, int characters)
    {
        var text = new StringBuilder();
        while (text.Length < characters || text.Length == 0)
        {
            if (text.Length > 0 && dice.Next(3) == 0)
                text.Append('\n');
            text.Append(Sentences[dice.Next(Sentences.Length)]);
        }
        return text.ToString();
    }

    static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Decimal(Random dice, int most) =>
        (dice.Next(most * 100) / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    static string Date(Random dice, bool day)
    {
        if (day)
            return string.Create(CultureInfo.InvariantCulture, $"2021-{dice.Next(1, 10):00}-{dice.Next(1, 29):00}");
        return dice.Next(3) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{dice.Next(2005, 2021)}"),
            1 => string.Create(CultureInfo.InvariantCulture, $"{dice.Next(2005, 2021)}-{dice.Next(1, 13):00}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{dice.Next(2005, 2021)}-{dice.Next(1, 13):00}-{dice.Next(1, 29):00}"),
        };
    }
}
