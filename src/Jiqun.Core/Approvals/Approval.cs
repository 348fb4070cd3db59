namespace Jiqun.Core.Approvals;

/// <summary>Whose part in the way of an entry somebody has.</summary>
public enum Office
{
    /// <summary>促进组织.</summary>
    Entrant,

    /// <summary>市人民政府.</summary>
    City,

    /// <summary>省级主管部门; of a 直辖市, its government.</summary>
    Province,

    /// <summary>工信部, the organiser.</summary>
    Ministry,
}

/// <summary>What a step brings with it besides a reason.</summary>
public enum Carried
{
    Nothing,

    /// <summary>报送版本: the answers, frozen.</summary>
    Submission,

    /// <summary>政府意见, 盖章: an opinion on one submission, and its seal.</summary>
    Seal,

    /// <summary>推荐函: a place in an ordered letter, within a quota.</summary>
    Recommendation,

    /// <summary>退回意见: what is to be changed, field by field.</summary>
    Points,
}

/// <summary>Where an entry can stand.</summary>
/// <param name="Holder">Who has to do something there: the first of these offices that the entry has. None at the end of a way.</param>
/// <param name="InQuota">An entry that stands there takes up one of the places that its recommending office has.</param>
public sealed record ApprovalState(string Id, Text Name, IReadOnlyList<Office> Holder, bool InQuota)
{
    /// <summary>受理: an entry that stands there takes part, and may be published.</summary>
    public bool IsAccepted { get; init; }
}

/// <summary>How an entry comes from one state to another.</summary>
/// <param name="By">Who may take it: the first of these offices that the entry has. Null: whoever holds the entry.</param>
/// <param name="Each">Of an entry of several places, each place's office takes it, and only then the entry goes on.</param>
/// <param name="NeedsReason">It is taken with a reason, in words.</param>
/// <param name="IsLate">It may be taken after the deadline of the state, too.</param>
public sealed record ApprovalStep(string Id, Text Name, IReadOnlyList<string> From, string To, IReadOnlyList<Office>? By, Carried Carries, bool Each, bool NeedsReason, bool IsLate);

/// <summary>An office that has a part in an entry.</summary>
/// <param name="Organisation">Null when the office is needed and no organisation has taken its place yet.</param>
/// <param name="IsPartner">It stands for another place that the cluster lies in, not for the one where the entrant is.</param>
public sealed record Party(Office Office, Guid? Organisation, bool IsPartner = false);

/// <summary>How an entry stands, as far as steps depend on it.</summary>
/// <param name="Done">Organisations that have taken the step that each takes, since the entry came into this state.</param>
/// <param name="Deadline">Of this state, for this entry; null when there is none.</param>
public sealed record Situation(ApprovalState State, IReadOnlyList<Party> Parties, IReadOnlySet<Guid> Done, DateTime? Deadline, DateTime Now)
{
    /// <summary>The deadline has passed.</summary>
    public bool IsLate => Deadline <= Now;
}

/// <summary>The way of an entry from draft to acceptance, as data: <c>forms/…/approval.yaml</c>. The first state is where an entry begins.</summary>
public sealed record Approval(IReadOnlyList<ApprovalState> States, IReadOnlyList<ApprovalStep> Steps)
{
    /// <summary>The step that freezes the answers. There is just one.</summary>
    public ApprovalStep Submit { get; } = Steps.Single(s => s.Carries is Carried.Submission);

    /// <summary>Whether the entrant may change the answers there.</summary>
    public bool IsDraft(string state) => Submit.From.Contains(state);

    /// <exception cref="InvalidOperationException">There is no such state: a mistake in the code, or another definition than the entry had.</exception>
    public ApprovalState this[string state] => States.First(s => s.Id == state);

    /// <summary>Null when there is no such step.</summary>
    public ApprovalStep? Find(string step) => Steps.FirstOrDefault(s => s.Id == step);

    /// <summary>Who has to do something in a state, partners among them where each place has its part.</summary>
    public IReadOnlyList<Party> Holders(ApprovalState state, IReadOnlyList<Party> parties) =>
        [.. First(state.Holder, parties), .. Steps.Any(s => s is { Each: true, By: null } && s.From.Contains(state.Id)) ? parties.Where(p => p.IsPartner) : []];

    /// <summary>The steps that an organisation may take now.</summary>
    public IReadOnlyList<ApprovalStep> Open(Situation situation, Guid by) => [.. Steps.Where(s => WhyNot(s, situation, by) is null)];

    /// <summary>What becomes of an entry when an organisation takes a step. The rules alone: no database, no clock.</summary>
    /// <param name="reason">Empty when none was given.</param>
    /// <returns>The state that it comes to; the same as before when others have still to take the step.</returns>
    public Outcome<ApprovalState> Decide(ApprovalStep step, Situation situation, Guid by, string reason)
    {
        if (WhyNot(step, situation, by) is { } why)
            return why;
        if (step.NeedsReason && string.IsNullOrWhiteSpace(reason))
            return Finding.Error("reason-needed", "reason", Messages.Of("reason-needed", step.Name));
        return !step.Each || Takers(step, situation).All(p => p.Organisation is { } one && (one == by || situation.Done.Contains(one))) ? this[step.To] : situation.State;
    }

    Finding? WhyNot(ApprovalStep step, Situation situation, Guid by) =>
        !step.From.Contains(situation.State.Id) ? Finding.Error("step-not-now", null, Messages.Of("step-not-now", step.Name, situation.State.Name))
        : !Takers(step, situation).Any(p => p.Organisation == by) ? Finding.Error("step-not-yours", null, Messages.Of("step-not-yours", step.Name))
        : step.Each && situation.Done.Contains(by) ? Finding.Error("step-done", null, Messages.Of("step-done", step.Name))
        : situation.IsLate && !step.IsLate ? Finding.Error("step-late", null, Messages.Of("step-late", step.Name))
        : null;

    IEnumerable<Party> Takers(ApprovalStep step, Situation situation) => step.By is { } by ? First(by, situation.Parties) : Holders(situation.State, situation.Parties);

    static List<Party> First(IReadOnlyList<Office> offices, IReadOnlyList<Party> parties) =>
        offices.Select(o => parties.Where(p => p.Office == o && !p.IsPartner).ToList()).FirstOrDefault(found => found.Count > 0) ?? [];
}
