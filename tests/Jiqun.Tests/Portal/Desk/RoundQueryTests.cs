using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Approvals;
using Jiqun.Portal.Desk;
using Jiqun.Portal.Entries;
using Jiqun.Portal.Rounds;
using Jiqun.Tests.Figures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Jiqun.Tests.Portal.Desk;

/// <summary>Which entries a list has, in which order.</summary>
public sealed class RoundQueryTests
{
    static readonly DateTime Closes = new(2021, 6, 30, 9, 30, 0, DateTimeKind.Utc);

    static readonly WholeRound Whole = Made();

    static readonly IReadOnlyList<RoundColumn> Columns = RoundColumn.Of(Whole, ApprovalLibrary.Builtin.Of(TestRound.Form.Id));

    /// <summary>Forty-two submissions, one of them late, one returned; and a draft in time and one too late.</summary>
    static WholeRound Made()
    {
        var round = new Round { Id = Guid.NewGuid(), Name = "批次", FormId = TestRound.Form.Id, FormDigest = "", BaseYear = 2020, OpensAt = Closes.AddDays(-30), ClosesAt = Closes, CreatedAt = Closes.AddDays(-40) };
        List<RoundRow> rows = [.. TestRound.Clean(1).Select((entry, i) => new RoundRow(
            Guid.NewGuid(), Guid.NewGuid(), $"第{i}单位", i % 3 == 0 ? "430200" : "440100", i % 2 == 0 ? "submitted" : "sealed", i == 5 ? EntryState.Draft : EntryState.Submitted, false, Closes, 40,
            i == 7 ? Closes.AddDays(1) : Closes.AddDays(-1),
            new SubmittedForm(Guid.NewGuid(), 1, "", i == 7 ? Closes.AddDays(1) : Closes.AddDays(-1), entry.Answers, entry.Codes, i % 4 == 0 ? [new FrozenFinding("indicators.output", "approximate", i % 8 == 0 ? "因统计口径" : "")] : [])
            {
                Industry = $"{37 - i / 14}",
            }))];
        rows.Add(new RoundRow(Guid.NewGuid(), Guid.NewGuid(), "草稿甲", "430200", "draft", EntryState.Draft, false, Closes.AddDays(9), 3, null, null));
        rows.Add(new RoundRow(Guid.NewGuid(), Guid.NewGuid(), "草稿乙", "440100", "draft", EntryState.Draft, false, Closes, 3, null, null));
        return new WholeRound(round, TestRound.Form, TestRound.Figures, rows, Closes.AddDays(2));
    }

    static (RoundQuery Query, IReadOnlyList<RoundRow> Rows, List<Finding> Mistakes) Of(string address)
    {
        List<Finding> mistakes = [];
        var query = RoundQuery.Of(new QueryCollection(QueryHelpers.ParseQuery(address)), Columns, mistakes);
        return (query, query.Run(Whole, Columns), mistakes);
    }

    static double? Output(RoundRow row) => (double?)row.Submitted?.Answers.Number("indicators.output");

