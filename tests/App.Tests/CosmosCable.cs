using System.Net;
using Microsoft.Azure.Cosmos;

namespace Railyard.App.Tests;

/// <summary>What leads to the database of an app: a test can cut it.</summary>
sealed class CosmosCable() : DelegatingHandler(new SocketsHttpHandler())
{
    volatile bool isCut;
    volatile Func<HttpRequestMessage, bool>? isLast;

    /// <summary>From here on the database refuses everything.</summary>
    public void Cut() => isCut = true;

    /// <summary>Likewise, from when the first request like this was answered.</summary>
    public void CutAfter(Func<HttpRequestMessage, bool> last) => isLast = last;

    /// <summary>From here on the database answers again.</summary>
    public void Mend() => (isLast, isCut) = (null, false);

    /// <summary>A client of the database over this cable.</summary>
    public CosmosClient Client(string endpoint, string key) => new(endpoint, key, new CosmosClientOptions
    {
        ConnectionMode = ConnectionMode.Gateway,
        LimitToEndpoint = true,
        HttpClientFactory = () => new HttpClient(this, disposeHandler: false),
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (isCut) return new HttpResponseMessage(HttpStatusCode.Forbidden) { RequestMessage = request };
        var answer = await base.SendAsync(request, cancellationToken);
        if (isLast?.Invoke(request) == true) isCut = true;
        return answer;
    }
}
