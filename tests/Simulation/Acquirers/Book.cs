using Railyard.Core.Payments;

namespace Railyard.Simulation.Acquirers;

/// <summary>An approval that an acquirer gave, and what became of it there.</summary>
sealed class Approval(string reference, long amount)
{
    public string Reference => reference;

    /// <summary>What was approved, in minor units.</summary>
    public long Amount => amount;

    public long Captured { get; set; }

    public long Refunded { get; set; }

    /// <summary>What was refunded of captures that were taken back later.</summary>
    public bool IsCaptureTakenBack { get; set; }

    /// <summary>Whether what was not captured has been given up.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Whether it holds, or has taken, any of the cardholder's money.</summary>
    public bool IsLive => (!IsReleased && Captured < Amount) || Captured > Refunded;

    public override string ToString() =>
        $"{reference}: {amount} approved, {Captured} captured, {Refunded} refunded{(IsReleased ? ", released" : "")}";
}

/// <summary>What an acquirer really did about one attempt, whatever it said.</summary>
sealed class Book(AcquirerName acquirer, AttemptId attempt, bool isDeaf)
{
    readonly Dictionary<OperationId, bool> deafTo = [];
    readonly List<(DateTimeOffset At, string What, string Reference, long Amount)> entries = [];

    public AcquirerName Acquirer => acquirer;

    public AttemptId Attempt => attempt;

    /// <summary>Whether nothing is heard of it, or of that operation, before the faults end; it is found out when it is first asked.</summary>
    public bool IsDeaf(OperationId? operation, Func<bool> chance)
    {
        if (operation is not { } id) return isDeaf;
        return deafTo.TryGetValue(id, out var known) ? known : deafTo[id] = chance();
    }

    /// <summary>What it answered: under the same key, it answers the same.</summary>
    public AttemptOutcome? Answer { get; set; }

    /// <summary>What came of it when its cardholder had authenticated.</summary>
    public AttemptOutcome? Completed { get; set; }

    /// <summary>Whether whatever there was of it, or was to come, was reversed.</summary>
    public bool IsReversed { get; set; }

    /// <summary>Whether its cardholder is on the way to authenticate.</summary>
    public bool IsCardholderSent { get; set; }

    public List<Approval> Approvals { get; } = [];

    /// <summary>What it answered to each capture, refund and void.</summary>
    public Dictionary<OperationId, OperationOutcome> Operations { get; } = [];

    public Approval? Find(string reference) => Approvals.Find(approval => approval.Reference == reference);

    public void Enter(DateTimeOffset at, string what, string reference, long amount) => entries.Add((at, what, reference, amount));

    public IEnumerable<string> Lines =>
        entries.Select(entry => $"{entry.At:MM-dd HH:mm:ss.fff} {acquirer} {attempt}: {entry.What} {entry.Reference} {entry.Amount}");
}
