using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Acquiring.Iso8583;

/// <summary>The connector against the simulated host, over real sockets.</summary>
public sealed class Iso8583AcquirerTests
{
    const string SilentAfterBooking = "4099000000000061";
    const string HangUpAfterBooking = "4099000000000095";
    const string HangUpBeforeBooking = "4099000000000103";
    const string ErrorAfterBooking = "4099000000000087";
    const string ErrorBeforeBooking = "4099000000000111";
    const string MaintenancePage = "4099000000000129";

    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ascii")]
    [InlineData("binary")]
    public async Task A_payment_is_authorised_captured_and_refunded(string dialect)
    {
        await using var bank = await Tidebank.StartAsync(dialect);
        var ask = new Ask();

        var approved = Assert.IsType<AttemptOutcome.Approved>(await bank.Connector.AuthorizeAsync(ask.Authorisation, Cancellation));
        var captured = await bank.Connector.PerformAsync(ask.Operation(OperationKind.Capture, approved.AcquirerReference, 6_00), Cancellation);
        var refunded = await bank.Connector.PerformAsync(ask.Operation(OperationKind.Refund, approved.AcquirerReference, 1_00), Cancellation);

        Assert.Matches("^[0-9A-Z]{12}$", approved.AcquirerReference);
        Assert.Matches("^[0-9]{6}$", approved.AuthorisationCode);
        Assert.Distinct([
            approved.AcquirerReference,
            Assert.IsType<OperationOutcome.Accepted>(captured).AcquirerReference,
            Assert.IsType<OperationOutcome.Accepted>(refunded).AcquirerReference]);
        Assert.Equal(
            """{"approvals":1,"approved":1000,"captured":600,"refunded":100,"reversed":0}""",
            (await bank.BookAsync(ask))["totals"]!.ToJsonString());
    }

