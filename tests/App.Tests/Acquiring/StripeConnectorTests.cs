using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Acquiring;
using Railyard.App.Acquiring.Stripe;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Acquiring;

/// <summary>The connector against the simulated Stripe, over real sockets, for every outcome and fault.</summary>
public sealed class StripeConnectorTests(RunningRailyard railyard)
{
    const long InternalError = 80_040_04;
    const long ErrorBefore = 80_040_07;
    static readonly TimeSpan Usual = TimeSpan.FromSeconds(8);
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(700);

    readonly StripePayments stripe = railyard.App.Services.GetRequiredService<Acquirers>().FindStripe(new AcquirerName("stripe"))!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approval_has_the_issuers_code_and_asked_again_it_is_the_same()
    {
        var call = Call(StripeMerchants.Card);

        var approved = Assert.IsType<AttemptOutcome.Approved>(await stripe.AuthorizeAsync(call, Cancellation));
        var again = await stripe.AuthorizeAsync(call, Cancellation);
        var withoutCode = await stripe.AuthorizeAsync(call with { SecurityCode = null }, Cancellation);

        Assert.StartsWith("pi_", approved.AcquirerReference, StringComparison.Ordinal);
        Assert.Equal(6, approved.AuthorisationCode?.Length);
        Assert.Equal((approved, approved), (again, withoutCode));
        Assert.Equal(1, await ApprovalsAsync(call));
    }

    [Theory]
    [InlineData("4000000000000002", DeclineCode.DoNotHonor, "generic_decline")]
    [InlineData("4000000000009995", DeclineCode.InsufficientFunds, "insufficient_funds")]
    [InlineData("4000000000009979", DeclineCode.LostOrStolen, "stolen_card")]
    [InlineData("4000000000000069", DeclineCode.ExpiredCard, "expired_card")]
    [InlineData("4000000000000127", DeclineCode.InvalidCvc, "incorrect_cvc")]
    [InlineData("4000000000000119", DeclineCode.AcquirerError, "processing_error")]
    [InlineData("4100000000000019", DeclineCode.SuspectedFraud, "fraudulent")]
    public async Task A_decline_is_in_our_words_and_asked_again_it_is_the_same(string card, DeclineCode code, string raw)
    {
        var call = Call(card);

        var declined = Assert.IsType<AttemptOutcome.Declined>(await stripe.AuthorizeAsync(call, Cancellation));
        var again = Assert.IsType<AttemptOutcome.Declined>(await stripe.AuthorizeAsync(call, Cancellation));

        Assert.Equal((code, raw, false), (declined.Code, declined.RawCode, declined.IsOfThisCallOnly));
        Assert.StartsWith("pi_", declined.AcquirerReference, StringComparison.Ordinal);
        Assert.Equal(declined, again);
    }

    [Fact]
    public async Task A_partial_approval_contradicts_what_was_asked()
    {
        var call = Call("4099000000000046");

        Assert.IsType<AttemptOutcome.Contradicted>(await stripe.AuthorizeAsync(call, Cancellation));
        Assert.IsType<AttemptOutcome.Contradicted>(await stripe.AuthorizeAsync(call, Cancellation));
    }

    [Theory]
    [InlineData("4099000000000061")]
    [InlineData("4099000000000087")]
    [InlineData("4099000000000095")]
    [InlineData("4099000000000103")]
    [InlineData("4099000000000111")]
    [InlineData("4099000000000129")]
    public async Task After_every_fault_the_outcome_is_unknown_and_asking_again_finds_it_out(string card)
    {
        var call = Call(card) with { Within = Short };

        var first = await stripe.AuthorizeAsync(call, Cancellation);
        var again = await Eventually.ThatAsync(
            () => stripe.AuthorizeAsync(call with { Within = Usual }, Cancellation), outcome => outcome is not AttemptOutcome.Unknown);

        Assert.IsType<AttemptOutcome.Unknown>(first);
        Assert.IsType<AttemptOutcome.Approved>(again);
        Assert.Equal(1, await ApprovalsAsync(call));
    }

    [Fact]
    public async Task Who_never_answers_stays_unknown()
    {
        var call = Call("4099000000000079") with { Within = Short };

        Assert.IsType<AttemptOutcome.Unknown>(await stripe.AuthorizeAsync(call, Cancellation));
        Assert.IsType<AttemptOutcome.Unknown>(await stripe.AuthorizeAsync(call, Cancellation));
    }

