using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App;
using Railyard.App.Ledger;
using Railyard.App.Payments;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Payments;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;
using Railyard.Local.Runtime;

namespace Railyard.Benchmarks.Ledger;

/// <summary>
/// Events of captures through the topic's subscription into the books: each is one entry of four postings. Beside it, as
/// the yardstick, documents of the same size written to the same endpoint in batches as large, with nothing around them.
/// </summary>
sealed class Postings(RunningApp app, int merchants) : IAsyncDisposable
{
    const int Count = 20_000;
    const int Counted = 2_000;
    const int PerSend = 100;
    const int PerBatch = 90;
    const int BatchesAtOnce = 8;
    const int PaddingCharacters = 700;
    const string Yardstick = "creates of 1 KB in batches of 90/s";

    static readonly TimeSpan PostedWithin = TimeSpan.FromMinutes(3);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    static readonly Currency Euro = Currency.Of("EUR");
    static readonly string Padding = new('x', PaddingCharacters);

    readonly ServiceBusClient client = new(app.ServiceBusConnectionString);
    readonly Container ledger = app.Services.GetRequiredService<Containers>().Ledger;
    readonly LedgerReader reader = app.Services.GetRequiredService<LedgerReader>();

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace) =>
        [.. await MeasureAsync(pace, merchants: 20), .. await MeasureAsync(pace, merchants: 1)];

    public ValueTask DisposeAsync() => client.DisposeAsync();

    static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace, int merchants)
    {
        var assembly = typeof(Containers).Assembly;
        // The ledger alone: what else follows from a payment's events is measured with payments.
        await using var app = await RunningApp.StartAsync(
            assembly, args => assembly.EntryPoint!.Invoke(null, [args]), [typeof(PostPaymentEvent)], new LocalOptions(), CancellationToken.None);
        await using var postings = new Postings(app, merchants);
        var rounds = await Rounds.MeasureAsync(
            pace, () => postings.CreateInBatchesAsync(pace.Count(Count)), () => postings.PostAsync(pace.Count(Count)));
        var before = await MeterReading.TakeAsync(app.CosmosAddress);
        await postings.PostAsync(Counted);
        var charge = (await MeterReading.TakeAsync(app.CosmosAddress)).Since(before, "request_charge")["ledger"];
        var whose = merchants == 1 ? "of one merchant" : $"of {merchants} merchants";
        return
        [
            new($"ledger: entries posted through the trigger, {whose}", rounds.Measured, "/s")
            {
                Target = Target.AtLeast(1_000), Ratio = rounds.Ratio, Yardstick = Yardstick,
            },
            new($"ledger: RU for each entry, {whose}", Samples.Once(charge / Counted), ""),
        ];
    }

    /// <summary>Sends so many events and waits until all are in the books; entries a second, sending included.</summary>
    async Task<double> PostAsync(int count)
    {
        var round = Guid.CreateVersion7().ToString("N");
        var owners = Enumerable.Range(0, merchants).Select(number => new MerchantId($"mer_{round}_{number}")).ToList();
        await using var sender = client.CreateSender(PaymentEvents.Topic);
        var begin = TimeProvider.System.GetTimestamp();
        foreach (var numbers in Enumerable.Range(0, count).Chunk(PerSend))
            await sender.SendMessagesAsync(numbers.Select(number => Message(owners[number % merchants], $"{round}{number}")));
        while (await PostedAsync(owners) < count)
        {
            if (TimeProvider.System.GetElapsedTime(begin) > PostedWithin) throw new TimeoutException("Not everything was posted.");
            await Task.Delay(Pause, TimeProvider.System);
        }
        return count / TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
    }

    // Each event is of one cent, so that the sum says how many there are.
    async Task<long> PostedAsync(List<MerchantId> owners)
    {
        long sum = 0;
        foreach (var owner in owners)
            sum += (await reader.OfOwnerAsync(BookOwner.Of(owner), CancellationToken.None)).Net(AccountKind.MerchantPending).GetValueOrDefault(Euro);
        return sum;
    }

    static ServiceBusMessage Message(MerchantId merchant, string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        var cent = new Money(1, Euro);
        var published = new PaymentEventMessage
        {
            Type = "payment.captured",
            Payment = new PaymentId($"pay_{name}"),
            Merchant = merchant,
            Sequence = 3,
            At = now,
            Event = new PaymentEvent.CaptureConfirmed(new(new OperationId($"cap_{name}"), cent, new AcquirerName("northbank"), name, name)),
            Status = PaymentStatus.Captured,
            AsOf = 3,
            Amount = cent,
            Captured = cent,
            Refunded = Money.Zero(Euro),
            CreatedAt = now,
        };
        return new ServiceBusMessage(JsonSerializer.SerializeToUtf8Bytes(published, Json.Storage))
        {
            MessageId = name, SessionId = name, Subject = published.Type,
        };
    }

    async Task<double> CreateInBatchesAsync(int count)
    {
        var load = await Load.ClosedAsync(BatchesAtOnce, count / PerBatch, async _ =>
        {
            var book = Guid.CreateVersion7().ToString();
            var batch = ledger.CreateTransactionalBatch(new PartitionKey(book));
            for (var number = 0; number < PerBatch; number++)
                batch.CreateItemStream(
                    new MemoryStream(Encoding.UTF8.GetBytes($$"""{"id":"{{number}}","book":"{{book}}","padding":"{{Padding}}"}""")),
                    new() { EnableContentResponseOnWrite = false });
            using var answer = await batch.ExecuteAsync();
            if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidDataException($"A batch was answered with {answer.StatusCode}.");
        });
        return load.PerSecond * PerBatch;
    }
}
