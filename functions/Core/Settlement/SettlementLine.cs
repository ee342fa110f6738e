using System.Runtime.InteropServices;

namespace Railyard.Core.Settlement;

/// <summary>What a line of a settlement file stands for, whatever the acquirer calls it.</summary>
public enum LineKind
{
    Payment,
    Refund,
    RefundReversal,
    Chargeback,
    SecondChargeback,
    ChargebackReversal,
    Fee,
    Payout,
    PayoutReturned,
    PayIn,
    ReserveHold,
    ReserveRelease,
    Carry,
    Transfer,
    Adjustment,
    Conversion,
    CaptureReversal,
    Unknown,
}

/// <summary>Whether money is added to our balance at the acquirer or taken from it.</summary>
public enum Direction { Credit, Debit }

/// <summary>An amount and the way it goes.</summary>
public readonly record struct Movement(Money Amount, Direction Direction)
{
    /// <summary>Credits count up, debits count down.</summary>
    public Balance ToBalance() => new(Direction == Direction.Credit ? Amount.MinorUnits : -Amount.MinorUnits, Amount.Currency);
}

/// <summary>What a fee is charged for.</summary>
public enum FeeKind
{
    Commission,
    Markup,
    SchemeFees,
    Interchange,
    Tax,

    /// <summary>Deducted without being said what for.</summary>
    Other,
}

/// <summary>What a line says of the payout that it is part of, where the payout has no row of its own.</summary>
/// <param name="PaidAt">When it comes to our bank account.</param>
/// <param name="ClosedAt">What the acquirer had settled by then is in it.</param>
/// <param name="Reference">What stands in the bank's remittance text; null where nothing is said.</param>
public sealed record ImpliedPayout(DateTimeOffset PaidAt, DateTimeOffset ClosedAt, string? Reference);

/// <summary>
/// One fee of a line: a debit where it is charged, a credit where it is given back (interchange of a refund).
/// </summary>
public readonly record struct LineFee(FeeKind Kind, Money Amount, Direction Direction);

/// <summary>Where in the file something stands.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ByteRange(long Start, int Length);

/// <summary>A line of a settlement file in our own words.</summary>
public sealed record SettlementLine
{
    /// <summary>The longest reference that we keep; a longer one is no reference.</summary>
    public const int LongestReference = 128;

    /// <summary>The line of the file it begins on, as an editor counts: the header is line 1.</summary>
    public required int Number { get; init; }

    public required ByteRange Bytes { get; init; }

    public required LineKind Kind { get; init; }

    /// <summary>What the file itself calls it.</summary>
    public required string Type { get; init; }

    /// <summary>The acquirer's reference of the payment; empty on rows of the balance.</summary>
    public required string AcquirerReference { get; init; }

    /// <summary>The acquirer's reference of this capture, refund or chargeback.</summary>
    public string? ModificationReference { get; init; }

    public string? MerchantReference { get; init; }

    /// <summary>What the cardholder paid or got back; none on rows of the balance.</summary>
    public Movement? Gross { get; init; }

    /// <summary>What it does to our balance.</summary>
    public required Movement Net { get; init; }

    public required IReadOnlyList<LineFee> Fees { get; init; }

    /// <summary>Held back of it for a while, or given back then; it is no fee. Null where nothing was.</summary>
    public Movement? Reserve { get; init; }

    /// <summary>The payout that it is part of, in formats where that has no row of its own.</summary>
    public ImpliedPayout? Payout { get; init; }

    /// <summary>From gross to net.</summary>
    public ExchangeRate? Rate { get; init; }

    public required string Batch { get; init; }

    /// <summary>In the offset of the zone that the file names.</summary>
    public required DateTimeOffset BookedAt { get; init; }

    public required string Zone { get; init; }

    /// <summary>
    /// All fees together, in the net currency; negative where more was given back than charged.
    /// </summary>
    public Balance FeesCharged() => Sum(Fees, Net.Amount.Currency);

    internal static Balance Sum(IReadOnlyList<LineFee> fees, Currency currency)
    {
        var total = Balance.Zero(currency);
        for (var place = 0; place < fees.Count; place++)
        {
            var fee = fees[place];
            total = fee.Direction == Direction.Debit ? total.Credit(fee.Amount) : total.Debit(fee.Amount);
        }
        return total;
    }
}

/// <summary>
/// A line that could not be understood: where it is, which field, what was expected and what was there.
/// </summary>
public sealed record QuarantinedLine(int Number, ByteRange Bytes, Fault Fault, string Raw);

/// <summary>Why a line or a file was refused.</summary>
public sealed record Fault(string Field, string Expected, string Found);
