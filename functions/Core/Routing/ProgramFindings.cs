namespace Railyard.Core.Routing;

/// <summary>What may be doubtful about a program.</summary>
public enum FindingCode { NeverMatches, Shadowed, Contradicted, NothingLeft, NobodyTakesIt, NotChecked }

/// <summary>What is doubtful about a program, and where.</summary>
public sealed record ProgramFinding(string Path, FindingCode Code, string Message);

/// <summary>
/// Looks for what a program says in vain: rules that nothing can match, that an earlier rule takes everything from or says
/// otherwise of, and outcomes of which no acquirer takes anything. It is exact, but for conditions too involved to look into.
/// </summary>
public static class ProgramFindings
{
    /// <summary>Everything that is doubtful, in the order of the rules.</summary>
    public static IReadOnlyList<ProgramFinding> Of(RoutingProgram program, IReadOnlyList<AcquirerProfile> profiles)
    {
        var space = new ConditionSpace(program);
        var boxes = program.Rules.Select(rule => space.Boxes(rule.When)).ToList();
        var findings = new List<ProgramFinding>();
        for (var place = 0; place < program.Rules.Count; place++)
        {
            if (OfRule(space, program, boxes, place) is { } finding) findings.Add(finding);
            else if (boxes[place] is { } own && !IsTakenByAnybody(own, program.Rules[place].Then, profiles))
                findings.Add(new(
                    $"program.rules[{place}].then", FindingCode.NobodyTakesIt,
                    "No acquirer that it names takes any payment that it matches."));
        }
        if (IsNothingLeft(space, boxes))
            findings.Add(new("program.otherwise", FindingCode.NothingLeft, "The rules match every payment, and leave none for it."));
        return findings;
    }

    static ProgramFinding? OfRule(
        ConditionSpace space, RoutingProgram program, List<IReadOnlyList<ConditionSpace.Box>?> boxes, int place)
    {
        var path = $"program.rules[{place}].when";
        if (boxes[place] is not { } own) return new(path, FindingCode.NotChecked, "It is too involved to be looked into.");
        if (own.Count == 0) return new(path, FindingCode.NeverMatches, "Nothing can match it: it contradicts itself.");
        for (var earlier = 0; earlier < place; earlier++)
            if (boxes[earlier] is { Count: > 0 } others && IsWithin(space, own, others))
                return Shadowed(program, place, earlier, isSame: IsWithin(space, others, own));
        var before = boxes.Take(place).OfType<IReadOnlyList<ConditionSpace.Box>>().SelectMany(one => one).ToList();
        return IsWithin(space, own, before)
            ? new(path, FindingCode.Shadowed, "The rules before it, taken together, match all that it does.")
            : null;
    }

    static ProgramFinding Shadowed(RoutingProgram program, int place, int earlier, bool isSame)
    {
        var (rule, other) = (program.Rules[place], program.Rules[earlier]);
        return isSame && !HaveOneOutcome(rule.Then, other.Then)
            ? new($"program.rules[{place}].when", FindingCode.Contradicted,
                $"The rule '{other.Name}' before it matches the same and sends it elsewhere.")
            : new($"program.rules[{place}].when", FindingCode.Shadowed, $"The rule '{other.Name}' before it matches all that it does.");
    }

    static bool IsWithin(
        ConditionSpace space, IReadOnlyList<ConditionSpace.Box> boxes, IReadOnlyList<ConditionSpace.Box> others) =>
        space.Without(boxes, others) is [];

    static bool IsNothingLeft(ConditionSpace space, List<IReadOnlyList<ConditionSpace.Box>?> boxes) =>
        IsWithin(space, [space.Whole], [.. boxes.OfType<IReadOnlyList<ConditionSpace.Box>>().SelectMany(one => one)]);

    static bool HaveOneOutcome(RouteOutcome left, RouteOutcome right) => (left, right) switch
    {
        (RouteOutcome.Priority one, RouteOutcome.Priority other) => one.Acquirers.SequenceEqual(other.Acquirers),
        (RouteOutcome.VolumeSplit one, RouteOutcome.VolumeSplit other) => one.Shares.SequenceEqual(other.Shares),
        (RouteOutcome.Optimise one, RouteOutcome.Optimise other) => one.Among.SequenceEqual(other.Among),
        _ => false,
    };

    static bool IsTakenByAnybody(
        IReadOnlyList<ConditionSpace.Box> boxes, RouteOutcome outcome, IReadOnlyList<AcquirerProfile> profiles) =>
        profiles.Where(profile => Names(outcome, profile)).Any(profile => boxes.Any(box => Takes(profile, box)));

    static bool Takes(AcquirerProfile profile, ConditionSpace.Box box) => profile.Brands.Any(brand =>
        (profile.Currencies.Count > 0 ? profile.Currencies.Select(Currency.Of) : Currency.All).Any(currency => box.Takes(brand, currency)));

    static bool Names(RouteOutcome outcome, AcquirerProfile profile) => outcome switch
    {
        RouteOutcome.Priority one => one.Acquirers.Contains(profile.Name),
        RouteOutcome.VolumeSplit one => one.Shares.Any(share => share.Acquirer == profile.Name),
        RouteOutcome.Optimise one => one.Among.Count == 0 || one.Among.Contains(profile.Name),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
