using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Railyard.Local.Runtime;

namespace Railyard.Local.Tests.Runtime;

public sealed class BlobTriggerTests(BlobTriggerTests.Fixture sample)
    : IClassFixture<BlobTriggerTests.Fixture>
{
    const string PoisonQueue = "webjobs-blobtrigger-poison";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    static readonly Channel<string> Seen = Channel.CreateUnbounded<string>();
    static readonly ConcurrentDictionary<string, int> Tries = new();
    static readonly TaskCompletionSource Poisoned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public sealed class Functions
    {
        [Function("Arrived")]
        public static async Task Arrived(
            [BlobTrigger("settlement-inbox/{acquirer}/{name}.csv")] Stream content,
            string acquirer, string name)
        {
            using var reader = new StreamReader(content);
            await Seen.Writer.WriteAsync($"{acquirer}|{name}|{await reader.ReadToEndAsync()}");
        }

        [Function("Failing")]
        public static void Failing([BlobTrigger("statement-inbox/{name}")] BlobClient blob, string name)
        {
            if (Tries.AddOrUpdate(name, 1, (_, before) => before + 1) == 5) Poisoned.TrySetResult();
            throw new InvalidOperationException($"{blob.Name} cannot be read");
        }
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() => Sample.StartAsync<Functions>();
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_runs_its_function_once_and_a_new_version_runs_it_again()
    {
        var blob = Container("settlement-inbox").GetBlobClient("northbank/2026/07.csv");
        await blob.UploadAsync(BinaryData.FromString("first"), overwrite: true, Cancellation);
        var first = await NextAsync();
        var isRepeated = await HappensAsync(Seen.Reader.WaitToReadAsync(Cancellation).AsTask());

        await blob.UploadAsync(BinaryData.FromString("second"), overwrite: true, Cancellation);
        var second = await NextAsync();

        // As in Azure the first of two names takes the folders.
        Assert.Equal("northbank/2026|07|first", first);
        Assert.False(isRepeated);
        Assert.Equal("northbank/2026|07|second", second);
    }

    [Fact]
    public async Task A_blob_leaves_a_receipt_and_what_does_not_match_leaves_none()
    {
        await Container("settlement-inbox").UploadBlobAsync(
            "southbank/notes.txt", BinaryData.FromString("no"), Cancellation);
        var blob = Container("settlement-inbox").GetBlobClient("southbank/receipt.csv");
        var version =
            (await blob.UploadAsync(BinaryData.FromString("yes"), Cancellation)).Value.ETag.ToString("H");
        while (!(await NextAsync()).Contains("receipt", StringComparison.Ordinal)) { }

        var receipts = Container("azure-webjobs-hosts")
            .GetBlobsAsync(default, default, "blobreceipts/", Cancellation)
            .Select(receipt => receipt.Name);

        Assert.Contains(
            $"blobreceipts/railyard-local-tests/Host.Functions.Arrived/{version}/" +
            "settlement-inbox/southbank/receipt.csv",
            await receipts.ToListAsync(Cancellation));
        Assert.False(
            await receipts.AnyAsync(name => name.Contains("notes", StringComparison.Ordinal), Cancellation));
    }

    [Fact]
    public async Task A_blob_that_fails_five_times_goes_to_the_poison_queue()
    {
        await Container("statement-inbox").UploadBlobAsync(
            "broken.xml", BinaryData.FromString("<"), Cancellation);
        await Poisoned.Task.WaitAsync(Patience, TimeProvider.System, Cancellation);

        var poison = JsonNode.Parse(await PoisonMessageAsync())!;

        Assert.Equal(5, Tries["broken.xml"]);
        Assert.Equal("BlobTrigger", (string?)poison["Type"]);
        Assert.Equal("Host.Functions.Failing", (string?)poison["FunctionId"]);
        Assert.Equal("BlockBlob", (string?)poison["BlobType"]);
        Assert.Equal("statement-inbox", (string?)poison["ContainerName"]);
        Assert.Equal("broken.xml", (string?)poison["BlobName"]);
        Assert.StartsWith("\"0x", (string?)poison["ETag"], StringComparison.Ordinal);
    }

    async Task<string> PoisonMessageAsync()
    {
        var queue = new QueueClient(
            sample.App.StorageConnectionString, PoisonQueue,
            new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(Patience);
        while (await timer.WaitForNextTickAsync(deadline.Token))
            if (await queue.ExistsAsync(deadline.Token) &&
                (await queue.ReceiveMessagesAsync(deadline.Token)).Value is [var message])
                return message.Body.ToString();
        throw new TimeoutException();
    }

    BlobContainerClient Container(string name) =>
        new BlobServiceClient(sample.App.StorageConnectionString).GetBlobContainerClient(name);

    static async Task<string> NextAsync() =>
        await Seen.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(
            Patience, TimeProvider.System, Cancellation);

    static async Task<bool> HappensAsync(Task task) =>
        await Task.WhenAny(task, Task.Delay(Settled, TimeProvider.System, Cancellation)) == task;
}
