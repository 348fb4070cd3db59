using Jiqun.Core.Definitions;
using YamlDotNet.RepresentationModel;

namespace Jiqun.Core.Approvals;

/// <summary>Reads the way of entries (<c>docs/approval-language.md</c>). What it does not know it refuses; it never skips.</summary>
public static class ApprovalReader
{
    /// <param name="file">Named in messages; not opened.</param>
    /// <exception cref="FormDefinitionException">Anything unknown, missing, doubled or out of place.</exception>
    public static Approval Read(string file, string yaml)
    {
        var root = YamlMap.Root(file, yaml, "the way of an entry");
        var map = new YamlMap(file, root, "the way of an entry");
        var stateNodes = YamlMap.Several(file, map.Need("states"), "“states”");
        var states = stateNodes.Select(n => State(file, n)).ToList();
        CheckIds(file, stateNodes, [.. states.Select(s => s.Id)], "state");
        var stepNodes = YamlMap.Several(file, map.Need("steps"), "“steps”");
        var steps = stepNodes.Select(n => Step(file, n, states)).ToList();
        CheckIds(file, stepNodes, [.. steps.Select(s => s.Id)], "step");
        map.End();

        foreach (var carried in (Carried[])[Carried.Submission, Carried.Seal, Carried.Recommendation])
            if (steps.FindAll(s => s.Carries == carried) is { Count: > 1 } several)
                throw YamlMap.Wrong(file, stepNodes[steps.IndexOf(several[1])], $"step “{several[0].Id}” carries that already");
        if (steps.Find(s => s.Carries is Carried.Submission) is not { } submit)
            throw YamlMap.Wrong(file, stepNodes, "one step must carry a submission");
        if (!submit.From.Contains(states[0].Id))
            throw YamlMap.Wrong(file, stepNodes[steps.IndexOf(submit)], $"a submission must be possible from the first state, “{states[0].Id}”");
        foreach (var (step, node) in steps.Zip(stepNodes))
        {
            if (step.Carries is Carried.Points && !submit.From.Contains(step.To))
                throw YamlMap.Wrong(file, node, $"points are answered by a new submission; there is none from “{step.To}”");
            if (step.Carries is Carried.Submission && step.Each)
                throw YamlMap.Wrong(file, node, "a submission is one organisation's; “each” is for offices");
            if (step.By is null && states.Find(s => step.From.Contains(s.Id) && s.Holder.Count == 0) is { } nobodys)
                throw YamlMap.Wrong(file, node, $"say with “by” who takes it: nobody holds “{nobodys.Id}”");
            if (step.Each && step.From.Contains(step.To))
                throw YamlMap.Wrong(file, node, "what each place takes must lead to another state");
        }
        HashSet<string> reached = [states[0].Id];
        while (steps.Exists(s => s.From.Any(reached.Contains) && reached.Add(s.To)))
        {
        }
        if (states.Find(s => !reached.Contains(s.Id)) is { } lost)
            throw YamlMap.Wrong(file, stateNodes[states.IndexOf(lost)], $"no step leads to “{lost.Id}”");
        return new Approval(states, steps);
    }

    static ApprovalState State(string file, YamlNode node)
    {
        var map = new YamlMap(file, node, "a state");
        var state = new ApprovalState(map.NeedScalar("id"), map.NeedText("name"), Offices(file, map, "holder") ?? [], map.Flag("inQuota")) { IsAccepted = map.Flag("accepted") };
        map.End();
        return state;
    }

    static ApprovalStep Step(string file, YamlNode node, List<ApprovalState> states)
    {
        var map = new YamlMap(file, node, "a step");
        var step = new ApprovalStep(
            map.NeedScalar("id"),
            map.NeedText("name"),
            [.. YamlMap.Several(file, map.Need("from"), "“from”").Select(n => Known(file, n, states))],
            Known(file, map.Need("to"), states),
            Offices(file, map, "by"),
            map.Take("carries") is { } carries
                ? YamlMap.Word(file, carries, ("submission", Carried.Submission), ("seal", Carried.Seal), ("recommendation", Carried.Recommendation), ("points", Carried.Points))
                : Carried.Nothing,
            map.Flag("each"),
            map.Flag("reason"),
            map.Flag("late"));
        map.End();
        return step;
    }

    static string Known(string file, YamlNode node, List<ApprovalState> states) => YamlMap.Word(file, node, [.. states.Select(s => (s.Id, s.Id))]);

    /// <summary>Null when the key is absent.</summary>
    static List<Office>? Offices(string file, YamlMap map, string key) => map.Take(key) is { } value
        ? [.. YamlMap.Several(file, value, $"“{key}”").Select(n => YamlMap.Word(file, n, ("entrant", Office.Entrant), ("city", Office.City), ("province", Office.Province), ("ministry", Office.Ministry)))]
        : null;

    static void CheckIds(string file, YamlSequenceNode nodes, List<string> ids, string what)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            if (ids[i].Length > 40 || !ids[i].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-'))
                throw YamlMap.Wrong(file, nodes[i], $"the id of a {what} is at most 40 small letters, digits and hyphens");
            if (ids.IndexOf(ids[i]) < i)
                throw YamlMap.Wrong(file, nodes[i], $"{what} “{ids[i]}” is there already");
        }
    }
}
