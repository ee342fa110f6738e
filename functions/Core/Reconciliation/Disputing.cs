using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Chargebacks and reversals: nobody can expect them, so the line of a known payment is recorded as an expectation that it
/// has met itself. By that another copy of it is known for one, in whatever file it comes.
/// </summary>
public static class Disputing
{
    /// <summary>Whether lines of that kind come without being asked for.</summary>
    public static bool IsUnasked(LineKind kind) => StageOf(kind) is not null || kind == LineKind.RefundReversal;

    /// <summary>
    /// What a recorded chargeback or reversal tells of its payment; null for every other expectation. Told again, it is the
    /// same notice.
    /// </summary>
    public static AcquirerNotice? NoticeOf(Expectation recorded)
    {
        if (!IsUnasked(recorded.Kind)) return null;
        return new AcquirerNotice
        {
            Acquirer = recorded.Acquirer,
            Id = recorded.Id.Value,
            RawType = $"{recorded.Kind}",
            Payment = recorded.Payment,
            Says = StageOf(recorded.Kind) is { } stage
                ? new NoticeSubject.Disputed(ReferenceOf(recorded), stage, recorded.Amount, Reason: null)
                : new NoticeSubject.OperationRefused(
                    OperationKind.Refund, recorded.ModificationReference, $"{recorded.Kind}", "The settlement file has given it back."),
        };
    }

    /// <summary>Whether a line told of it that is there no more: then it is as if it had never been recorded.</summary>
    internal static bool IsGone(Expectation recorded) => recorded.State is ExpectationState.Withdrawn && IsUnasked(recorded.Kind);

    /// <summary>Records what free lines tell of known payments.</summary>
    internal static void RecordAll(FileFacts file, List<Claim> claims, List<Candidate> candidates)
    {
        if (!claims.Exists(claim => claim.IsFree && IsUnasked(claim.Line.Kind))) return;
        var known = candidates.Select(candidate => candidate.Key).ToHashSet();
        var byReference = candidates.ToLookup(candidate => candidate.Expected.AcquirerReference, StringComparer.Ordinal);
        var byPayment = candidates.ToLookup(candidate => candidate.Expected.Payment);
        foreach (var claim in claims)
        {
            if (!claim.IsFree || !IsUnasked(claim.Line.Kind) || known.Contains(claim.Key)) continue;
            var about = byReference[claim.Line.AcquirerReference].FirstOrDefault(candidate => IsAbout(claim.Line, candidate))
                ?? (claim.Own is { } own ? byPayment[own.Payment].FirstOrDefault(candidate => IsAbout(claim.Line, candidate)) : null);
            if (about is null) continue;
            var recorded = new Candidate(Of(file, claim.Line, about.Expected)) { IsNew = true };
            candidates.Add(recorded);
            known.Add(claim.Key);
            Bond.Make([claim], [recorded]);
        }
    }

    // A refund is given back whole; of which one it is, its reference says.
    static bool IsAbout(SettlementLine line, Candidate candidate) => line.Kind == LineKind.RefundReversal
        ? candidate.Expected.Kind == LineKind.Refund && candidate.Modification == line.ModificationReference
        : candidate.Expected.Kind == LineKind.Payment;

    static Expectation Of(FileFacts file, SettlementLine line, Expectation known) => new()
    {
        Id = Expectation.IdOf(file.Acquirer, line.AcquirerReference, line.Kind, line.ModificationReference, known.Operation),
        Acquirer = file.Acquirer,
        AcquirerReference = line.AcquirerReference,
        ModificationReference = line.ModificationReference,
        Kind = line.Kind,
        Merchant = known.Merchant,
        Payment = known.Payment,
        Operation = known.Operation,
        Amount = (line.Gross ?? line.Net).Amount,
        BookedAt = line.BookedAt,
        OverdueAfter = line.BookedAt,
        State = new ExpectationState.Open(),
    };

    // Most acquirers name a dispute by a reference of its own; where one does not, its payment has but one.
    static string ReferenceOf(Expectation recorded) => recorded.ModificationReference ?? recorded.AcquirerReference;

    static DisputeStage? StageOf(LineKind kind) => kind switch
    {
        LineKind.Chargeback => DisputeStage.Opened,
        LineKind.SecondChargeback => DisputeStage.SecondChargeback,
        LineKind.ChargebackReversal => DisputeStage.Won,
        LineKind.Payment or LineKind.Refund or LineKind.RefundReversal => null,
        LineKind.Fee or LineKind.Payout or LineKind.PayoutReturned or LineKind.PayIn => null,
        LineKind.ReserveHold or LineKind.ReserveRelease or LineKind.Carry or LineKind.Transfer => null,
        LineKind.Conversion or LineKind.CaptureReversal or LineKind.Adjustment or LineKind.Unknown => null,
    };
}
