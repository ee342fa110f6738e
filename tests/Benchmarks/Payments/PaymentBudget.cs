using Railyard.Benchmarks.Measuring;

namespace Railyard.Benchmarks.Payments;

/// <summary>What a payment cost, held against the budget of an authorised payment with a token.</summary>
static class PaymentBudget
{
    const double RequestUnits = 40;
    const double DurableActions = 3;
    const double Sends = 1;

    // Projected from the payment's events when the answer is out.
    static readonly string[] BehindTheAnswer = ["payment-index", "expectations", "routing-stats", "webhooks", "ledger"];

    public static IEnumerable<Row> Rows(MeterReading before, MeterReading after, int payments)
    {
        var charge = after.Since(before, "request_charge");
        var behind = charge.Where(each => BehindTheAnswer.Contains(each.Key)).Sum(each => each.Value);
        var all = charge.Values.Sum();
        return
        [
            Each("RU up to the answer", all - behind, RequestUnits),
            .. charge.Where(each => each.Value > 0).OrderByDescending(each => each.Value)
                .Select(each => Each($"RU in {each.Key}", each.Value, null)),
            Each("durable actions", after.Since(before, "durable_actions").Values.Sum(), DurableActions),
            Each("Service Bus sends", after.Since(before, "sends").Values.Sum(), Sends),
            Each("Service Bus messages", after.Since(before, "messages_sent").Values.Sum(), null),
        ];

        Row Each(string what, double sum, double? budget) => new($"a payment: {what}", Samples.Once(sum / payments), "")
        {
            Target = budget is { } most ? Target.AtMost(most) : null,
        };
    }
}
