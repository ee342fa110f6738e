using System.Diagnostics;
using System.Globalization;
using Railyard.Core;
using Railyard.Core.Acquiring.Iso8583;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Iso8583;

/// <summary>What a request comes to: its answer, and whether anything was entered.</summary>
sealed record IsoDone(IsoMessage Answer, bool IsBooked);

/// <summary>What there is to do for a request, and what goes wrong around it.</summary>
sealed record IsoWork(Fault Fault, Func<Entries, IsoDone> Do);

/// <summary>
/// What each kind of request means for the book, in which everything has the retrieval reference number (DE 37) of the
/// request that brought it about. Operations name their payment in subelement 63 of DE 48.
/// </summary>
sealed class IsoBank(AcquirerProfile profile, RunTimeScript script, TimeProvider time)
{
    const string InPart = "10";
    const string InvalidTransaction = "12";
    const string InvalidAmount = "13";
    const string InvalidCard = "14";
    const string AlreadyReversed = "79";
    const string MastercardAuthentication = "65";
    const string VisaAuthentication = "1A";
    const string Refund = "20";

    static readonly int AuthenticationRequired = Script.Because(38).Code;

    // What a response says again of its request. The card is not among it.
    static readonly int[] Echoed = [3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49];

    /// <summary>The response to a request, with that code.</summary>
    public static IsoMessage Answer(IsoMessage request, string code) =>
        Echoed.Aggregate(new IsoMessage(request.Type.Response), (answer, number) => answer.With(number, request[number]))
            .With(39, code);

    /// <summary>What there is to do; null for a request that cannot be made out.</summary>
    public IsoWork? Find(IsoMessage request)
    {
        if (IsoAsked.Read(request) is not { } asked) return null;
        var isRefund = request[3]?.StartsWith(Refund, StringComparison.Ordinal) == true;
        return $"{request.Type.First}" switch
        {
            "0100" when !isRefund => Authorisation(asked),
            "0200" when isRefund => Modification(asked, Operation.Refund, (entries, payment) =>
                entries.Refund(payment, asked.Amount, asked.MerchantReference, asked.Reference)),
            "0220" when !isRefund => Modification(asked, Operation.Capture, (entries, payment) =>
                entries.Capture(payment, asked.Amount, asked.MerchantReference, asked.Reference)),
            "0400" => Modification(asked, Operation.Cancel, (entries, payment) =>
                entries.Cancel(payment, asked.MerchantReference, asked.Reference)),
            "0420" => new IsoWork(
                script.Overlay(Fault.None, Operation.Reversal, asked.Amount.Value), entries => Reverse(entries, asked)),
            _ => null,
        };
    }

    IsoWork? Authorisation(IsoAsked asked)
    {
        if (asked.Card is not { } card || asked.LastDay is not { } lastDay) return null;
        if (!CardNumber.IsValid(card)) return new IsoWork(Fault.None, _ => new IsoDone(Answer(asked.Request, InvalidCard), false));
        var hasExpired = lastDay < DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var scripted = hasExpired ? Script.Expired : Script.ForPayment(profile.Name, card, asked.Amount.Value, word: null);
        var scene = script.Overlay(scripted, Operation.Payment, card, asked.Amount.Value);
        return new IsoWork(scene.Fault, entries => Authorise(entries, asked, scene.Decision));
    }

    IsoWork? Modification(IsoAsked asked, Operation operation, Func<Entries, string, Modified> enter)
    {
        if (IsoSubelements.Read(asked.Request[48])?.GetValueOrDefault(IsoSubelements.Trace) is not { } payment) return null;
        var scripted = operation == Operation.Cancel ? Fault.None : Script.ForModification(asked.Amount.Value);
        return new IsoWork(
            script.Overlay(scripted, operation, asked.Amount.Value),
            entries => enter(entries, payment) is Modified.Refused refused
                ? new IsoDone(Answer(asked.Request, CodeOf(refused.Why)), false)
                : new IsoDone(Answer(asked.Request, Iso8583Codes.Approval), true));
    }

    // A reversal that came first has taken it back: what is in the book already is not entered again.
    static IsoDone Authorise(Entries entries, IsoAsked asked, Decision decision) =>
        entries.Find(asked.Reference) is not null
            ? new IsoDone(Answer(asked.Request, AlreadyReversed), false)
            : new IsoDone(Told(asked, entries.Enter(ToPayment(asked, decision, entries.Now)), decision), true);

