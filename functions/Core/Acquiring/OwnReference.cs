using Railyard.Core.Payments;

namespace Railyard.Core.Acquiring;

/// <summary>
/// What acquirers know our things by: a payment by its id, an operation by its payment's and its own, so that whoever is
/// told of it finds both.
/// </summary>
public static class OwnReference
{
    const char Separator = '.';

    /// <summary>An operation's.</summary>
    public static string Of(PaymentId payment, OperationId operation) => $"{payment}{Separator}{operation}";

    /// <summary>What a reference stands for, if it is one of ours.</summary>
    public static (PaymentId Payment, OperationId? Operation) Read(string reference) =>
        reference.IndexOf(Separator) is > 0 and var at
            ? (new PaymentId(reference[..at]), new OperationId(reference[(at + 1)..]))
            : (new PaymentId(reference), null);
}
