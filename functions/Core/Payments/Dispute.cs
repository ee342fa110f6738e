namespace Railyard.Core.Payments;

/// <summary>How far a dispute has come. The money is with the cardholder after the first and the third.</summary>
public enum DisputeStage
{
    /// <summary>The cardholder's bank took the money back.</summary>
    Opened,

    /// <summary>The merchant's defence was accepted: the money came back.</summary>
    Won,

    /// <summary>The bank took it a second time, after a defence.</summary>
    SecondChargeback,

    /// <summary>It is over, and the money stays with the cardholder.</summary>
    Lost,
}

/// <summary>A cardholder's dispute of a payment, by the acquirer's reference of it.</summary>
public sealed record Dispute(
    string Reference, DisputeStage Stage, Money Amount, string? Reason, DateTimeOffset OpenedAt, DateTimeOffset UpdatedAt);

/// <summary>What a stage that an acquirer tells makes of a payment's disputes.</summary>
public static class Disputes
{
    /// <summary>One document holds them all, so their number is bounded.</summary>
    public const int MostPerPayment = 50;

    /// <summary>
    /// The payment with its dispute at that stage. Told again, or told late when it has gone on since, it changes nothing:
    /// the stages only go forward.
    /// </summary>
    public static Payment Record(Payment payment, Dispute told)
    {
        var known = payment.Disputes.FirstOrDefault(dispute => dispute.Reference == told.Reference);
        if (known is not null && known.Stage >= told.Stage) return payment;
        if (known is null && payment.Disputes.Count >= MostPerPayment) return payment;
        var now = known is null ? told : known with { Stage = told.Stage, Amount = told.Amount, UpdatedAt = told.UpdatedAt };
        var changed = payment with { Disputes = [.. payment.Disputes.Where(dispute => dispute != known), now] };
        return changed.With(new PaymentEvent.DisputeMoved(now.Reference, now.Stage, now.Amount, now.Reason), told.UpdatedAt);
    }
}
