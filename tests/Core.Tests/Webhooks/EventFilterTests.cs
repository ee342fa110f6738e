using System.Runtime.CompilerServices;
using Railyard.Core.Payments;
using Railyard.Core.Tests.Architecture;
using Railyard.Core.Webhooks;

namespace Railyard.Core.Tests.Webhooks;

public sealed class EventFilterTests
{
    [Theory]
    [InlineData("*", "payment.captured", true)]
    [InlineData("*", "webhook_endpoint.disabled", true)]
    [InlineData("payment.*", "payment.captured", true)]
    [InlineData("payment.*", "webhook_endpoint.disabled", false)]
    [InlineData("webhook_endpoint.*", "webhook_endpoint.disabled", true)]
    [InlineData("payment.captured", "payment.captured", true)]
    [InlineData("payment.captured", "payment.capture_failed", false)]
    [InlineData("payment.captured", "payment.authorized", false)]
    public void A_filter_fits_its_kind_of_events(string filter, string type, bool fits) =>
        Assert.Equal(fits, EventFilter.Read(filter)!.Value.Fits(type));

    [Theory]
    [InlineData("")]
    [InlineData(".*")]
    [InlineData("**")]
    [InlineData("*.captured")]
    [InlineData("pay*")]
    [InlineData("payment")]
    [InlineData("payment.")]
    [InlineData("payment.capture")]
    [InlineData("payment.capt*")]
    [InlineData("payment.captured.*")]
    [InlineData("Payment.captured")]
    [InlineData("payments.*")]
    [InlineData(" payment.captured")]
    public void A_filter_that_no_event_fits_is_none(string text) => Assert.Null(EventFilter.Read(text));

    [Fact]
    public void Every_event_of_a_payment_can_be_named()
    {
        var names = ClosedUnions.Cases(typeof(PaymentEvent)).SelectMany(NamesOf).Distinct().Order().ToList();

        Assert.Equal(names, EventTypes.All.Where(type => type.StartsWith("payment.", StringComparison.Ordinal)).Order());
    }

    // Some events go by a name for each kind of operation, or for each stage of a dispute.
    static IEnumerable<string> NamesOf(Type type)
    {
        var happened = (PaymentEvent)RuntimeHelpers.GetUninitializedObject(type);
        var kind = type.GetProperty("Kind") ?? type.GetProperty("Stage");
        if (kind is null) return [happened.Name];
        return Enum.GetValues(kind.PropertyType).Cast<object>().Select(one =>
        {
            kind.SetValue(happened, one);
            return happened.Name;
        }).ToList();
    }
}
