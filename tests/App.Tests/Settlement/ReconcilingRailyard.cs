using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Reconciliation;
using Railyard.App.Reconciliation.Bank;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Settlement;

/// <summary>
/// An app of its own for the tests of settlement: a report settles every payment that its acquirer has, so the payments
/// of other tests must not be among them.
/// </summary>
public sealed class ReconcilingRailyard : IAsyncLifetime
{
    static readonly DateTimeOffset Moment = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    readonly CapturedLogs logs = new();
    RunningApp? app;

    public RunningApp App => app ?? throw new InvalidOperationException("The app has not started.");

    public string Logs => logs.Text;

    public Client Merchant => new(App.Address, "sk_sandbox_local");

    public Client Operator => new(App.Address, "ok_sandbox_local");

    public Client Northbank => new(App.Acquirers["northbank"], key: null);

    public async ValueTask InitializeAsync()
    {
        var options = new LocalOptions
        {
            // Merchants of some tests are settled in a currency of their own, and all are paid by the same run.
            Settings = new Dictionary<string, string?>
            {
                ["Payouts:accounts:SEK:name"] = "Railyard",
                ["Payouts:accounts:SEK:iban"] = "SE4550000000058398257466",
            },
            Logging = logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Information),
        };
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, options, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    public Task<Reply> PutAsync(string name, string content, string acquirer = "southbank") =>
        Operator.PutAsync($"/ops/v1/settlement-files/{acquirer}/{name}", Encoding.UTF8.GetBytes(content));

    /// <summary>Puts a file in and waits for what comes of it.</summary>
    public async Task<Reply> ReconcileAsync(string name, string content, string acquirer = "southbank")
    {
        var put = await PutAsync(name, content, acquirer);
        Assert.True(put.Status == HttpStatusCode.Accepted, put.Text);
        return await ConcludedAsync(put["file_id"]!);
    }

    /// <summary>The file's report, once there is one.</summary>
    public Task<Reply> ConcludedAsync(string file) => Eventually.ThatAsync(
        () => Operator.GetAsync($"/ops/v1/settlement-files/{file}"),
        reply => reply.Status == HttpStatusCode.OK && reply["status"] is "reconciled" or "reconciled_with_discrepancies" or "rejected");

    /// <summary>The discrepancies that a file shows; what the bank lacks of it comes with time, and is not among them.</summary>
    public async Task<IReadOnlyList<Reply>> DiscrepanciesAsync(string file, string acquirer = "southbank")
    {
        var found = new List<Reply>();
        string? cursor = null;
        do
        {
            var page = await Operator.GetAsync($"/ops/v1/discrepancies?acquirer={acquirer}&limit=100{(cursor is null ? "" : $"&cursor={cursor}")}");
            found.AddRange(page.Body.GetProperty("items").EnumerateArray()
                .Select(item => new Reply(page.Status, item.GetRawText(), page.Response)));
            cursor = page["next_cursor"];
        }
        while (cursor is not null);
        return [.. found.Where(one => one["file_id"] == file && one["kind"] != "missing_at_bank")];
    }

    /// <summary>Waits until an operation's line is expected.</summary>
    public Task<string> RecordedAsync(string operation) => Eventually.ThatAsync(
        () => Task.FromResult(Logs),
        text => Regex.IsMatch(text, $"{operation} at [a-z]+ is recorded", RegexOptions.None, TimeSpan.FromSeconds(1)));

    /// <summary>Publishes that an acquirer has confirmed a capture, as the payment's own steps do.</summary>
    public Task PublishCaptureAsync(ConfirmedOperation operation) =>
        PublishAsync("payment.captured", new PaymentEvent.CaptureConfirmed(operation), operation);

    /// <summary>Publishes that an acquirer has confirmed a refund.</summary>
    public Task PublishRefundAsync(ConfirmedOperation operation) =>
        PublishAsync("payment.refunded", new PaymentEvent.RefundConfirmed(operation), operation);

    async Task PublishAsync(string type, PaymentEvent happened, ConfirmedOperation operation)
    {
        var published = new PaymentEventMessage
        {
            Type = type,
            Payment = new PaymentId($"pay_{operation.PaymentReference}"),
            Merchant = new MerchantId("mer_sandbox"),
            Sequence = 1,
            At = Moment,
            Event = happened,
            Status = PaymentStatus.Captured,
            AsOf = 1,
            Amount = operation.Amount,
            Captured = operation.Amount,
            Refunded = Money.Zero(operation.Amount.Currency),
            CreatedAt = Moment,
        };
        var message = new ServiceBusMessage(JsonSerializer.SerializeToUtf8Bytes(published, Json.Storage))
        {
            MessageId = Guid.CreateVersion7().ToString(),
            SessionId = published.Payment.Value,
            Subject = published.Type,
        };
        var bus = App.Services.GetRequiredService<ServiceBusClient>();
        await using var sender = bus.CreateSender(PaymentEvents.Topic);
        await sender.SendMessageAsync(message, TestContext.Current.CancellationToken);
    }

    /// <summary>Joins a file's only group of shards once more, as after a crash before it was noted as done.</summary>
    public async Task<ShardCounts> JoinAgainAsync(string file)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var loaded = await App.Services.GetRequiredService<SettlementFileStore>().LoadAsync(new FileId(file), cancellation);
        return (await App.Services.GetRequiredService<ShardDesk>().JoinAsync(loaded, 0, cancellation)).Outcome.Counts;
    }

    /// <summary>Delivers a file's message for its shards once more.</summary>
    public async Task DeliverAgainAsync(string file, int round)
    {
        var bus = App.Services.GetRequiredService<ServiceBusClient>();
        await using var sender = bus.CreateSender(ReconcileShard.Queue);
        await sender.SendMessageAsync(ReconcileShard.Message(new FileId(file), 0, round), TestContext.Current.CancellationToken);
    }

    /// <summary>What the bank account should show, and has shown.</summary>
    public Task<IReadOnlyList<BankExpectation>> BankExpectationsAsync() => App.Services.BankExpectationsAsync();
}

/// <summary>Looks into the books of an app.</summary>
static class BankBooks
{
    public static async Task<IReadOnlyList<BankExpectation>> BankExpectationsAsync(this IServiceProvider services) =>
        await services.GetRequiredService<BankExpectationStore>().RelevantAsync(
            new BankAccountName("main"), DateOnly.MinValue, null, TestContext.Current.CancellationToken);
}
