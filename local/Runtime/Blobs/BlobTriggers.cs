using System.Reflection;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Functions;
using Railyard.Local.Runtime.Settings;
using Railyard.Local.Runtime.Testing;

namespace Railyard.Local.Runtime.Blobs;

/// <summary>What a blob trigger needs to know of the host it runs in.</summary>
internal sealed record BlobHost(
    string HostId, string ConnectionString, int Parallelism, int Tries, TimeSpan ScanInterval);

/// <summary>
/// Functions that run for new and changed blobs: scan, receipt, queue, function, as in the Functions host.
/// </summary>
internal sealed class BlobTriggers(
    BlobHost host, References references, Runner runner, VirtualTime? virtualTime, InjectedFaults? faults,
    ILoggerFactory logging) : ITriggers
{
    const string HostsContainer = "azure-webjobs-hosts";
    const string PoisonQueue = "webjobs-blobtrigger-poison";

    readonly Dictionary<Function, BlobPattern> patterns = [];
    readonly BlobServiceClient account = new(host.ConnectionString);
    readonly CancellationTokenSource stopping = new();
    readonly ILogger log = logging.CreateLogger<BlobTriggers>();
    // Azurite is another process, whose clock is the machine's.
    readonly TimeProvider time = TimeProvider.System;
    readonly SemaphoreSlim scanning = new(1);
    Func<Task> scan = () => Task.CompletedTask;
    Task running = Task.CompletedTask;
    BlobQueue? queue;

    public Type Attribute => typeof(BlobTriggerAttribute);

    public void Add(Function function)
    {
        var path = PathOf(function);
        patterns[function] = BlobPattern.TryParse(path) ??
            throw new StartRefused(
                $"Function {function.Name}: \"{path}\" is not a blob path (container/name).");
    }

    public Binding? Bind(Function function, ParameterInfo parameter)
    {
        if (parameter == function.TriggerParameter) return BlobContent.BindingOf(parameter.ParameterType);
        return parameter.ParameterType == typeof(string) && patterns[function].Names.Contains(parameter.Name!)
            ? invocation => new(invocation.BindingContext.BindingData[parameter.Name!])
            : null;
    }

    public string Describe(Function function) => $"blob         {PathOf(function)}";

    public async Task StartAsync(CancellationToken cancellation)
    {
        if (patterns.Count == 0) return;
        var hosts = account.GetBlobContainerClient(HostsContainer);
        await hosts.CreateIfNotExistsAsync(cancellationToken: cancellation);
        var queues = new QueueServiceClient(
            host.ConnectionString, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var arrivals = queues.GetQueueClient($"azure-webjobs-blobtrigger-{host.HostId}");
        await arrivals.CreateIfNotExistsAsync(cancellationToken: cancellation);

        var poison = queues.GetQueueClient(PoisonQueue);
        queue = new BlobQueue(
            arrivals, poison, host.Parallelism, host.Tries, time, virtualTime?.Workload, log);
        scan = ScanOf(hosts, new BlobReceipts(hosts, host.HostId));
        virtualTime?.Ask(LookAsync);
        running = Task.WhenAll(queue.PumpAsync(RunAsync, stopping.Token), ScanUntilStoppedAsync());
    }

    public async ValueTask DisposeAsync()
    {
        virtualTime?.AskNoMore(LookAsync);
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        queue?.Dispose();
        scanning.Dispose();
        stopping.Dispose();
    }

    async Task ScanUntilStoppedAsync()
    {
        using var timer = new PeriodicTimer(host.ScanInterval, time);
        do await ScanAsync();
        while (await timer.WaitForNextTickAsync(stopping.Token));
    }

    // On virtual time nobody waits for the next scan: what a test has just put there is found now.
    async Task<bool> LookAsync()
    {
        if (stopping.IsCancellationRequested) return false;
        var before = queue!.Sent;
        await ScanAsync();
        return queue.Sent != before;
    }

    async Task ScanAsync()
    {
        await scanning.WaitAsync(stopping.Token);
        try
        {
            await scan();
        }
        finally
        {
            scanning.Release();
        }
    }

    Func<Task> ScanOf(BlobContainerClient hosts, BlobReceipts receipts)
    {
        var scans = patterns
            .GroupBy(watch => (watch.Value.Container, watch.Value.Prefix))
            .Select(group =>
                (Scan: ScanOf(hosts, group.Key.Container, group.Key.Prefix), Watching: group.ToArray()))
            .ToArray();
        return async () =>
        {
            foreach (var (scan, watching) in scans)
                await PollAsync(scan, blob => OfferAsync(blob, watching, receipts));
        };
    }

    async Task PollAsync(ContainerScan scan, Func<BlobItem, Task<bool>> offer)
    {
        try
        {
            await scan.PollAsync(offer, stopping.Token);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            log.LogWarning(fault, "A scan for new blobs failed and will be repeated");
        }
    }

    ContainerScan ScanOf(BlobContainerClient hosts, string container, string prefix)
    {
        var place = $"blobscaninfo/{host.HostId}/{account.AccountName}/{container}/{prefix}scanInfo";
        return new ContainerScan(
            account.GetBlobContainerClient(container), prefix, hosts.GetBlobClient(place));
    }

    async Task<bool> OfferAsync(
        BlobItem blob, KeyValuePair<Function, BlobPattern>[] watching, BlobReceipts receipts)
    {
        var isDone = true;
        foreach (var (function, pattern) in watching)
        {
            if (pattern.Match(blob.Name) is null) continue;
            var arrival = new BlobArrival(
                function.Definition.Id, pattern.Container, blob.Name,
                VersionOf(blob.Properties.ETag ?? default),
                $"{blob.Properties.BlobType ?? BlobType.Block}Blob");
            isDone &= await receipts.PassOnOnceAsync(arrival, PassOnAsync, stopping.Token);
        }
        return isDone;
    }

    async Task PassOnAsync(BlobArrival arrival)
    {
        await queue!.SendAsync(arrival, stopping.Token);
        if (faults?.Strikes(Fault.RedeliverBlob) == true) await queue.SendAsync(arrival, stopping.Token);
    }

    async Task RunAsync(BlobArrival arrival, int attempt, CancellationToken cancellation)
    {
        var function = patterns.Keys.FirstOrDefault(function => function.Definition.Id == arrival.FunctionId);
        var blob = account.GetBlobContainerClient(arrival.ContainerName).GetBlobClient(arrival.BlobName);
        // A function that is gone, a blob that is gone or has changed since: nothing is left to do for this
        // message.
        if (function is null || await VersionNowAsync(blob, cancellation) != arrival.ETag) return;
        var names = patterns[function].Match(arrival.BlobName);
        if (names is null) return;
        var data = new Dictionary<string, object?>(names)
        {
            ["BlobTrigger"] = $"{arrival.ContainerName}/{arrival.BlobName}",
            ["Uri"] = blob.Uri.ToString(),
        };
        await using var invocation = runner.Begin(function, data, cancellation);
        invocation.Features.Set(blob);
        await runner.RunAsync(invocation);
    }

    static async Task<string?> VersionNowAsync(BlobClient blob, CancellationToken cancellation)
    {
        try
        {
            return VersionOf((await blob.GetPropertiesAsync(cancellationToken: cancellation)).Value.ETag);
        }
        catch (RequestFailedException fault) when (fault.Status == 404)
        {
            return null;
        }
    }

    static string VersionOf(ETag version) => version.ToString("H");

    string PathOf(Function function) =>
        references.Resolve(function, ((BlobTriggerAttribute)function.Trigger).BlobPath);
}
