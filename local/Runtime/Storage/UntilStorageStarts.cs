using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Railyard.Local.Runtime.Storage;

/// <summary>
/// Holds back what a blob client asks while storage still starts: an answer from a half-started one would be wrong.
/// </summary>
internal sealed class UntilStorageStarts : HttpPipelinePolicy
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    Task started = Task.CompletedTask;

    /// <summary>What a blob client takes to wait.</summary>
    public BlobClientOptions Options()
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return options;
    }

    /// <summary>What is waited for from now on.</summary>
    public void WaitFor(Task storageStarted) => started = storageStarted;

    public override async ValueTask ProcessAsync(
        HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await WaitAsync(message.CancellationToken).ConfigureAwait(false);
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        WaitAsync(message.CancellationToken).GetAwaiter().GetResult();
        ProcessNext(message, pipeline);
    }

    async Task WaitAsync(CancellationToken cancellation)
    {
        if (started.IsCompletedSuccessfully) return;
        try
        {
            await started.WaitAsync(Patience, TimeProvider.System, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException fault)
        {
            throw new RequestFailedException(503, "Blob storage has not started yet.", "ServerBusy", fault);
        }
    }
}