    [Fact]
    public void Without_a_wish_all_are_there_in_the_order_of_the_round() => Assert.Equal(Whole.Rows, Of("").Rows);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whatever_is_asked_for_is_what_somebody_would_pick_by_hand(int seed)
    {
        var dice = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var (least, most) = (dice.Next(0, 500), dice.Next(500, 2000));
            var (province, standing, industry) = (dice.Next(3) == 0 ? "430000" : "", dice.Next(3) == 0 ? $"{(RoundStanding)dice.Next(5)}" : "", dice.Next(3) == 0 ? "37" : "");
            var sort = dice.Next(2) == 0 ? "indicators.output" : "";
            var down = dice.Next(2) == 0;
            var (query, rows, mistakes) = Of(string.Create(CultureInfo.InvariantCulture,
                $"province={province}&standing={standing}&industry={industry}&field=indicators.output&is=Least&value={least}&field=indicators.output&is=Most&value={most}&sort={sort}&down={(down ? 1 : 0)}"));
            Assert.Empty(mistakes);
            var picked = Whole.Rows.Where(r => Output(r) >= least && Output(r) <= most && (province.Length == 0 || r.Division.StartsWith("43", StringComparison.Ordinal))
                && (standing.Length == 0 || $"{Whole.StandingOf(r)}" == standing) && (industry.Length == 0 || r.Submitted!.Industry == industry));
            if (sort.Length > 0)
                picked = down ? picked.OrderByDescending(r => Output(r)) : picked.OrderBy(r => Output(r));
            Assert.Equal(picked, rows);
            // an address keeps all of it
            Assert.Equal(rows, Of(query.Address()).Rows);
            Assert.Equal(query.Address(), Of(query.Address()).Query.Address());
        }
    }

    [Fact]
    public void What_has_no_value_comes_last_either_way()
    {
        Assert.All(new[] { "sort=indicators.output", "sort=indicators.output&down=1", "sort=industry", "sort=industry&down=1", "sort=outputPerEnterprise&down=1" }, a => Assert.Equal(["草稿甲", "草稿乙"], Of(a).Rows.TakeLast(2).Select(r => r.Name)));
    }

    [Fact]
    public void Words_are_found_in_any_answer_and_in_the_name_whatever_their_width_and_case()
    {
        var row = Whole.Rows[11];
        var text = row.Submitted!.Answers.Text("overview.narrative")!;
        Assert.Equal([row], Of($"q={Uri.EscapeDataString(text[20..28].Replace('，', ','))}").Rows);
        Assert.Equal([row], Of($"q={Uri.EscapeDataString($"第１１单位 {text[40..44]}")}").Rows);
        Assert.Empty(Of($"q={Uri.EscapeDataString($"第12单位 {text[20..28]}")}").Rows);
        Assert.Equal(Whole.Rows.Take(42), Of("q=@EXAMPLE.cn").Rows);
    }

    [Fact]
    public void How_far_an_entrant_has_come_follows_from_when_it_was_submitted_and_what_is_open()
    {
        Assert.Equal([RoundStanding.Returned, RoundStanding.Submitted, RoundStanding.SubmittedLate], Whole.Rows.Skip(5).Take(3).Select(Whole.StandingOf));
        Assert.Equal([RoundStanding.Draft, RoundStanding.Late], Whole.Rows.TakeLast(2).Select(Whole.StandingOf));
    }

    [Theory]
    [InlineData("field=indicators.nothing&is=Least&value=1", "unknown-column")]
    [InlineData("field=indicators.output&is=Nearly&value=1", "unknown-comparison")]
    [InlineData("field=indicators.output&is=7&value=1", "unknown-comparison")]
    [InlineData("field=indicators.output&is=Least&value=", "no-value")]
    [InlineData("field=indicators.output&is=Least", "no-value")]
    [InlineData("field=indicators.output&is=Least&value=viel", "not-a-number")]
    [InlineData("field=indicators.output&is=Least&value=1e999", "not-a-number")]
    [InlineData("field=cluster.name&is=Least&value=1", "not-a-number")]
    [InlineData("field=promoter.mobile&is=Contains&value=139", "unknown-column")]
    public void What_makes_no_sense_is_told_and_left_out(string address, string code)
    {
        var (_, rows, mistakes) = Of(address);
        Assert.Equal(code, Assert.Single(mistakes).Code);
        Assert.Equal(Whole.Rows, rows);
    }

    [Theory]
    [InlineData("field=indicators.output&is=Filled", 42)]
    [InlineData("field=indicators.output&is=Empty", 2)]
    [InlineData("field=cluster.industry&is=Same&value=３７２０", 14)]
    [InlineData("field=province&is=Contains&value=湖南", 15)]
    [InlineData("finding=approximate", 11)]
    [InlineData("finding=approximate@indicators.output", 11)]
    [InlineData("finding=approximate@indicators.enterprises", 0)]
    [InlineData("field=unexplained&is=Least&value=1", 5)]
    [InlineData("field=complete&is=Most&value=10", 2)]
    [InlineData("state=sealed", 21)]
    public void Each_way_of_asking(string address, int count) => Assert.Equal(count, Of(address).Rows.Count);

    [Fact]
    public void No_personal_value_is_a_column() => Assert.DoesNotContain(Columns, c => TestRound.Form.Find(c.Id) is { Personal: true });

    [Fact]
    public void So_many_columns_and_no_more()
    {
        var (query, _, mistakes) = Of(string.Join('&', Columns.Select(c => $"column={c.Id}")));
        Assert.Equal(RoundQuery.MostColumns, query.Columns.Count);
        Assert.Equal("too-many-columns", Assert.Single(mistakes).Code);
    }
}
