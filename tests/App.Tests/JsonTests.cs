using System.Text.Json;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests;

public sealed class JsonTests
{
    static readonly DateTimeOffset Moment = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    static readonly Money Amount = new(10_00, Currency.Of("EUR"));
    static readonly ConfirmedOperation Confirmed = new(new OperationId("cap_1"), Amount, new AcquirerName("northbank"), "psp1", "psp2");

    public static TheoryData<PaymentEvent> Events() =>
    [
        new PaymentEvent.Created(),
        new PaymentEvent.AttemptStarted(1, new AcquirerName("northbank")),
        new PaymentEvent.AttemptDeclined(1, DeclineCode.DoNotHonor),
        new PaymentEvent.NoAnswer(1),
        new PaymentEvent.Approved(1, new AcquirerName("northbank"), "psp1"),
        new PaymentEvent.ActionRequested(1),
        new PaymentEvent.ActionEnded(1),
        new PaymentEvent.Refused(DeclineCode.DoNotHonor),
        new PaymentEvent.LeftUnresolved(1, "no answer"),
        new PaymentEvent.TimedOut(),
        new PaymentEvent.OperationAsked(new OperationId("cap_1"), OperationKind.Capture, Amount),
        new PaymentEvent.CaptureConfirmed(Confirmed),
        new PaymentEvent.RefundConfirmed(Confirmed),
        new PaymentEvent.FullyRefunded(Confirmed),
        new PaymentEvent.VoidConfirmed(Confirmed),
        new PaymentEvent.OperationFailed(new OperationId("cap_1"), OperationKind.Void, "refused"),
        new PaymentEvent.OperationStuck(new OperationId("cap_1"), OperationKind.Refund, "no answer"),
        new PaymentEvent.CaptureUndone(Confirmed, "failed"),
        new PaymentEvent.NothingCaptured(Confirmed, "failed"),
        new PaymentEvent.NothingLeft(Confirmed, "failed"),
        new PaymentEvent.RefundUndone(Confirmed, "failed"),
        new PaymentEvent.VoidUndone(Confirmed, "failed"),
        new PaymentEvent.ReversalAsked(1, new AcquirerName("northbank"), "no answer"),
        new PaymentEvent.AttemptReversed(1),
        new PaymentEvent.ReversalStuck(1, "no answer"),
        new PaymentEvent.Reviewed("att_1_1", "Done", "seen in their portal", "key_1"),
        new PaymentEvent.DisputeMoved("dsp1", DisputeStage.SecondChargeback, Amount, "fraud"),
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_comes_back_from_storage_as_it_was(PaymentEvent happened) =>
        Assert.Equal(happened, RoundTrip(happened));

    [Fact]
    public void Every_event_is_among_those_that_were_tried() =>
        Assert.Equal(typeof(PaymentEvent).GetNestedTypes().Length, Events().Count);

    public static TheoryData<AttemptOutcome> Outcomes() =>
    [
        new AttemptOutcome.Approved("psp1", "123456"),
        new AttemptOutcome.Declined(DeclineCode.InsufficientFunds, "12", "Not enough balance") { NetworkCode = "51", AdviceCode = "24" },
        Followed(new RetryDecision.NextAcquirer { Why = "no reason given" }),
        Followed(new RetryDecision.Wait(TimeSpan.FromHours(72)) { Why = "advice 02" }),
        Followed(new RetryDecision.Authenticate { Why = "1A" }),
        Followed(new RetryDecision.FixDetails { Why = "54" }),
        Followed(new RetryDecision.Stop
        {
            Why = "a limit",
            Avoided = new SchemeFee("Visa excessive reattempts", new Money(10, Currency.Of("USD"))),
            MerchantMayRetry = true,
            NotBefore = Moment,
        }),
        new AttemptOutcome.ActionRequired("psp1", "https://acs.example/1"),
        new AttemptOutcome.Unknown("no answer"),
        new AttemptOutcome.Reversed("acknowledged"),
        AttemptOutcome.NotSent("no connection"),
        new AttemptOutcome.Contradicted("psp1", "asked for 2, got 1"),
    ];

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Every_outcome_comes_back_from_storage_as_it_was(AttemptOutcome outcome) =>
        Assert.Equal(outcome, RoundTrip(outcome));

    [Fact]
    public void A_payment_comes_back_from_storage_as_it_was()
    {
        var asked = new Payment
        {
            Id = new PaymentId("pay_1"),
            Merchant = new MerchantId("mer_1"),
            Amount = Amount,
            Capture = CaptureMode.Automatic,
            AutomaticCapture = new OperationId("cap_1"),
            Reference = "order 1",
            Metadata = new Dictionary<string, string> { ["Color"] = "red" },
            Card = new CardSummary(CardBrand.Mastercard, "555544", "1111", 3, 2030),
            Token = new TokenId("tok_1"),
            CreatedAt = Moment,
        };
        var plan = new RoutePlan([new RouteChoice(new AcquirerName("northbank"), "first")], []);
        var started = Authorization.Start(asked.Begun(), new NextStep.TryAcquirer(1, new AcquirerName("northbank"), "first"), Moment);
        var payment = Authorization.Record(started, plan, 1, new AttemptOutcome.Approved("psp1", null), 0, Moment);

        var back = RoundTrip(payment);

        Assert.Equal(JsonSerializer.Serialize(payment, Json.Storage), JsonSerializer.Serialize(back, Json.Storage));
        Assert.Equal(payment.Capturable, back.Capturable);
        Assert.Equal("red", back.Metadata["Color"]);
    }

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void An_activitys_answer_comes_back_as_the_outcome_it_was(AttemptOutcome outcome)
    {
        var serializer = new DurableSerializer();

        var written = serializer.Serialize(outcome, outcome.GetType(), CancellationToken.None);

        Assert.Equal(outcome, serializer.Deserialize(written.ToStream(), typeof(AttemptOutcome), CancellationToken.None));
    }

    [Fact]
    public void What_can_be_computed_is_not_stored()
    {
        var stored = JsonSerializer.SerializeToElement<PaymentEvent>(new PaymentEvent.Created(), Json.Storage);

        Assert.Equal("""{"type":"created"}""", stored.GetRawText());
    }

    static AttemptOutcome.Declined Followed(RetryDecision next) => new(DeclineCode.DoNotHonor, "2", null) { Next = next };

    static T RoundTrip<T>(T value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, Json.Storage), Json.Storage)!;
}