    [Fact]
    public async Task A_cardholder_has_to_act_and_what_they_bring_back_completes_it()
    {
        var call = Call("4000000000003220");
        var asked = Assert.IsType<AttemptOutcome.ActionRequired>(await stripe.AuthorizeAsync(call, Cancellation));

        var tooEarly = await CompleteAsync(call, asked.AcquirerReference);
        await AnswerAsync(asked.Url);
        var ofAnother = await CompleteAsync(Call(StripeMerchants.Card), asked.AcquirerReference);
        var nonsense = await CompleteAsync(call, "../refunds");
        var unheardOf = await CompleteAsync(call, "pi_unheardof");
        var completed = await CompleteAsync(call, asked.AcquirerReference);

        Assert.Equal([null, null, null, null], new[] { tooEarly, ofAnother, nonsense, unheardOf });
        Assert.IsType<AttemptOutcome.Approved>(completed);
    }

    [Fact]
    public async Task An_attempt_of_yesterday_is_looked_for_and_never_begun_again()
    {
        var call = Call(StripeMerchants.Card);
        var approved = await stripe.AuthorizeAsync(call, Cancellation);
        var yesterday = TimeProvider.System.GetUtcNow().AddHours(-21);

        var found = await stripe.AuthorizeAsync(call with { StartedAt = yesterday }, Cancellation);
        var never = Call(StripeMerchants.Card) with { StartedAt = yesterday };
        var unknown = await stripe.AuthorizeAsync(never, Cancellation);

        Assert.Equal(approved, found);
        Assert.IsType<AttemptOutcome.Unknown>(unknown);
        Assert.Equal(0, await ApprovalsAsync(never));
    }

    [Fact]
    public async Task An_operation_whose_error_is_kept_is_found_to_have_been_done()
    {
        var call = Call(StripeMerchants.Card, InternalError);
        Assert.IsType<AttemptOutcome.Unknown>(await stripe.AuthorizeAsync(call, Cancellation));
        var approved = Assert.IsType<AttemptOutcome.Approved>(await stripe.AuthorizeAsync(call, Cancellation));

        var capture = Operation(call, approved, OperationKind.Capture);
        var captured = await stripe.PerformAsync(capture, Cancellation);
        var again = await stripe.PerformAsync(capture, Cancellation);
        var refund = Operation(call, approved, OperationKind.Refund);
        var refunded = await stripe.PerformAsync(refund, Cancellation);
        var refundedAgain = await stripe.PerformAsync(refund, Cancellation);

        Assert.IsType<OperationOutcome.Accepted>(captured);
        Assert.Equal(captured, again);
        Assert.StartsWith("re_", Assert.IsType<OperationOutcome.Accepted>(refunded).AcquirerReference, StringComparison.Ordinal);
        Assert.Equal(refunded, refundedAgain);
        Assert.Equal((InternalError, InternalError), await MovedAsync(call));
    }

