using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Storage;

namespace Railyard.Local.Tests.Runtime;

/// <summary>
/// The app with a blob storage that cannot start yet, because the one before it on the same data has not left.
/// </summary>
public sealed class StorageStartTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly string folder = Directory.CreateTempSubdirectory("railyard-late-").FullName;
    readonly Process predecessor = Node.Process(Path.GetTempPath(), ["-e", "process.stdin.resume()"]);
    static TaskCompletionSource<string> arrived = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public sealed class Functions(BlobServiceClient blobs)
    {
        [Function("Hello")]
        public static string Hello([HttpTrigger("get")] HttpRequest request) => "hello";

        [Function("Drop")]
        public async Task<string> Drop([HttpTrigger("post")] HttpRequest request)
        {
            var blob = blobs.GetBlobContainerClient("settlement-inbox").GetBlobClient("late/today.csv");
            await blob.UploadAsync(BinaryData.FromString("lines"), overwrite: true, request.HttpContext.RequestAborted);
            return "dropped";
        }

        [Function("Arrived")]
        public static void Arrived([BlobTrigger("settlement-inbox/late/{name}")] string content) =>
            arrived.TrySetResult(content);
    }

    public async ValueTask InitializeAsync()
    {
        arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Node.Start(predecessor);
        var data = Path.Combine(folder, "data");
        await using (DataFolder.Take(data, fresh: false))
        {
            Directory.CreateDirectory(Path.Combine(data, "azurite"));
            PreviousAzurite.Remember(Path.Combine(data, "azurite"), predecessor.Id);
        }
    }

    public ValueTask DisposeAsync()
    {
        LetStorageStart();
        predecessor.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Requests_are_answered_before_storage_has_started()
    {
        await using var app = await StartAsync();
        using var http = Client(app);

        var answer = await http.GetStringAsync("Hello", Cancellation);

        Assert.Equal("hello", answer);
    }

    [Fact]
    public async Task A_request_that_needs_blobs_waits_for_storage_and_the_blob_reaches_its_function()
    {
        await using var app = await StartAsync();
        using var http = Client(app);
        var dropping = http.PostAsync("Drop", null, Cancellation);
        await http.GetStringAsync("Hello", Cancellation);
        var isWaiting = !dropping.IsCompleted;

        LetStorageStart();
        var dropped = await dropping;
        var content = await arrived.Task.WaitAsync(Patience, TimeProvider.System, Cancellation);

        Assert.True(isWaiting);
        Assert.Equal((HttpStatusCode.OK, "lines"), (dropped.StatusCode, content));
    }

    [Fact]
    public async Task An_app_whose_storage_cannot_start_ends()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        await using var app = await StartAsync(
            new() { ["Local:AzuritePort"] = $"{((IPEndPoint)occupant.LocalEndpoint).Port}" });
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ending = app.Services.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStopping.Register(ended.SetResult);

        LetStorageStart();

        await ended.Task.WaitAsync(Patience, TimeProvider.System, Cancellation);
    }

    [Fact]
    public async Task An_app_stops_while_its_storage_still_starts()
    {
        var app = await StartAsync();

        await app.DisposeAsync().AsTask().WaitAsync(Patience, TimeProvider.System, Cancellation);

        Assert.False(predecessor.HasExited);
    }

    Task<RunningApp> StartAsync(Dictionary<string, string?>? settings = null) =>
        Sample.StartAsync<Functions>(
            new LocalOptions
            {
                DataFolder = Path.Combine(folder, "data"),
                AwaitsStorage = false,
                Settings = settings ?? [],
            },
            builder => builder.Services.AddSingleton(services => new BlobServiceClient(
                builder.Configuration["AzureWebJobsStorage"], services.GetRequiredService<BlobClientOptions>())));

    void LetStorageStart()
    {
        if (!predecessor.HasExited) predecessor.StandardInput.Close();
        predecessor.WaitForExit();
    }

    static HttpClient Client(RunningApp app) => new() { BaseAddress = new Uri(app.Address, "/api/"), Timeout = Patience };
}
