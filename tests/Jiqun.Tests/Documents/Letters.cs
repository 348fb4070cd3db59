using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;

namespace Jiqun.Tests.Documents;

/// <summary>Recommendation letters for tests.</summary>
static class Letters
{
    static readonly string[] Clusters = ["湖南省株洲市轨道交通装备集群", "湖南省长沙市工程机械集群", "湖南省长株潭地区新一代自主安全计算系统集群"];
    static readonly string[] Entrants = ["株洲市人民政府\n株洲市轨道交通装备产业集群促进中心", "长沙市人民政府\n长沙市工程机械行业协会", "长沙市人民政府"];

    public static PrintedLetter Of(int rows) => new(
        "湖南省工业和信息化厅\n关于推荐参加先进制造业集群竞赛的函",
        "工业和信息化部：",
        [
            "按照《工业和信息化部办公厅关于开展先进制造业集群竞赛的通知》要求，我厅组织各市（州）人民政府和集群促进组织开展了申报工作，并对申报材料的真实性、完整性进行了审核，对集群的发展基础、组织网络和治理机制作了评议。",
            $"经审核，现推荐以下{rows}个集群参加竞赛，其报送内容以表中所列报送版本为准。",
        ],
        [.. Enumerable.Range(0, rows).Select(i => new Recommendation(
            Clusters[i % 3], Entrants[i % 3], $"报送版本 {1 + (i % 4)}\n{PrintedMark.ShortOf($"{i * 7919 + 65536:x8}{i * 104729 + 131072:x8}")}", i % 3 == 1 ? "同意推荐。集群在国内外市场占有率高，创新能力强。" : "同意推荐"))],
        ["上述集群的申报材料已经我厅逐级审核，同意推荐。", "特此函达。"],
        "湖南省工业和信息化厅",
        "2021年10月8日");

    public static byte[] Word(PrintedLetter letter)
    {
        var to = new MemoryStream();
        WordWriter.Write(letter, to);
        return to.ToArray();
    }
}
