using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Routing;
using Railyard.Local.ServiceBus;

namespace Railyard.App.Tests.Payments;

/// <summary>A subscription's rules keep from it only what it has no use for.</summary>
public sealed class SubscriptionTests
{
    static readonly ConfirmedOperation Confirmed =
        new(new OperationId("cap_1"), new Money(1, Currency.Of("EUR")), new AcquirerName("northbank"), "psp1", "psp2");

    [Fact]
    public void Every_event_that_moves_money_reaches_the_expectations()
    {
        PaymentEvent[] moving =
        [
            new PaymentEvent.CaptureConfirmed(Confirmed),
            new PaymentEvent.RefundConfirmed(Confirmed),
            new PaymentEvent.FullyRefunded(Confirmed),
        ];
        PaymentEvent[] undoing =
        [
            new PaymentEvent.CaptureUndone(Confirmed, "refused"),
            new PaymentEvent.NothingCaptured(Confirmed, "refused"),
            new PaymentEvent.NothingLeft(Confirmed, "refused"),
            new PaymentEvent.RefundUndone(Confirmed, "refused"),
        ];

        Assert.All(moving, happened => Assert.NotNull(Expectations.MoneyMovedBy(happened)));
        Assert.All(undoing, happened => Assert.NotNull(Expectations.MoneyKeptBy(happened)));
        Assert.Equal(
            moving.Concat(undoing).Select(happened => happened.Name).Distinct().Order(),
            Rules("expectations").Select(rule => rule.Subject!).Order());
    }

    [Fact]
    public void No_other_event_moves_money() =>
        Assert.All(
            JsonTests.Events().Select(row => row.Data).Where(happened => !Rules("expectations").Any(rule => rule.Subject == happened.Name)),
            happened => Assert.Null(Expectations.MoneyMovedBy(happened) ?? Expectations.MoneyKeptBy(happened)));

    [Fact]
    public void Every_event_that_speaks_for_or_against_an_acquirer_is_counted_and_no_other() =>
        Assert.Equal(
            JsonTests.Events().Select(row => row.Data).Where(Speaks).Select(happened => happened.Name).Distinct().Order(),
            Rules("routing-stats").Select(rule => rule.Subject!).Order());

    static bool Speaks(PaymentEvent happened) => happened is PaymentEvent.AttemptDeclined || CountedOutcome.Speaks(happened) is not null;

    static IReadOnlyList<CorrelationRule> Rules(string subscription) =>
        BrokerTopology.Load(Path.Combine(Repository.Root, "local", "resources", "servicebus.json"))
            .Topics.Single().Subscriptions.Single(one => one.Name == subscription).Rules;
}
