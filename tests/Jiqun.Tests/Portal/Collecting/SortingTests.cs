using Jiqun.Portal.Collecting;

namespace Jiqun.Tests.Portal.Collecting;

/// <summary>To which entry a filled form belongs: with a fault planted, and without it.</summary>
public sealed class SortingTests
{
    const string Rail = "株洲市轨道交通装备产业集群发展促进中心", Ceramics = "株洲市陶瓷产业集群发展促进中心", RailCluster = "湖南省株洲市轨道交通装备集群";

    static readonly KnownEntrant[] Known =
    [
        new(new Guid(1, 0, 0, new byte[8]), Rail, "430200", true, RailCluster),
        new(new Guid(2, 0, 0, new byte[8]), Ceramics, "430200", true, ""),
        new(new Guid(3, 0, 0, new byte[8]), "长沙市工程机械产业集群促进会", "430100", false, ""),
        new(new Guid(4, 0, 0, new byte[8]), "先进制造业促进会", "430300", true, "湖南省湘潭市智能装备集群"),
        new(new Guid(5, 0, 0, new byte[8]), "先进制造业促进会", "440100", false, ""),
    ];

    /// <summary>State, why, and the numbers of the organisations.</summary>
    static string Of(string author, string cluster, string areas, params KnownEntrant[] more)
    {
        var sorted = Sorting.Of(author, cluster, areas.Split(' ', StringSplitOptions.RemoveEmptyEntries), [.. Known, .. more]);
        return $"{sorted.State} {sorted.Why} {string.Join(' ', sorted.Organisations.Select(o => o.ToByteArray()[0]))}".Trim().Replace("  ", " ", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Rail, RailCluster, "430200", "Matched 1")]
    [InlineData("株洲市 轨道交通装备\u3000产业集群发展促进中心", "湖南省株洲市轨道交通装备集群（样例）", "430200", "Doubtful other-cluster 1")]
    [InlineData("株洲市轨道交通装备产业集群发展促进中心（ ）", "株洲市轨道交通装备集群", "430200", "Matched 1")]           // blanks, brackets, a name without its province
    [InlineData(Rail, "", "", "Matched 1")]
    [InlineData(Rail, RailCluster, "440100", "Doubtful other-province 1")]
    [InlineData(Rail, "湖南省株洲市新材料集群", "430200", "Doubtful other-cluster 1")]
    [InlineData("株洲市轨道交通装备产业集群发展促进中央", RailCluster, "430200", "Matched 1")]                              // one character, and the same cluster
    [InlineData("株洲市轨道交通装备产业集群发展促进中央", "湖南省株洲市新材料集群", "430200", "Doubtful near 1")]
    [InlineData("株洲市轨道交通装备产业集群发展促进中央", "湖南省株洲市新材料集群", "440100", "New")]                        // elsewhere: it is another
    [InlineData("株洲中车产业联盟", RailCluster, "430200", "Doubtful other-organisation 1")]
    [InlineData("株洲中车产业联盟", RailCluster, "440100", "New")]
    [InlineData("", RailCluster, "430200", "Matched 1")]
    [InlineData("", "湖南省株洲市新材料集群", "430200", "Doubtful nameless")]
    [InlineData("", "", "430200", "Doubtful nameless")]
    [InlineData("（　）", "—", "430200", "Doubtful nameless")]
    [InlineData("长沙市工程机械产业集群促进会", "湖南省长沙市工程机械集群", "430100", "New 3")]
    [InlineData("先进制造业促进会", "湖南省湘潭市智能装备集群", "430300", "Matched 4")]
    [InlineData("先进制造业促进会", "广东省广州市智能装备集群", "440100", "New 5")]
    [InlineData("先进制造业促进会", "智能装备集群", "", "Doubtful two 4 5")]
    [InlineData("先进制造业促进会", "智能装备集群", "430300 440100", "Doubtful two 4 5")]
    [InlineData("株洲市新材料产业联盟", "湖南省株洲市新材料集群", "430200", "New")]
    [InlineData("株洲市新材料产业联盟", "湖南省株洲市新材料集群", "430202 430203", "New")]
    [InlineData("株洲市新材料产业联盟", "湖南省新材料集群", "430000", "Doubtful place")]
    [InlineData("株洲市新材料产业联盟", "湖南省新材料集群", "", "Doubtful place")]
    [InlineData("长株潭新材料产业联盟", "湖南省长株潭新材料集群", "430100 430200", "Doubtful several-places")]
    [InlineData("北京市海淀区软件促进会", "北京市软件集群", "110108", "New")]
    [InlineData("北京市海淀区软件促进会", "北京市软件集群", "110108 110105", "New")]
    public void A_file_goes_where_all_agrees_and_else_waits(string author, string cluster, string areas, string expected) => Assert.Equal(expected, Of(author, cluster, areas));

    [Fact]
    public void A_cluster_that_two_entries_name_is_doubtful_though_the_organisation_agrees()
    {
        var rival = new KnownEntrant(new Guid(9, 0, 0, new byte[8]), "株洲中车产业联盟", "430200", true, RailCluster);
        Assert.Equal("Doubtful two 1 9", Of(Rail, RailCluster, "430200", rival));
        Assert.Equal("Doubtful two 1 9", Of("某某联盟", RailCluster, "430200", rival));
        Assert.Equal("Matched 1", Of(Rail, RailCluster, "430200", rival with { HasEntry = false }));
        Assert.Equal("Matched 1", Of(Rail, RailCluster, "430200", rival with { Division = "440100" }));
    }

    [Fact]
    public void At_most_five_are_offered()
    {
        var many = Enumerable.Range(10, 20).Select(i => new KnownEntrant(new Guid(i, 0, 0, new byte[8]), $"株洲市新材料产业集群发展促进中心{(char)('甲' + i)}", "430200", false, "")).ToArray();
        Assert.Equal(7, Of("株洲市新材料产业集群发展促进中心", "湖南省株洲市新材料集群", "430200", many).Split(' ').Length);
    }

    [Theory]
    [InlineData("430200", "430200")]
    [InlineData("430202", "430202")]
    [InlineData("430202 430203", "430200")]
    [InlineData("110108 110105", "110000")]
    [InlineData("430100 430200", null)]
    [InlineData("430000", null)]
    [InlineData("", null)]
    [InlineData("999999", null)]
    public void A_new_organisation_stands_where_all_of_the_area_lies(string areas, string? place) => Assert.Equal(place, Sorting.PlaceOf(areas.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
