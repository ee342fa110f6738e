using Railyard.Core;
using Railyard.Core.Acquiring.Iso8583;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>
/// Our calls as messages. What a message says follows from the call alone, so that a call made again is the same message.
/// The original of an operation or a reversal is named by DE 90 and by its retrieval reference number: in DE 37 where the
/// message undoes it, in subelement 63 of DE 48 where the message is a transaction of its own.
/// </summary>
static class Iso8583Requests
{
    /// <summary>Our identification as an acquiring institution (DE 32).</summary>
    public const string Institution = "1";

    const string Terminal = "RAILYARD";
    const string Purchase = "000000";
    const string Refund = "200000";
    // Entered on a web page; no PIN can be.
    const string ElectronicCommerce = "812";
    const string ElectronicCommerceCondition = "59";
    const int AmountDigits = 12;
    const int AccountLength = 15;
    const int CardAcceptor = 42;

    /// <summary>DE 42: our account, as long as it must be.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public static string Account(string acquirer, string merchantAccount) =>
        IsoElements.Find(CardAcceptor)!.Takes(merchantAccount.PadRight(AccountLength))
            ? merchantAccount.PadRight(AccountLength)
            : throw new InvalidOperationException(
                $"Acquirers:{acquirer}:merchantAccount is {AccountLength} printable characters at most.");

    /// <summary>0100.</summary>
    public static IsoMessage Authorisation(AuthorizationCall call, string account) =>
        Transaction(MessageType.AuthorisationRequest, Purchase, call.Amount, TraceOf(call.Attempt, call.StartedAt), account)
            .With(2, call.Number.Reveal())
            .With(14, Expiry(call.Card))
            .With(48, IsoSubelements.Write((IsoSubelements.SecurityCode, call.SecurityCode)))
            .With(62, call.Payment.Value);

    /// <summary>0220 for a capture, 0200 for a refund, 0400 for a void.</summary>
    public static IsoMessage Operation(OperationCall call, string account)
    {
        var (type, processing) = call.Kind switch
        {
            OperationKind.Capture => (MessageType.FinancialAdvice, Purchase),
            OperationKind.Refund => (MessageType.FinancialRequest, Refund),
            OperationKind.Void => (MessageType.ReversalRequest, Purchase),
        };
        var trace = IsoTrace.OfOperation(call.Operation.Value, call.Original.StartedAt);
        return Transaction(type, processing, call.Amount, trace, account)
            .With(2, call.Original.Number?.Reveal())
            .With(14, Expiry(call.Original.Card))
            .With(48, IsoSubelements.Write((IsoSubelements.Trace, call.PaymentReference)))
            .With(62, call.Payment.Value)
            .With(90, Original(TraceOf(call.Original.Attempt, call.Original.StartedAt)));
    }

    /// <summary>0420, or 0421 where it was asked for before.</summary>
    public static IsoMessage Reversal(ReversalCall call, string account)
    {
        var original = TraceOf(call.Attempt, call.StartedAt);
        var type = call.IsRepeat ? MessageType.ReversalAdvice.Repeated : MessageType.ReversalAdvice;
        return Transaction(type, Purchase, call.Amount, original.Undone(), account)
            .With(2, call.Number.Reveal())
            .With(14, Expiry(call.Card))
            .With(62, call.Payment.Value)
            .With(90, Original(original));
    }

    static IsoMessage Transaction(MessageType type, string processing, Money amount, IsoTrace trace, string account) =>
        new IsoMessage(type)
            .With(3, processing)
            .With(4, amount.MinorUnits.ToString($"D{AmountDigits}"))
            .With(7, trace.TransmissionTime)
            .With(11, trace.Stan)
            .With(12, trace.LocalTime)
            .With(13, trace.LocalDate)
            .With(22, ElectronicCommerce)
            .With(25, ElectronicCommerceCondition)
            .With(32, Institution)
            .With(37, trace.Reference)
            .With(41, Terminal)
            .With(42, account)
            .With(49, amount.Currency.Number);

    static IsoTrace TraceOf(AttemptId attempt, DateTimeOffset startedAt) => IsoTrace.Of(attempt.Value, startedAt);

    static string Original(IsoTrace trace) =>
        new IsoOriginal(MessageType.AuthorisationRequest, trace.Stan, trace.TransmissionTime, Institution).Write();

    static string Expiry(CardSummary card) => $"{card.ExpYear % 100:00}{card.ExpMonth:00}";
}
