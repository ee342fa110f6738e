using System.Net;
using Microsoft.Azure.Cosmos;

namespace Railyard.App.Tests;

/// <summary>What leads to the database of an app: a test can cut it.</summary>
sealed class CosmosCable() : DelegatingHandler(new SocketsHttpHandler())
{
    volatile bool isCut;

    /// <summary>From here on the database refuses everything.</summary>
    public void Cut() => isCut = true;

    /// <summary>A client of the database over this cable.</summary>
    public CosmosClient Client(string endpoint, string key) => new(endpoint, key, new CosmosClientOptions
    {
        ConnectionMode = ConnectionMode.Gateway,
        LimitToEndpoint = true,
        HttpClientFactory = () => new HttpClient(this, disposeHandler: false),
    });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        isCut
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden) { RequestMessage = request })
            : base.SendAsync(request, cancellationToken);
}
