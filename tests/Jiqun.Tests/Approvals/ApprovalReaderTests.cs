using Jiqun.Core.Approvals;
using Jiqun.Core.Definitions;

namespace Jiqun.Tests.Approvals;

/// <summary>A way of entries is data: another one needs no code, and a mistake in one is told with its place.</summary>
public sealed class ApprovalReaderTests
{
    /// <summary>特色产业集群: the county files it, the province checks it and the ministry lists it.</summary>
    public const string Second = """
        states:
          - id: filling
            name: { zh: 填写中 }
            holder: [entrant]
          - id: filed
            name: { zh: 待初审, en: Awaits the first check }
            holder: [province]
          - id: listed
            name: { zh: 已入库 }
        steps:
          - id: file
            name: { zh: 提交 }
            from: [filling]
            to: filed
            carries: submission
          - id: list
            name: { zh: 入库, en: List }
            from: [filed]
            to: listed
          - id: ask
            name: { zh: 要求补正 }
            from: [filed]
            to: filling
            carries: points
            late: true
        """;

    [Fact]
    public void A_second_way_needs_no_code()
    {
        var way = ApprovalReader.Read("second.yaml", Second);
        Assert.Equal(["filling", "filed", "listed"], way.States.Select(s => s.Id));
        Assert.True(way.IsDraft("filling"));
        Assert.Equal("file", way.Submit.Id);
        var (province, promoter) = (Guid.NewGuid(), Guid.NewGuid());
        var filed = new Situation(way["filed"], [new Party(Office.Province, province), new Party(Office.Entrant, promoter)], new HashSet<Guid>(), null, DateTime.UnixEpoch);
        Assert.Equal(["list", "ask"], way.Open(filed, province).Select(s => s.Id));
        Assert.Empty(way.Open(filed, promoter));
    }

    [Fact]
    public void A_form_without_a_way_ends_with_the_submission()
    {
        var way = ApprovalLibrary.Builtin.Of("none/2021");
        Assert.Equal(["draft", "submitted"], way.States.Select(s => s.Id));
        Assert.Empty(way["submitted"].Holder);
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "holder: [entrant]", "holder: [enterer]", "second.yaml:4:14: unknown word “enterer”; expected one of: entrant, city, province, ministry" },
        { "to: listed", "to: listet", "unknown word “listet”; expected one of: filling, filed, listed" },
        { "    carries: submission\n", "", "one step must carry a submission" },
        { "carries: points", "carries: submission", "step “file” carries that already" },
        { "to: filling", "to: filed", "points are answered by a new submission; there is none from “filed”" },
        { "from: [filling]", "from: [filed]", "a submission must be possible from the first state, “filling”" },
        { "from: [filed]\n    to: listed", "from: [listed]\n    to: filed", "say with “by” who takes it: nobody holds “listed”" },
        { "id: listed", "id: filed", "state “filed” is there already" },
        { "id: ask", "id: list", "step “list” is there already" },
        { "id: ask", "id: Ask!", "the id of a step is at most 40 small letters, digits and hyphens" },
        { "late: true", "late: yes", "unknown word “yes”" },
        { "late: true", "later: true", "unknown key “later”" },
        { "name: { zh: 入库, en: List }", "name: 入库", "expected words as a mapping" },
        { "states:", "states: [", "second.yaml:" },
        { "    from: [filed]\n    to: listed", "    from: [filed]\n    to: filed", "no step leads to “listed”" },
        { "carries: submission", "carries: submission\n    each: true", "“each” is for offices" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_with_its_place(string right, string wrong, string said)
    {
        var yaml = Second.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Second, yaml);
        var told = Assert.Throws<FormDefinitionException>(() => ApprovalReader.Read("second.yaml", yaml));
        Assert.Contains(said, told.Message, StringComparison.Ordinal);
    }
}