    [Fact]
    public async Task An_operation_that_was_not_done_is_unknown_and_done_when_asked_again()
    {
        var call = Call(StripeMerchants.Card, ErrorBefore);
        Assert.IsType<AttemptOutcome.Unknown>(await stripe.AuthorizeAsync(call, Cancellation));
        var approved = Assert.IsType<AttemptOutcome.Approved>(await stripe.AuthorizeAsync(call, Cancellation));
        var capture = Operation(call, approved, OperationKind.Capture);

        Assert.IsType<OperationOutcome.Unknown>(await stripe.PerformAsync(capture, Cancellation));
        Assert.IsType<OperationOutcome.Accepted>(await stripe.PerformAsync(capture, Cancellation));
        Assert.Equal((ErrorBefore, 0), await MovedAsync(call));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_Stripes_reason()
    {
        var call = Call(StripeMerchants.Card);
        var approved = Assert.IsType<AttemptOutcome.Approved>(await stripe.AuthorizeAsync(call, Cancellation));

        var refund = await stripe.PerformAsync(Operation(call, approved, OperationKind.Refund), Cancellation);
        var tooMuch = await stripe.PerformAsync(
            Operation(call, approved, OperationKind.Capture) with { Amount = new Money(99_99, Currency.Of("EUR")) }, Cancellation);
        var odd = await stripe.PerformAsync(
            Operation(call, approved, OperationKind.Capture) with { Amount = new Money(1_001, Currency.Of("KWD")) }, Cancellation);

        Assert.Equal("charge_not_refundable", Assert.IsType<OperationOutcome.Refused>(refund).RawCode);
        Assert.Equal("amount_too_large", Assert.IsType<OperationOutcome.Refused>(tooMuch).RawCode);
        Assert.Equal("amount_not_countable", Assert.IsType<OperationOutcome.Refused>(odd).RawCode);
    }

    [Fact]
    public async Task An_approval_is_cancelled_and_a_captured_one_is_refunded_when_it_is_reversed()
    {
        var one = Call(StripeMerchants.Card);
        var approved = Assert.IsType<AttemptOutcome.Approved>(await stripe.AuthorizeAsync(one, Cancellation));
        var other = Call(StripeMerchants.Card);
        var captured = Assert.IsType<AttemptOutcome.Approved>(await stripe.AuthorizeAsync(other, Cancellation));
        await stripe.PerformAsync(Operation(other, captured, OperationKind.Capture), Cancellation);

        var cancelled = await stripe.ReverseAsync(Reversal(one, approved.AcquirerReference), Cancellation);
        var refunded = await stripe.ReverseAsync(Reversal(other, captured.AcquirerReference), Cancellation);
        var again = await stripe.ReverseAsync(Reversal(other, captured.AcquirerReference) with { IsRepeat = true }, Cancellation);

        Assert.All(new[] { cancelled, refunded, again }, outcome => Assert.IsType<ReversalOutcome.Reversed>(outcome));
        Assert.Equal((10_00, 10_00), await MovedAsync(other));
        Assert.Equal("canceled", Assert.IsType<AttemptOutcome.Declined>(await stripe.AuthorizeAsync(one, Cancellation)).RawCode);
    }

    [Fact]
    public async Task An_attempt_without_a_known_outcome_is_reversed_for_good()
    {
        var lost = Call("4099000000000087");
        await stripe.AuthorizeAsync(lost, Cancellation);
        var neverSent = Call(StripeMerchants.Card);

        var reversed = await stripe.ReverseAsync(Reversal(lost, reference: null), Cancellation);
        var barred = await stripe.ReverseAsync(Reversal(neverSent, reference: null), Cancellation);
        var late = await stripe.AuthorizeAsync(neverSent, Cancellation);

        Assert.IsType<ReversalOutcome.Reversed>(reversed);
        Assert.IsType<ReversalOutcome.Reversed>(barred);
        Assert.Equal("canceled", Assert.IsType<AttemptOutcome.Declined>(late).RawCode);
        Assert.Equal(0, (await BookAsync(lost)).Body.GetProperty("live_approvals").GetInt32());
    }

    [Fact]
    public void Its_profile_says_what_Stripe_does_differently()
    {
        var eur = Currency.Of("EUR");

        Assert.Equal("does not verify cards", stripe.Profile.Refuses(Money.Zero(eur), CardBrand.Visa));
        Assert.Equal("counts KWD in units of 10", stripe.Profile.Refuses(new Money(1_001, Currency.Of("KWD")), CardBrand.Visa));
        Assert.Equal("does not take IRR", stripe.Profile.Refuses(new Money(1_000, Currency.Of("IRR")), CardBrand.Visa));
        Assert.Null(stripe.Profile.Refuses(new Money(10_00, eur), CardBrand.Visa));
    }

    static AuthorizationCall Call(string number, long amount = 10_00)
    {
        var payment = new PaymentId($"pay_{Guid.CreateVersion7():n}");
        var card = CardNumber.Read(number)!.Value;
        return new AuthorizationCall(
            payment.Attempt(1), payment, new Money(amount, Currency.Of("EUR")), card,
            new CardSummary(card.Brand, card.Bin, card.Last4, 3, 2030), "737", new Uri("http://localhost/return/it?by=stripe"),
            TimeProvider.System.GetUtcNow(), Usual);
    }

    static OperationCall Operation(AuthorizationCall call, AttemptOutcome.Approved approved, OperationKind kind) => new(
        new OperationId($"cap_{Guid.CreateVersion7():n}"), kind, call.Payment, approved.AcquirerReference, call.Amount,
        new OriginalCall(call.Attempt, call.StartedAt, null, call.Card, call.Amount), Usual);

    static ReversalCall Reversal(AuthorizationCall call, string? reference) => new(
        call.Attempt, call.Payment, call.Amount, reference, call.Number, call.Card, call.StartedAt, IsRepeat: false, Usual);

    Task<AttemptOutcome?> CompleteAsync(AuthorizationCall call, string brought) =>
        stripe.CompleteAsync(new CompletionCall(call.Attempt, call.Amount, brought, Usual), Cancellation);

    static async Task AnswerAsync(string url)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent([new("result", "authenticate")]);
        using var answer = await http.PostAsync(new Uri(url), form, Cancellation);
        Assert.Equal("stripe", System.Web.HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["by"]);
    }

    Task<Reply> BookAsync(AuthorizationCall call) => railyard.BookAtStripeAsync(call.Payment.Value);

    async Task<int> ApprovalsAsync(AuthorizationCall call) =>
        (await BookAsync(call)).Body.GetProperty("totals").GetProperty("approvals").GetInt32();

    async Task<(long Captured, long Refunded)> MovedAsync(AuthorizationCall call)
    {
        var totals = (await BookAsync(call)).Body.GetProperty("totals");
        return (totals.GetProperty("captured").GetInt64(), totals.GetProperty("refunded").GetInt64());
    }
}
