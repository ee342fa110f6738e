using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What a settlement line that nothing explains says about a payment of ours: the acquirer did it after all.</summary>
public static class SettledOperations
{
    /// <summary>
    /// The notice, where the line is of a capture or refund under a reference of ours. Found again, it is the same one.
    /// </summary>
    public static AcquirerNotice? NoticeOf(Discrepancy found)
    {
        if (found is not { Kind: DiscrepancyKind.MissingHere, Line: { MerchantReference: { } reference, Gross: { } gross } line }) return null;
        if (KindOf(line.Kind) is not { } kind) return null;
        var (payment, operation) = OwnReference.Read(reference);
        if (!payment.Value.StartsWith(PaymentId.Prefix, StringComparison.Ordinal)) return null;
        return new AcquirerNotice
        {
            Acquirer = found.Acquirer,
            Id = found.Id.Value,
            RawType = line.Type,
            Payment = payment,
            Operation = operation,
            Says = new NoticeSubject.Settled(kind, line.ModificationReference, gross.Amount),
        };
    }

    static OperationKind? KindOf(LineKind kind) => kind switch
    {
        LineKind.Payment => OperationKind.Capture,
        LineKind.Refund => OperationKind.Refund,
        _ => null,
    };
}