    [Fact]
    public async Task An_operation_made_again_is_the_same_operation()
    {
        await using var bank = await Tidebank.StartAsync();
        var ask = new Ask();
        var approved = Assert.IsType<AttemptOutcome.Approved>(await bank.Connector.AuthorizeAsync(ask.Authorisation, Cancellation));
        var capture = ask.Operation(OperationKind.Capture, approved.AcquirerReference);

        var first = await bank.Connector.PerformAsync(capture, Cancellation);
        var again = await bank.Connector.PerformAsync(capture, Cancellation);
        var authorisedAgain = await bank.Connector.AuthorizeAsync(ask.Authorisation, Cancellation);

        Assert.Equal(first, again);
        Assert.Equal(approved, authorisedAgain);
        Assert.Equal(1000, (await bank.BookAsync(ask))["totals"]!["captured"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_void_releases_and_what_is_refused_is_refused()
    {
        await using var bank = await Tidebank.StartAsync();
        var ask = new Ask();
        var approved = Assert.IsType<AttemptOutcome.Approved>(await bank.Connector.AuthorizeAsync(ask.Authorisation, Cancellation));

        var tooMuch = await bank.Connector.PerformAsync(ask.Operation(OperationKind.Capture, approved.AcquirerReference, 11_00), Cancellation);
        var released = await bank.Connector.PerformAsync(ask.Operation(OperationKind.Void, approved.AcquirerReference), Cancellation);

        Assert.Equal("13", Assert.IsType<OperationOutcome.Refused>(tooMuch).RawCode);
        Assert.IsType<OperationOutcome.Accepted>(released);
        Assert.Equal(0, await bank.LiveAsync(ask));
    }

    [Theory]
    [InlineData("4000000000009995", DeclineCode.InsufficientFunds, "51", null)]
    [InlineData("4099000000000020", DeclineCode.InsufficientFunds, "51", "03")]
    [InlineData("4212345678901237", DeclineCode.AuthenticationRequired, "1A", null)]
    [InlineData("5201281505129736", DeclineCode.AuthenticationRequired, "65", null)]
    [InlineData("4000000000009979", DeclineCode.LostOrStolen, "43", null)]
    public async Task A_refusal_has_its_code_and_its_advice(string card, DeclineCode code, string raw, string? advice)
    {
        await using var bank = await Tidebank.StartAsync();

        var outcome = await bank.Connector.AuthorizeAsync(new Ask { Card = card }.Authorisation, Cancellation);

        var declined = Assert.IsType<AttemptOutcome.Declined>(outcome);
        Assert.Equal((code, raw, raw, advice), (declined.Code, declined.RawCode, declined.NetworkCode, declined.AdviceCode));
    }

    [Fact]
    public async Task An_approval_of_another_amount_is_contradicted()
    {
        await using var bank = await Tidebank.StartAsync();

        var outcome = await bank.Connector.AuthorizeAsync(new Ask { Card = "4099000000000046" }.Authorisation, Cancellation);

        Assert.IsType<AttemptOutcome.Contradicted>(outcome);
    }

    [Theory]
    [InlineData(SilentAfterBooking)]
    [InlineData(HangUpAfterBooking)]
    [InlineData(HangUpBeforeBooking)]
    [InlineData(ErrorAfterBooking)]
    [InlineData(MaintenancePage)]
    public async Task What_was_sent_and_not_answered_is_unknown_and_once_reversed_nothing_of_it_lives(string card)
    {
        await using var bank = await Tidebank.StartAsync();
        var ask = new Ask { Card = card, Within = Soon };

        var outcome = await bank.Connector.AuthorizeAsync(ask.Authorisation, Cancellation);
        var reversed = await bank.Connector.ReverseAsync(ask.Reversal with { Within = TimeSpan.FromSeconds(20) }, Cancellation);

        Assert.IsType<AttemptOutcome.Unknown>(outcome);
        Assert.IsType<ReversalOutcome.Reversed>(reversed);
        Assert.Equal(0, await bank.LiveAsync(ask));
    }

    [Fact]
    public async Task An_issuer_that_cannot_be_reached_is_a_certain_no() =>
        Assert.Equal(
            DeclineCode.IssuerUnavailable,
            Assert.IsType<AttemptOutcome.Declined>(await OutcomeAsync(ErrorBeforeBooking)).Code);

    [Fact]
    public async Task A_host_that_is_not_there_was_sent_nothing_and_is_used_again_when_it_is_back()
    {
        await using var bank = await Tidebank.StartAsync();
        await bank.CloseAsync();
        var refused = Assert.IsType<AttemptOutcome.Declined>(
            await bank.Connector.AuthorizeAsync(new Ask().Authorisation, Cancellation));
        await bank.OpenAsync();

        var outcome = await Eventually.ThatAsync(
            () => bank.Connector.AuthorizeAsync(new Ask().Authorisation, Cancellation), one => one is AttemptOutcome.Approved);

        Assert.True(refused.IsOfThisCallOnly);
        Assert.Equal(DeclineCode.AcquirerUnavailable, refused.Code);
        Assert.IsType<AttemptOutcome.Approved>(outcome);
    }

    [Fact]
    public async Task A_host_that_restarts_in_between_still_knows_what_it_approved()
    {
        await using var bank = await Tidebank.StartAsync();
        var ask = new Ask();
        var approved = Assert.IsType<AttemptOutcome.Approved>(await bank.Connector.AuthorizeAsync(ask.Authorisation, Cancellation));
        await bank.CloseAsync();
        await bank.OpenAsync();
        var capture = ask.Operation(OperationKind.Capture, approved.AcquirerReference);

        var captured = await Eventually.ThatAsync(
            () => bank.Connector.PerformAsync(capture, Cancellation), one => one is OperationOutcome.Accepted);

        Assert.IsType<OperationOutcome.Accepted>(captured);
        Assert.Equal(1000, (await bank.BookAsync(ask))["totals"]!["captured"]!.GetValue<long>());
    }

    [Fact]
    public async Task Two_hundred_requests_are_under_way_at_once_and_each_gets_its_own_answer()
    {
        await using var bank = await Tidebank.StartAsync();
        var asks = Enumerable.Range(1, 200).Select(i => new Ask { Amount = new Money(1000 + i, Currency.Of("EUR")) }).ToList();

        var outcomes = await Task.WhenAll(asks.Select(ask => bank.Connector.AuthorizeAsync(ask.Authorisation, Cancellation)));

        Assert.All(outcomes, outcome => Assert.IsType<AttemptOutcome.Approved>(outcome));
        Assert.Distinct(outcomes.Select(outcome => ((AttemptOutcome.Approved)outcome).AcquirerReference));
    }

    [Fact]
    public async Task It_is_found_out_about_by_reversing_and_names_the_card_in_operations()
    {
        await using var bank = await Tidebank.StartAsync();

        Assert.Equal(FindOutBy.Reversing, bank.Connector.Profile.FindsOutBy);
        Assert.True(bank.Connector.Profile.OperationsNameTheCard);
        Assert.Null(await bank.Connector.CompleteAsync(
            new(new AttemptId("att_1_1"), new Ask().Amount, "token", Soon), Cancellation));
    }

    static async Task<AttemptOutcome> OutcomeAsync(string card)
    {
        await using var bank = await Tidebank.StartAsync();
        return await bank.Connector.AuthorizeAsync(new Ask { Card = card }.Authorisation, Cancellation);
    }
}
