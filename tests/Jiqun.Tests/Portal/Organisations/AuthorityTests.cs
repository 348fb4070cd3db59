using CsCheck;
using Jiqun.Core.Identifiers;
using Jiqun.Portal.Accounts;
using Jiqun.Portal.Organisations;

namespace Jiqun.Tests.Portal.Organisations;

/// <summary>Who may make and invite whom, on trees and people made at random.</summary>
public sealed class AuthorityTests
{
    static readonly string[] Provinces = ["430000", "440000", "310000", "500000", "650000"];

    static readonly Gen<List<Organisation>> Trees = Gen.Int[0, 3].Array[1, 25].Select(choices =>
    {
        List<Organisation> tree = [Organisation.Under(null, Level.Ministry, "部", null, DateTime.UnixEpoch)];
        foreach (var choice in choices)
        {
            var parent = tree[choice * 7 % tree.Count];
            var levels = Authority.LevelsUnder(parent);
            if (levels.Count == 0)
                continue;
            var level = levels[choice % levels.Count];
            var code = level is Level.Province ? Provinces[choice % Provinces.Length] : parent.Level is Level.Ministry ? "370200" : parent.DivisionCode;
            tree.Add(Organisation.Under(parent, level, $"{tree.Count}", code, DateTime.UnixEpoch));
        }
        return tree;
    });

    static readonly Gen<(List<Organisation> Tree, Actor Actor, Organisation Place, Role Role, bool First)> Cases =
        from tree in Trees
        from actor in Gen.OneOf(
            Gen.Int[0, tree.Count - 1].Select(i => Given.MemberOf(tree[i])),
            Gen.Enum<Role>().Where(r => r is not Role.Member).Select(Given.Administrator))
        from place in Gen.Int[0, tree.Count - 1].Select(i => tree[i])
        from role in Gen.Enum<Role>()
        from first in Gen.Bool
        select (tree, actor, place, role, first);

    [Fact]
    public void A_member_invites_members_into_the_own_organisation_and_those_right_under_it_and_nowhere_else() => Cases.Where(c => c.Actor.Role is Role.Member).Sample(c =>
    {
        var steps = c.Place.Path.StartsWith(c.Actor.Path!, StringComparison.Ordinal) ? c.Place.Path[c.Actor.Path!.Length..].Count(x => x == '/') : -1;
        return Authority.MayInvite(c.Actor, c.Role, c.Place, c.First) == (c.Role is Role.Member && steps is 0 or 1)
            && !Authority.MayInvite(c.Actor, c.Role, null, c.First);
    });

    [Fact]
    public void The_system_administrator_invites_first_members_and_the_two_other_administrators() => Cases.Where(c => c.Actor.Role is Role.SystemAdministrator).Sample(c =>
        Authority.MayInvite(c.Actor, c.Role, c.Place, c.First) == (c.Role is Role.Member && c.First)
        && Authority.MayInvite(c.Actor, c.Role, null, c.First) == (c.Role is Role.SecurityAdministrator or Role.AuditAdministrator));

    [Fact]
    public void Nobody_else_invites_makes_or_changes_anything() => Cases.Where(c => c.Actor.Role is not (Role.Member or Role.SystemAdministrator)).Sample(c =>
        !Authority.MayInvite(c.Actor, c.Role, c.Place, c.First) && !Authority.MayInvite(c.Actor, c.Role, null, c.First)
        && !Authority.MayMakeUnder(c.Actor, c.Place) && !Authority.MayMakeUnder(c.Actor, null) && !Authority.MayChange(c.Actor, c.Place));

    [Fact]
    public void Nobody_can_be_made_a_system_administrator_or_an_expert_by_invitation() => Cases.Sample(c =>
        new[] { Role.SystemAdministrator, Role.Expert }.All(r => !Authority.MayInvite(c.Actor, r, c.Place, c.First) && !Authority.MayInvite(c.Actor, r, null, c.First)));

    [Fact]
    public void Whoever_may_change_an_organisation_may_make_it_and_the_other_way_round() => Cases.Sample(c =>
    {
        var parent = c.Tree.Find(o => o.Id == c.Place.ParentId);
        return Authority.MayChange(c.Actor, c.Place) == (Authority.MayMakeUnder(c.Actor, parent) && Authority.LevelsUnder(parent).Contains(c.Place.Level));
    });

    [Fact]
    public void Nobody_changes_the_own_organisation() => Cases.Sample(c => c.Place.Id != c.Actor.OrganisationId || !Authority.MayChange(c.Actor, c.Place));

    [Fact]
    public void What_lies_under_is_of_a_lower_level() => Trees.Sample(tree => tree.TrueForAll(o => Authority.LevelsUnder(o).All(l => l > o.Level)));

    [Fact]
    public void Only_in_municipalities_promotion_organisations_stand_right_under_the_province() => Trees.Sample(tree =>
        tree.TrueForAll(o => o.Level is not Level.Province || Authority.LevelsUnder(o).Contains(Level.Promoter) == (o.DivisionCode is "310000" or "500000" or "110000" or "120000")));

    [Fact]
    public void Who_may_withdraw_is_who_may_invite_or_the_system_administrator_who_did() => Cases.Sample(c =>
    {
        var into = c.Role is Role.Member ? c.Place : null;
        Invitation Made(Guid? by) => new() { Id = default, SecretDigest = "", Invitee = "", Role = c.Role, OrganisationId = into?.Id, InvitedBy = by, CreatedAt = default, ExpiresAt = default };
        return Authority.MayWithdraw(c.Actor, Made(c.Actor.AccountId), into) == Authority.MayInvite(c.Actor, c.Role, into, isFirst: true)
            && Authority.MayWithdraw(c.Actor, Made(Guid.NewGuid()), into) == Authority.MayInvite(c.Actor, c.Role, into, isFirst: false);
    });

    [Fact]
    public void Every_city_has_exactly_one_place_the_ministry_or_its_province()
    {
        var ministry = Organisation.Under(null, Level.Ministry, "部", null, DateTime.UnixEpoch);
        var provinces = Divisions.All.Where(d => d.Level is DivisionLevel.Province).Select(d => Organisation.Under(ministry, Level.Province, d.Name, d.Code, DateTime.UnixEpoch)).ToList();
        Assert.Equal(provinces.Select(p => p.DivisionCode), Placing.Choices(Level.Province, ministry).Select(d => d.Code));
        Assert.Equal(["大连市", "宁波市", "厦门市", "青岛市", "深圳市"], Placing.Choices(Level.City, ministry).Select(d => d.Name));
        var placed = provinces.SelectMany(p => Placing.Choices(Level.City, p)).Concat(Placing.Choices(Level.City, ministry)).Select(d => d.Code).ToList();
        Assert.Equal(placed.Count, placed.Distinct().Count());
        var cities = Divisions.All.Where(d => d.Level is DivisionLevel.City && !d.Name.EndsWith("直辖县级行政区划", StringComparison.Ordinal)).Select(d => d.Code);
        Assert.Empty(cities.Except(placed));
        Assert.Contains("419001", placed);                                   // 济源市
        Assert.Contains("310115", placed);                                   // 浦东新区
        Assert.DoesNotContain("430211", placed);                             // 天元区, of 株洲市
        Assert.DoesNotContain("419000", placed);
    }
}
