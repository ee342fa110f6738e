using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// An expectation, <c>exp_…</c>, derived from what is expected, so that recording it twice is recording it
/// once.
/// </summary>
public readonly record struct ExpectationId(string Value)
{
    /// <summary>What an expectation id starts with.</summary>
    public const string Prefix = "exp_";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// Lines of one file and expectations that settle each other only together. Each of these expectations remembers all of
/// them, so that a join that was cut short between two of them is completed as it was begun.
/// </summary>
public sealed record Bundle(IReadOnlyList<int> Lines, IReadOnlyList<ExpectationId> Expectations)
{
    /// <summary>Whether it is of the same lines and expectations.</summary>
    public bool Equals(Bundle? other) =>
        other is not null && Lines.SequenceEqual(other.Lines) && Expectations.SequenceEqual(other.Expectations);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Lines.Count, Expectations.Count, Lines[0], Expectations[0]);
}

/// <summary>How an expectation stands.</summary>
public abstract record ExpectationState
{
    /// <summary>No line has come for it yet.</summary>
    public sealed record Open : ExpectationState;

    /// <summary>A line has come and agrees.</summary>
    public sealed record Settled(FileId File, int Line) : ExpectationState
    {
        /// <summary>All that settle each other with it, the line being the first; null where it is one line and this.</summary>
        public Bundle? Bundle { get; init; }
    }

    /// <summary>
    /// A line has come and does not agree; or none had come in time, and then there is no line: by that file, or, where none
    /// came at all, by no file.
    /// </summary>
    public sealed record Broken(DiscrepancyId Discrepancy, FileId? File, int? Line) : ExpectationState
    {
        /// <summary>As of what is settled.</summary>
        public Bundle? Bundle { get; init; }
    }

    /// <summary>The acquirer undid what it had confirmed before any line came: none will.</summary>
    public sealed record Withdrawn(string Why) : ExpectationState;

    ExpectationState() { }
}

/// <summary>What an acquirer owes us for a capture, or takes for a refund.</summary>
public sealed record Expectation
{
    public required ExpectationId Id { get; init; }

    public required AcquirerName Acquirer { get; init; }

    /// <summary>The acquirer's reference of the payment.</summary>
    public required string AcquirerReference { get; init; }

    /// <summary>
    /// The acquirer's reference of the capture or refund; null where its answer named none.
    /// </summary>
    public string? ModificationReference { get; init; }

    public required LineKind Kind { get; init; }

    public required MerchantId Merchant { get; init; }

    public required PaymentId Payment { get; init; }

    public required OperationId Operation { get; init; }

    public required Money Amount { get; init; }

    /// <summary>The fee that was agreed; null where none is known, and then none is compared.</summary>
    public Money? ExpectedFee { get; init; }

    /// <summary>When the acquirer said yes.</summary>
    public required DateTimeOffset BookedAt { get; init; }

    /// <summary>
    /// A file closed at or after this should have had it. Until then we wait, which is not a break.
    /// </summary>
    public required DateTimeOffset OverdueAfter { get; init; }

    public required ExpectationState State { get; init; }

    /// <summary>
    /// The id for what is expected. Where there is no modification reference, our operation stands for it.
    /// </summary>
    public static ExpectationId IdOf(
        AcquirerName acquirer, string reference, LineKind kind, string? modification, OperationId operation) =>
        new(DerivedId.Of(
            ExpectationId.Prefix, acquirer.Value, reference, kind.ToString(), modification ?? operation.Value));

    /// <summary>Whether a capture brings this in or a refund takes it.</summary>
    public static Direction DirectionOf(LineKind kind) => kind switch
    {
        LineKind.Payment or LineKind.RefundReversal or LineKind.ChargebackReversal => Direction.Credit,
        LineKind.Payout or LineKind.ReserveHold or LineKind.Fee or LineKind.Unknown => Direction.Debit,
        LineKind.PayoutReturned or LineKind.PayIn or LineKind.ReserveRelease => Direction.Credit,
        LineKind.Refund or LineKind.Chargeback or LineKind.SecondChargeback => Direction.Debit,
        LineKind.Carry or LineKind.Transfer or LineKind.Adjustment => Direction.Debit,
    };
}
