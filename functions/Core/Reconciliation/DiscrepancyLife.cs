using System.Diagnostics;

namespace Railyard.Core.Reconciliation;

/// <summary>What an operator would do about a discrepancy.</summary>
public abstract record DiscrepancyStep
{
    /// <summary>Have somebody look into it.</summary>
    public sealed record Assign(string To, string? Text) : DiscrepancyStep;

    /// <summary>Say something about it.</summary>
    public sealed record Note(string Text) : DiscrepancyStep;

    /// <summary>End it.</summary>
    public sealed record Resolve(Resolution Resolution) : DiscrepancyStep;

    /// <summary>Agree with how another operator would end it.</summary>
    public sealed record Approve(string? Text) : DiscrepancyStep;

    /// <summary>Disagree with how it would be ended: it is open again.</summary>
    public sealed record Reject(string Text) : DiscrepancyStep;

    DiscrepancyStep() { }
}

/// <summary>Why a step is refused, in order of precedence.</summary>
public enum DiscrepancyRefusal
{
    /// <summary>It is resolved or closed.</summary>
    NotOpen,

    /// <summary>It waits for an approval or a rejection, and for nothing else.</summary>
    IsProposed,

    /// <summary>Nothing waits to be approved or rejected.</summary>
    NotProposed,

    /// <summary>Who proposed it cannot approve it.</summary>
    SameOperator,

    /// <summary>It cannot be a duplicate of itself.</summary>
    DuplicateOfItself,

    /// <summary>Its history is full.</summary>
    HistoryFull,
}

/// <summary>What becomes of a step.</summary>
public abstract record DiscrepancyAnswer
{
    /// <summary>It is taken: this is the discrepancy then.</summary>
    public sealed record Taken(Discrepancy Discrepancy) : DiscrepancyAnswer;

    /// <summary>It is not, and why.</summary>
    public sealed record Refused(DiscrepancyRefusal Why) : DiscrepancyAnswer;

    DiscrepancyAnswer() { }
}

/// <summary>Up to what an operator may accept or write off alone.</summary>
/// <param name="MinorUnits">By currency code; of every other, a hundred of its major unit.</param>
public sealed record ApprovalLimits(IReadOnlyDictionary<string, long> MinorUnits)
{
    const long UsualMajorUnits = 100;

    /// <summary>Whether that needs nobody else. What cannot be counted always does.</summary>
    public bool Allow(Money? atStake) => atStake is { } amount && amount.MinorUnits <= LimitOf(amount.Currency);

    long LimitOf(Currency currency)
    {
        if (MinorUnits.TryGetValue(currency.Code, out var limit)) return limit;
        var units = UsualMajorUnits;
        for (var digit = 0; digit < currency.Exponent; digit++) units *= 10;
        return units;
    }
}

/// <summary>
/// The life of a discrepancy: open, assigned, resolved; by a proposal and another operator's approval where much is
/// accepted or written off. Everything is kept in its history.
/// </summary>
public static class DiscrepancyLife
{
    /// <summary>One document holds them all, so their number is bounded.</summary>
    public const int MostEntries = 200;

    /// <summary>What becomes of an operator's step.</summary>
    public static DiscrepancyAnswer Take(
        Discrepancy found, DiscrepancyStep step, string by, ApprovalLimits limits, DateTimeOffset now)
    {
        if (Refusal(found, step, by) is { } why) return new DiscrepancyAnswer.Refused(why);
        var (state, entry) = Next(found, step, by, limits, now);
        return new DiscrepancyAnswer.Taken(found with { State = state, History = [.. found.History, entry] });
    }

    static DiscrepancyRefusal? Refusal(Discrepancy found, DiscrepancyStep step, string by)
    {
        var isFull = found.History.Count >= MostEntries;
        if (step is DiscrepancyStep.Note) return isFull ? DiscrepancyRefusal.HistoryFull : null;
        if (!found.State.IsOpen) return DiscrepancyRefusal.NotOpen;
        var proposed = found.State as DiscrepancyState.Proposed;
        if (step is DiscrepancyStep.Approve or DiscrepancyStep.Reject)
        {
            if (proposed is null) return DiscrepancyRefusal.NotProposed;
            // Whoever proposed it may think better of it; to agree takes somebody else.
            return step is DiscrepancyStep.Approve && proposed.By == by ? DiscrepancyRefusal.SameOperator : null;
        }
        if (proposed is not null) return DiscrepancyRefusal.IsProposed;
        if (step is DiscrepancyStep.Resolve { Resolution.DuplicateOf: { } other } && other == found.Id) return DiscrepancyRefusal.DuplicateOfItself;
        // An end is always possible, or a full history could never be left.
        return isFull && step is DiscrepancyStep.Assign ? DiscrepancyRefusal.HistoryFull : null;
    }

    static (DiscrepancyState State, DiscrepancyEntry Entry) Next(
        Discrepancy found, DiscrepancyStep step, string by, ApprovalLimits limits, DateTimeOffset now)
    {
        switch (step)
        {
            case DiscrepancyStep.Assign assign:
                return (new DiscrepancyState.Assigned(assign.To), new(now, by, DiscrepancyAct.Assigned, assign.Text, assign.To));
            case DiscrepancyStep.Note note:
                return (found.State, new(now, by, DiscrepancyAct.Noted, note.Text));
            case DiscrepancyStep.Resolve { Resolution: var resolution } when IsFinal(resolution.Kind) && !limits.Allow(found.Amount):
                return (
                    new DiscrepancyState.Proposed(resolution, by, (found.State as DiscrepancyState.Assigned)?.To),
                    new(now, by, DiscrepancyAct.Proposed, resolution.Reason, Resolution: resolution.Kind));
            case DiscrepancyStep.Resolve { Resolution: var resolution }:
                return (
                    new DiscrepancyState.Resolved(resolution, by, ApprovedBy: null),
                    new(now, by, DiscrepancyAct.Resolved, resolution.Reason, Resolution: resolution.Kind));
            case DiscrepancyStep.Approve approve:
                var agreed = (DiscrepancyState.Proposed)found.State;
                return (
                    new DiscrepancyState.Resolved(agreed.Resolution, agreed.By, by),
                    new(now, by, DiscrepancyAct.Approved, approve.Text, Resolution: agreed.Resolution.Kind));
            case DiscrepancyStep.Reject reject:
                var refused = (DiscrepancyState.Proposed)found.State;
                return (
                    refused.To is { } to ? new DiscrepancyState.Assigned(to) : new DiscrepancyState.Open(),
                    new(now, by, DiscrepancyAct.Rejected, reject.Text, Resolution: refused.Resolution.Kind));
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Whether money is given up by it.</summary>
    static bool IsFinal(ResolutionKind kind) => kind switch
    {
        ResolutionKind.Accepted or ResolutionKind.WrittenOff => true,
        ResolutionKind.Corrected or ResolutionKind.DuplicateOf => false,
    };
}
