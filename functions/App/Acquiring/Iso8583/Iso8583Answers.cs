using System.Diagnostics;
using System.Globalization;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Acquiring.Iso8583;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>
/// What a response means. Only one that says so beyond doubt is a yes or a no; an approval of another amount, or in
/// another currency, is neither.
/// </summary>
static class Iso8583Answers
{
    const string NoCode = "The acquirer's answer has no response code.";

    /// <summary>What a 0110 means.</summary>
    public static AttemptOutcome Authorisation(IsoMessage answer, Money asked) => VerdictOf(answer) switch
    {
        null => new AttemptOutcome.Unknown(NoCode),
        (IsoVerdict.Approved, _) when IsAsAsked(answer, asked) =>
            new AttemptOutcome.Approved(Reference(answer), answer[38]?.Trim()),
        (IsoVerdict.Approved or IsoVerdict.ApprovedInPart, var code) =>
            new AttemptOutcome.Contradicted(Reference(answer), $"Asked for {asked}, {code.Text} ({code.Code}): {Shown(answer)}."),
        (IsoVerdict.Declined declined, var code) => Declined(answer, declined.Code, code),
        (IsoVerdict.Unknown, var code) => new AttemptOutcome.Unknown($"The acquirer answered {code.Code}, {code.Text}."),
        _ => throw new UnreachableException(),
    };

    /// <summary>What a 0210, 0230 or 0410 means.</summary>
    public static OperationOutcome Operation(IsoMessage answer, Money asked) => VerdictOf(answer) switch
    {
        null => new OperationOutcome.Unknown(NoCode),
        (IsoVerdict.Approved, _) when IsAsAsked(answer, asked) => new OperationOutcome.Accepted(Reference(answer)),
        (IsoVerdict.Declined, var code) => new OperationOutcome.Refused(code.Code, code.Text),
        (_, var code) => new OperationOutcome.Unknown($"The acquirer answered {code.Code}, {code.Text}: {Shown(answer)}."),
    };

    /// <summary>What a 0430 means. Where the original never arrived, nothing of it lives.</summary>
    public static ReversalOutcome Reversal(IsoMessage answer) => answer[39] switch
    {
        Iso8583Codes.Approval => new ReversalOutcome.Reversed(answer[37], "The acquirer acknowledged the reversal."),
        Iso8583Codes.NoSuchOriginal => new ReversalOutcome.Reversed(answer[37], "The acquirer has no such authorisation."),
        { } code => new ReversalOutcome.Unknown($"The acquirer answered the reversal with {code}, {Iso8583Codes.Find(code).Text}."),
        null => new ReversalOutcome.Unknown(NoCode),
    };

    /// <summary>What a 0110 says that came when nobody waited for it any more; null for nothing that is certain.</summary>
    public static NoticeSubject? Late(IsoMessage answer, Money asked) => Authorisation(answer, asked) switch
    {
        AttemptOutcome.Approved approved =>
            new NoticeSubject.Authorised(approved.AcquirerReference, approved.AuthorisationCode, asked),
        AttemptOutcome.Contradicted contradicted =>
            new NoticeSubject.Authorised(contradicted.AcquirerReference, answer[38]?.Trim(), AmountOf(answer)),
        AttemptOutcome.Declined declined =>
            new NoticeSubject.Refused(declined.Code, declined.RawCode, declined.RawMessage, declined.AcquirerReference),
        _ => null,
    };

    static (IsoVerdict Verdict, IsoCode Code)? VerdictOf(IsoMessage answer) =>
        answer[39] is { } code ? (Iso8583Codes.Find(code).Verdict, Iso8583Codes.Find(code)) : null;

    static AttemptOutcome.Declined Declined(IsoMessage answer, DeclineCode decline, IsoCode code) =>
        new(decline, code.Code, code.Text)
        {
            NetworkCode = code.Code,
            AdviceCode = IsoSubelements.Read(answer[48])?.GetValueOrDefault(IsoSubelements.MerchantAdvice),
            AcquirerReference = answer[37],
        };

    // A host that says nothing of the amount approves what was asked for.
    static bool IsAsAsked(IsoMessage answer, Money asked) =>
        (answer[4] is not { } amount || Number(amount) == asked.MinorUnits)
            && (answer[49] is not { } currency || currency == asked.Currency.Number);

    static Money? AmountOf(IsoMessage answer) =>
        answer[4] is { } amount && Currency.FindByNumber(answer[49] ?? "") is { } currency
            ? new Money(Number(amount), currency)
            : null;

    static long Number(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    static string Shown(IsoMessage answer) => $"amount {answer[4] ?? "none"}, currency {answer[49] ?? "none"}";

    static string Reference(IsoMessage answer) =>
        answer[37] ?? throw new InvariantBroken("A response was taken for ours without its reference.");
}
