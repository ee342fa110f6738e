using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests;

/// <summary>Amounts as one says them.</summary>
static class Amounts
{
    public static readonly Currency Euro = Currency.Of("EUR");

    public static Money Eur(this int cents) => new(cents, Euro);

    public static Money Eur(this long cents) => new(cents, Euro);
}

/// <summary>Test data: <c>A.Payment().Captured(10_00.Eur())</c>.</summary>
static class A
{
    public static readonly DateTimeOffset Moment = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    public static readonly AcquirerName Northbank = new("northbank");
    public static readonly AcquirerName Southbank = new("southbank");

    public static readonly CardSummary Card = new(CardBrand.Visa, "411111", "1111", 3, 2030);

    public static Payment Payment(int cents = 100_00, CaptureMode capture = CaptureMode.Manual) => new Payment
    {
        Id = new PaymentId("pay_1"),
        Merchant = new MerchantId("mer_1"),
        Amount = cents.Eur(),
        Capture = capture,
        AutomaticCapture = capture == CaptureMode.Automatic && cents > 0 ? new OperationId("cap_auto") : null,
        Card = Card,
        Token = new TokenId("tok_1"),
        CreatedAt = Moment,
    }.Begun();

    public static RoutePlan Plan(params AcquirerName[] acquirers) =>
        new([.. acquirers.Select(name => new RouteChoice(name, "by the test"))], []);

    public static AttemptOutcome Approval(string reference = "psp1") => new AttemptOutcome.Approved(reference, "123456");

    public static AttemptOutcome Decline(DeclineCode code) => new AttemptOutcome.Declined(code, "2", "Refused");

    /// <summary>The payment after one attempt with that outcome.</summary>
    public static Payment Attempted(this Payment payment, AttemptOutcome outcome, RoutePlan? plan = null)
    {
        var route = plan ?? Plan(Northbank, Southbank);
        var number = payment.Attempts.Count + 1;
        var step = new NextStep.TryAcquirer(number, route.Choices[number - 1].Acquirer, "by the test");
        var started = Authorization.Start(payment, step, Moment);
        return Authorization.Record(started, route, number, outcome, timesAsked: 0, Moment);
    }

    public static Payment Authorized(this Payment payment) => payment.Attempted(Approval());

    public static Payment Captured(this Payment payment, Money amount) =>
        payment.Authorized().Done(OperationKind.Capture, amount, "cap_1");

    /// <summary>The payment after an operation that was asked for and accepted.</summary>
    public static Payment Done(this Payment payment, OperationKind kind, Money amount, string id) =>
        OperationRules.Record(payment.Asked(kind, amount, id), new OperationId(id), new OperationOutcome.Accepted($"psp_{id}"), Moment);

    /// <summary>The payment after an operation that was asked for and has no answer yet.</summary>
    public static Payment Asked(this Payment payment, OperationKind kind, Money amount, string id, bool isFinal = false)
    {
        var asked = new NewOperation(new OperationId(id), kind, kind == OperationKind.Void ? null : amount.MinorUnits, isFinal);
        return OperationRules.Ask(payment, asked, Moment) is Decision.Accepted accepted
            ? accepted.Payment
            : throw new InvariantBroken($"The test asked for what is refused: {kind} of {amount}.");
    }
}
