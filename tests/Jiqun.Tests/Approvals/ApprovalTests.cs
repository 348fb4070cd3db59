using CsCheck;
using Jiqun.Core.Approvals;

namespace Jiqun.Tests.Approvals;

/// <summary>The rules of an entry's way, for the form of the competition: who may do what, where, until when.</summary>
public sealed class ApprovalTests
{
    static readonly Approval Way = ApprovalLibrary.Builtin.Of("cluster-entry/2021");

    static readonly Guid Promoter = new("00000000-0000-0000-0000-000000000001"), City = new("00000000-0000-0000-0000-000000000002"), Province = new("00000000-0000-0000-0000-000000000003"),
        Ministry = new("00000000-0000-0000-0000-000000000004"), OtherCity = new("00000000-0000-0000-0000-000000000005"), Stranger = new("00000000-0000-0000-0000-000000000006");

    static readonly DateTime Now = new(2021, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    static readonly Party[] Usual = [new(Office.Ministry, Ministry), new(Office.Province, Province), new(Office.City, City), new(Office.Entrant, Promoter)],
        Municipality = [new(Office.Ministry, Ministry), new(Office.Province, Province), new(Office.Entrant, Promoter)],
        SeparatelyPlanned = [new(Office.Ministry, Ministry), new(Office.City, City), new(Office.Entrant, Promoter)],
        Joint = [.. Usual, new(Office.City, OtherCity, IsPartner: true)];

    static Situation At(string state, Party[] parties, DateTime? deadline = null, params Guid[] done) => new(Way[state], parties, done.ToHashSet(), deadline, Now);

    static string Taken(string step, Situation situation, Guid by, string reason = "") =>
        Way.Decide(Way.Find(step)!, situation, by, reason) is var outcome && outcome.Refused ? outcome.Refusal[0].Code : outcome.Value.Id;

    [Fact]
    public void The_straight_way_leads_from_draft_to_accepted()
    {
        Assert.Equal("submitted", Taken("submit", At("draft", Usual), Promoter));
        Assert.Equal("sealed", Taken("seal", At("submitted", Usual), City));
        Assert.Equal("recommended", Taken("recommend", At("sealed", Usual), Province));
        Assert.Equal("accepted", Taken("accept", At("recommended", Usual), Ministry));
    }

    [Fact]
    public void Where_a_level_is_lacking_the_one_that_is_there_takes_its_steps()
    {
        Assert.Equal("sealed", Taken("seal", At("submitted", Municipality), Province));
        Assert.Equal("recommended", Taken("recommend", At("sealed", Municipality), Province));
        Assert.Equal("sealed", Taken("seal", At("submitted", SeparatelyPlanned), City));
        Assert.Equal("recommended", Taken("recommend", At("sealed", SeparatelyPlanned), City));
        Assert.Equal("step-not-yours", Taken("recommend", At("sealed", Usual), City));
        Assert.Equal("step-not-yours", Taken("seal", At("submitted", Usual), Province));
    }

    [Fact]
    public void An_entry_of_several_places_goes_on_when_all_have_sealed_it_and_one_is_enough_to_return_it()
    {
        Assert.Equal("submitted", Taken("seal", At("submitted", Joint), City));
        Assert.Equal("sealed", Taken("seal", At("submitted", Joint, null, City), OtherCity));
        Assert.Equal("sealed", Taken("seal", At("submitted", Joint, null, OtherCity), City));
        Assert.Equal("step-done", Taken("seal", At("submitted", Joint, null, City), City));
        Assert.Equal("draft", Taken("return", At("submitted", Joint), OtherCity));
        Assert.Equal("step-not-yours", Taken("recommend", At("sealed", Joint), OtherCity));
        Assert.Equal([City, OtherCity], Way.Holders(Way["submitted"], Joint).Select(p => p.Organisation!.Value));
        Assert.Equal([Province], Way.Holders(Way["sealed"], Joint).Select(p => p.Organisation!.Value));
    }

    [Fact]
    public void A_place_without_an_office_keeps_the_entry_until_it_has_one() =>
        Assert.Equal("submitted", Taken("seal", At("submitted", [.. Usual, new Party(Office.City, null, IsPartner: true)]), City));

    [Fact]
    public void After_the_deadline_only_what_may_be_late_is_taken()
    {
        Assert.Equal("step-late", Taken("seal", At("submitted", Usual, Now), City));
        Assert.Equal("sealed", Taken("seal", At("submitted", Usual, Now.AddTicks(1)), City));
        Assert.Equal("draft", Taken("return", At("submitted", Usual, Now), City));
        Assert.Equal("withdrawn", Taken("withdraw", At("submitted", Usual, Now), Promoter, "合并申报"));
    }

    [Theory]
    [InlineData("back-to-city", "sealed"), InlineData("back-to-province", "recommended"), InlineData("reject", "recommended"), InlineData("reopen", "accepted"), InlineData("withdraw", "sealed")]
    public void Without_a_reason_these_are_refused(string step, string from)
    {
        var by = Way.Find(step)!.By is [Office.Entrant] ? Promoter : from is "sealed" ? Province : Ministry;
        Assert.Equal("reason-needed", Taken(step, At(from, Usual), by, "　\n"));
        Assert.Equal(Way.Find(step)!.To, Taken(step, At(from, Usual), by, "见附函"));
    }

    static readonly Gen<(Situation, Guid)> Situations = Gen.Select(
        Gen.OneOf([.. Way.States.Select(s => s.Id)]), Gen.OneOf(Usual, Municipality, SeparatelyPlanned, Joint), Gen.OneOf(Promoter, City, Province, Ministry, OtherCity, Stranger),
        Gen.Bool, Gen.OneOf(Promoter, City, OtherCity).Array[0, 2],
        (state, parties, by, late, done) => (At(state, parties, late ? Now : null, done), by));

    [Fact]
    public void The_buttons_are_the_steps_that_succeed() => Situations.Sample((situation, by) =>
        Way.Open(situation, by).SequenceEqual(Way.Steps.Where(s => !Way.Decide(s, situation, by, "因为").Refused)));

    [Fact]
    public void Who_has_no_part_in_an_entry_can_do_nothing_with_it() => Situations.Sample((situation, by) =>
        situation.Parties.Any(p => p.Organisation == by) || Way.Open(situation, by).Count == 0);

    [Fact]
    public void The_entrant_decides_nothing_about_itself() => Situations.Sample((situation, _) =>
        Way.Open(situation, Promoter).All(s => s.Carries is Carried.Submission || s.Id is "withdraw" or "resume"));

    [Fact]
    public void What_waits_for_somebody_can_be_brought_on_by_them_in_time() => Situations.Sample((situation, _) =>
        situation.IsLate || Way.Holders(situation.State, situation.Parties).Where(p => p.Organisation is { } one && !situation.Done.Contains(one))
            .All(p => Way.Open(situation, p.Organisation!.Value).Any(s => s is { By: null, IsLate: false })));
}
