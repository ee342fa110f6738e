using System.Text.Json;
using Azure.Storage.Blobs;
using Railyard.Local.Runtime.Hosting;

namespace Railyard.Local.Runtime.Storage;

/// <summary>
/// Azurite and the containers in it. It takes longer to start than everything else together, so nothing waits for it but
/// what needs it.
/// </summary>
internal sealed class BlobStorage : IAsyncDisposable
{
    readonly CancellationTokenSource stopping = new();
    readonly Setup setup;
    readonly Task<Azurite> azurite;

    BlobStorage(Setup setup)
    {
        this.setup = setup;
        azurite = Azurite.StartAsync(setup, stopping.Token);
        Started = CreateContainersAsync();
    }

    /// <summary>Completes when it answers and every container is there, or fails with what kept it from starting.</summary>
    public Task Started { get; }

    public static BlobStorage Start(Setup setup) => new(setup);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (azurite.IsCompletedSuccessfully) await azurite.Result.DisposeAsync();
        stopping.Dispose();
    }

    async Task CreateContainersAsync()
    {
        await azurite;
        var text = await File.ReadAllTextAsync(setup.Folders.Resource("blobs.json"), stopping.Token);
        using var resource = JsonDocument.Parse(text);
        var account = new BlobServiceClient(setup.Ports.StorageConnectionString);
        foreach (var container in resource.RootElement.GetProperty("containers").EnumerateArray())
            await account.GetBlobContainerClient(container.GetString())
                .CreateIfNotExistsAsync(cancellationToken: stopping.Token);
    }
}