    static IsoDone Reverse(Entries entries, IsoAsked asked)
    {
        if (entries.Find(asked.Reference) is { } payment)
        {
            entries.Reversals.Reverse(payment.Psp, asked.MerchantReference);
            return new IsoDone(Answer(asked.Request, Iso8583Codes.Approval), true);
        }
        // Remembered, so that the original is refused if it still comes.
        entries.Withdraw(entries.Enter(Booked(asked, Standing.Withdrawn, entries.Now)));
        return new IsoDone(Answer(asked.Request, Iso8583Codes.NoSuchOriginal), true);
    }

    static IsoMessage Told(IsoAsked asked, Payment payment, Decision decision) => decision switch
    {
        Decision.Declined { Why: var why, Advice: var advice } => Answer(asked.Request, why.NetworkCode)
            .With(48, IsoSubelements.Write((IsoSubelements.MerchantAdvice, advice?.Code.ToString("00")))),
        Decision.AuthenticationWanted => Answer(asked.Request, payment.Card.Brand == "mc" ? MastercardAuthentication : VisaAuthentication),
        _ when payment.Standing == Standing.AuthorisedInPart =>
            Answer(asked.Request, InPart).With(4, $"{payment.Authorised:D12}").With(38, payment.AuthCode),
        _ => Answer(asked.Request, Iso8583Codes.Approval).With(38, payment.AuthCode),
    };

    // Nobody can be sent to a page from here: an issuer that wants to see its cardholder refuses.
    static Payment ToPayment(IsoAsked asked, Decision decision, DateTimeOffset now) => decision switch
    {
        Decision.Approved => Approved(asked, Standing.Authorised, asked.Amount.Value, now),
        Decision.ApprovedInPart when asked.Amount.Value > 1 =>
            Approved(asked, Standing.AuthorisedInPart, asked.Amount.Value / 2, now),
        Decision.ApprovedInPart => Approved(asked, Standing.Authorised, asked.Amount.Value, now),
        Decision.Declined { Why: var why } =>
            Booked(asked, why.IsError ? Standing.Failed : Standing.Refused, now) with { RefusalCode = why.Code },
        Decision.AuthenticationWanted => Booked(asked, Standing.Refused, now) with { RefusalCode = AuthenticationRequired },
        _ => throw new UnreachableException(),
    };

    static Payment Approved(IsoAsked asked, Standing standing, long authorised, DateTimeOffset now) =>
        Booked(asked, standing, now) with { Authorised = authorised, AuthCode = Entries.NewAuthCode() };

    static Payment Booked(IsoAsked asked, Standing standing, DateTimeOffset now) => new()
    {
        Psp = asked.Reference,
        Reference = asked.MerchantReference,
        Currency = asked.Amount.Currency,
        Requested = asked.Amount.Value,
        Authorised = 0,
        Standing = standing,
        Card = asked.Card is { } card && CardNumber.IsValid(card) ? CardNumber.Summary(card) : new CardSummary("", "", "card"),
        CreatedAt = now,
    };

    static string CodeOf(WhyNot why) => why switch
    {
        WhyNot.NoSuchPayment => Iso8583Codes.NoSuchOriginal,
        WhyNot.NotAuthorised or WhyNot.CurrencyDiffers => InvalidTransaction,
        WhyNot.AmountTooHigh => InvalidAmount,
    };
}

/// <summary>What every request says.</summary>
sealed record IsoAsked(IsoMessage Request, string Reference, string MerchantReference, Amount Amount)
{
    public string? Card => Request[2];

    /// <summary>The last day on which the card is good; null for none.</summary>
    public DateOnly? LastDay
    {
        get
        {
            if (Request[14] is not { } expiry) return null;
            var (year, month) = (2000 + Number(expiry[..2]), Number(expiry[2..]));
            return month is >= 1 and <= 12 ? new DateOnly((int)year, (int)month, DateTime.DaysInMonth((int)year, (int)month)) : null;
        }
    }

    /// <summary>Null for a request that does not say it.</summary>
    public static IsoAsked? Read(IsoMessage request)
    {
        if (request[11] is null || request[37] is not { } reference || request[62] is not { } merchantReference) return null;
        if (request[4] is not { } amount || Currency.FindByNumber(request[49] ?? "") is not { } currency) return null;
        return new IsoAsked(request, reference, merchantReference, new Amount(Number(amount), currency.Code));
    }

    static long Number(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
