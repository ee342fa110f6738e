using System.Globalization;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Operations;
using Railyard.App.Payments;
using Railyard.App.Tests.Merchants;
using Railyard.App.Webhooks;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Payments;

/// <summary>Rows are kept from events that come together and in any order; sent here as they are published.</summary>
public sealed class IndexTests(RunningRailyard railyard)
{
    static readonly Currency Euro = Currency.Of("EUR");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_events_that_come_together_each_payment_has_one_row_and_it_knows_of_the_last()
    {
        var (merchant, ids) = (await railyard.OnboardAsync(), NewIds(5));

        await SendAsync(
            [
                .. ids.Select(id => Of(merchant, id, asOf: 3, captured: 0, isNews: true)),
                Of(merchant, ids[0], asOf: 7, captured: 500),
                Of(merchant, ids[0], asOf: 5, captured: 100),
            ]);

        var page = await ListedAsync(merchant, all => all.Count == 5 && all.Any(item => item.Captured == 500));
        Assert.Equal(ids.Order(StringComparer.Ordinal).Reverse(), page.Select(item => item.Id));
        Assert.Equal(500, page.Sum(item => item.Captured));
    }

    [Fact]
    public async Task New_payments_are_listed_beside_some_that_are_listed_already_and_what_is_older_changes_nothing()
    {
        var (merchant, ids) = (await railyard.OnboardAsync(), NewIds(4));
        await SendAsync([Of(merchant, ids[0], asOf: 5, captured: 300), Of(merchant, ids[1], asOf: 3, captured: 0, isNews: true)]);
        await ListedAsync(merchant, all => all.Count == 2);

        // The first is told of what it knows already, by a step that was repeated after it went on.
        await SendAsync([.. ids.Select(id => Of(merchant, id, asOf: 4, captured: 0, isNews: true))]);

        var page = await ListedAsync(merchant, all => all.Count == 4);
        Assert.Equal(300, page.Sum(item => item.Captured));
    }

    [Fact]
    public async Task A_message_that_is_no_event_is_put_aside_with_the_reason_and_holds_up_no_other()
    {
        var (merchant, id, bad) = (await railyard.OnboardAsync(), NewIds(1)[0], $"bad-{Guid.CreateVersion7():N}");

        await SendAsync(
            [Message("""{"type":5}""", bad), Message("null", $"{bad}-null"), Of(merchant, id, asOf: 3, captured: 0, isNews: true)]);

        await ListedAsync(merchant, all => all.Count == 1);
        foreach (var subscription in new[] { PaymentIndex.Subscription, TellEndpoints.Subscription })
        {
            var reasons = await Eventually.ThatAsync(() => ReasonsAsync(subscription, bad), all => all.Count == 2);
            Assert.All(reasons, reason => Assert.Equal("unreadable", reason));
        }
    }

    async Task<IReadOnlyList<string?>> ReasonsAsync(string subscription, string id)
    {
        var letters = await railyard.App.Services.GetRequiredService<DeadLetters>()
            .PeekAsync(DeadLetterSource.Find(subscription)!, 0, 100, Cancellation);
        return [.. letters.Where(letter => letter.MessageId.StartsWith(id, StringComparison.Ordinal)).Select(letter => letter.DeadLetterReason)];
    }

    async Task SendAsync(IEnumerable<ServiceBusMessage> messages)
    {
        await using var sender = railyard.App.Services.GetRequiredService<ServiceBusClient>().CreateSender(PaymentEvents.Topic);
        await sender.SendMessagesAsync(messages, Cancellation);
    }

    static ServiceBusMessage Of(Onboarded merchant, string id, int asOf, long captured, bool isNews = false) => Message(
        JsonSerializer.Serialize(
            new PaymentEventMessage
            {
                Type = "payment.test",
                Payment = new PaymentId(id),
                Merchant = new MerchantId(merchant.Id),
                Sequence = asOf,
                IsNews = isNews,
                At = DateTimeOffset.UnixEpoch,
                Event = JsonTests.Events().First().Data,
                Status = PaymentStatus.Authorized,
                AsOf = asOf,
                Amount = new Money(10_00, Euro),
                Captured = new Money(captured, Euro),
                Refunded = Money.Zero(Euro),
                CreatedAt = DateTimeOffset.UnixEpoch,
            },
            Json.Storage),
        $"{id}:{asOf}:{isNews}");

    // Of a subject that only those take who take all that is last.
    static ServiceBusMessage Message(string body, string id) => new(body)
    {
        MessageId = id,
        SessionId = "lane-0",
        Subject = "payment.test",
        ApplicationProperties = { ["is_latest"] = "true" },
    };

    static List<string> NewIds(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => PaymentId.Prefix + Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture))];

    static Task<List<(string Id, long Captured)>> ListedAsync(Onboarded merchant, Func<List<(string Id, long Captured)>, bool> isWanted) =>
        Eventually.ThatAsync(
            async () => (await merchant.Client.GetAsync("/v1/payments")).Body.GetProperty("items").EnumerateArray()
                .Select(item => (item.GetProperty("id").GetString()!, item.GetProperty("amount_captured").GetInt64()))
                .ToList(),
            isWanted);
}
