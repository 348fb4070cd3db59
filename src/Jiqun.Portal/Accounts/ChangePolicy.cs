using System.Globalization;
using System.Net;
using Jiqun.Core;
using Jiqun.Portal.Audit;
using Jiqun.Portal.Layout;
using Jiqun.Portal.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Accounts;

/// <summary>A number of the policy, with its bounds.</summary>
/// <param name="Name">Also of its input, of its finding and, after <c>policy-</c>, of its words.</param>
sealed record PolicyNumber(string Name, int Least, int Most, Func<Policy, int> Of, Action<Policy, int> Set);

/// <summary>Sets the policy: the security administrator alone.</summary>
sealed class ChangePolicy(JiqunDb db, Policies policies, PortalSettings settings, TimeProvider clock)
{
    public const int LongestRanges = 900;

    public const string AdministratorRanges = "administratorRanges", OtherRanges = "otherRanges", TwoFactorAdministrators = "twoFactorAdministrators", TwoFactorReviewers = "twoFactorReviewers";

    public static readonly IReadOnlyList<PolicyNumber> Numbers =
    [
        new("passwordLength", 8, 64, p => p.PasswordLength, (p, v) => p.PasswordLength = v),
        new("passwordKinds", 3, 4, p => p.PasswordKinds, (p, v) => p.PasswordKinds = v),
        new("passwordDays", 30, 365, p => p.PasswordDays, (p, v) => p.PasswordDays = v),
        new("passwordHistory", 1, 10, p => p.PasswordHistory, (p, v) => p.PasswordHistory = v),
        new("lockAfter", 3, 10, p => p.LockAfter, (p, v) => p.LockAfter = v),
        new("lockMinutes", 10, 1440, p => p.LockMinutes, (p, v) => p.LockMinutes = v),
        new("idleMinutes", 5, 120, p => p.IdleMinutes, (p, v) => p.IdleMinutes = v),
        new("sessionHours", 1, 24, p => p.SessionHours, (p, v) => p.SessionHours = v),
        new("sessionsAtOnce", 1, 10, p => p.SessionsAtOnce, (p, v) => p.SessionsAtOnce = v),
    ];

    /// <param name="numbers">As written, by their names; one that lacks stays as it is.</param>
    /// <param name="address">From where it is changed: who changes it must not shut themselves out.</param>
    public async Task<Outcome<Policy>> Run(
        IReadOnlyDictionary<string, string> numbers, string administratorRanges, string otherRanges, bool twoFactorAdministrators, bool twoFactorReviewers, IPAddress? address, Actor actor)
    {
        if (actor.Role is not Role.SecurityAdministrator)
            return Refusals.NotAllowed();
        List<Finding> wrong = [];
        var policy = await db.Policies.SingleOrDefaultAsync();
        if (policy is null)
            db.Add(policy = new Policy());
        var before = Values(db.Entry(policy).State is EntityState.Added ? settings.InitialPolicy : policy);
        foreach (var number in Numbers)
        {
            if (!numbers.TryGetValue(number.Name, out var written))
                number.Set(policy, int.Parse(before[number.Name], CultureInfo.InvariantCulture));
            else if (int.TryParse(written.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= number.Least && value <= number.Most)
                number.Set(policy, value);
            else
                wrong.Add(Finding.Error("policy-number", number.Name, Words.Of("policy-number-wrong", number.Least, number.Most)));
        }
        policy.AdministratorRanges = Ranges(administratorRanges, AdministratorRanges, wrong);
        policy.OtherRanges = Ranges(otherRanges, OtherRanges, wrong);
        (policy.TwoFactorAdministrators, policy.TwoFactorReviewers) = (twoFactorAdministrators, twoFactorReviewers);
        if (wrong.Count == 0 && !policy.Admits(actor.Role, address))
            wrong.Add(Finding.Error("policy-own-address", AdministratorRanges, Words.Of("policy-own-address", address is null ? "?" : AddressRanges.Plain(address))));
        if (wrong.Count > 0)
        {
            db.ChangeTracker.Clear();
            return wrong;
        }
        var now = clock.Now();
        foreach (var (name, value) in Values(policy))
            if (value != before[name])
                db.Note(AuditAction.PolicyChanged, actor.AccountId, null, now, Change(name, before[name], value));
        if (!db.ChangeTracker.Entries<AuditRow>().Any())
        {
            db.ChangeTracker.Clear();
            return policy;
        }
        await db.SaveChangesAsync();
        policies.Forget();
        return policy;
    }

    /// <summary>What an audit row says of a value that changed.</summary>
    public static string Change(string name, string before, string after) => $"{name}: {Line(before)} → {Line(after)}";

    static string Line(string value) => value.Length == 0 ? "–" : value.Replace('\n', ' ');

    static string Ranges(string text, string name, List<Finding> wrong)
    {
        var (ranges, unread) = AddressRanges.Clean(text);
        if (unread.Count > 0)
            wrong.Add(Finding.Error("policy-range", name, Words.Of("policy-range-wrong", unread[0].Length > 60 ? unread[0][..60] : unread[0])));
        else if (ranges.Length > LongestRanges)
            wrong.Add(Finding.Error("policy-ranges", name, Words.Of("policy-ranges-long", LongestRanges)));
        return ranges;
    }

    static Dictionary<string, string> Values(Policy policy)
    {
        var values = Numbers.ToDictionary(n => n.Name, n => n.Of(policy).ToString(CultureInfo.InvariantCulture));
        values[AdministratorRanges] = policy.AdministratorRanges;
        values[OtherRanges] = policy.OtherRanges;
        values[TwoFactorAdministrators] = policy.TwoFactorAdministrators ? "on" : "off";
        values[TwoFactorReviewers] = policy.TwoFactorReviewers ? "on" : "off";
        return values;
    }
}
