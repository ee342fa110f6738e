using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation;

/// <summary>How far a run came, and what became of its payments.</summary>
sealed record Tally
{
    const ulong FingerprintPrime = 1099511628211;

    /// <summary>How many payments ended in each status.</summary>
    public Dictionary<PaymentStatus, int> Ended { get; } = [];

    /// <summary>How many things wait for a person, by their kind.</summary>
    public Dictionary<ReviewKind, int> Listed { get; } = [];

    /// <summary>How many approvals nobody wanted were undone.</summary>
    public int Undone { get; private set; }

    public int Payments { get; private set; }

    public int DeadLetters { get; private set; }

    public long Steps { get; init; }

    /// <summary>The same for the same steps at the same times.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    public void Count(Due done) =>
        Fingerprint = unchecked(((Fingerprint ^ (ulong)done.At.Ticks) * FingerprintPrime) ^ (ulong)(done.Subject?.Number ?? 0));

    /// <summary>Counts a payment that has come to its end.</summary>
    public void Count(Case subject)
    {
        var payment = subject.Payment!;
        Payments++;
        DeadLetters += subject.DeadLetters.Count;
        Ended[payment.Status] = Ended.GetValueOrDefault(payment.Status) + 1;
        foreach (var item in Reviews.Of(payment)) Listed[item.Kind] = Listed.GetValueOrDefault(item.Kind) + 1;
        Undone += payment.Attempts.SelectMany(attempt => attempt.Reversals).Count(reversal => reversal.ApprovalReference is not null);
    }

    /// <summary>Counts another run's.</summary>
    public Tally And(Tally other)
    {
        var both = this with { Steps = Steps + other.Steps };
        (both.Payments, both.DeadLetters, both.Undone) = (Payments + other.Payments, DeadLetters + other.DeadLetters, Undone + other.Undone);
        foreach (var (status, count) in other.Ended) both.Ended[status] = both.Ended.GetValueOrDefault(status) + count;
        foreach (var (kind, count) in other.Listed) both.Listed[kind] = both.Listed.GetValueOrDefault(kind) + count;
        return both;
    }

    public override string ToString() =>
        $"{Payments} payments in {Steps} steps: {Words(Ended)}; {Undone} unwanted approvals undone; for a person: "
        + $"{Words(Listed)}, {DeadLetters} dead letters";

    static string Words<T>(Dictionary<T, int> counts) where T : struct, Enum =>
        string.Join(", ", counts.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"));
}
