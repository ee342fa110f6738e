using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Cosmos;

/// <summary>
/// Brings a client's requests to the endpoint of the same process without the socket in between: everything else about
/// them is the same. What is for another address, or comes when the endpoint does not listen, goes over the network.
/// </summary>
sealed class InProcessHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    volatile CosmosEndpoint? endpoint;

    /// <summary>The endpoint that answers from now on; null for none.</summary>
    public void LeadTo(CosmosEndpoint? listening) => endpoint = listening;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        endpoint is { } listening && IsFor(listening.Address, request.RequestUri!)
            ? AnswerAsync(listening.Gateway, request, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    static bool IsFor(Uri address, Uri asked) =>
        asked.Port == address.Port && asked.IsLoopback && asked.Scheme == address.Scheme;

    static async Task<HttpResponseMessage> AnswerAsync(
        Gateway gateway, HttpRequestMessage request, CancellationToken cancellation)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellation) : [];
        var context = Context(request, body, cancellation);
        // A client that waits no longer leaves: what it asked for may happen all the same.
        var answer = await gateway.AnswerAsync(context, body).WaitAsync(cancellation);
        return Response(request, context.Request.Headers, answer);
    }

    static DefaultHttpContext Context(HttpRequestMessage request, byte[] body, CancellationToken cancellation)
    {
        var features = new FeatureCollection();
        var asked = new HttpRequestFeature
        {
            Method = request.Method.Method,
            Protocol = HttpProtocol.Http11,
            Scheme = request.RequestUri!.Scheme,
            Path = request.RequestUri.AbsolutePath,
            RawTarget = request.RequestUri.PathAndQuery,
        };
        features.Set<IHttpRequestFeature>(asked);
        foreach (var (name, values) in request.Headers.NonValidated) asked.Headers[name] = Text(values);
        if (request.Content is { } content)
            foreach (var (name, values) in content.Headers.NonValidated) asked.Headers[name] = Text(values);
        if (body.Length > 0) asked.Headers.ContentLength = body.Length;
        return new DefaultHttpContext(features) { RequestAborted = cancellation };
    }

    static StringValues Text(System.Net.Http.Headers.HeaderStringValues values) => values.ToString();

    static HttpResponseMessage Response(HttpRequestMessage request, IHeaderDictionary asked, Answer answer)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status)
        {
            RequestMessage = request,
            Content = new ReadOnlyMemoryContent(answer.Body),
        };
        var headers = new HeaderDictionary();
        Gateway.WriteHeaders(asked, headers, answer);
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value.ToString());
        if (answer.Body.Length > 0) response.Content.Headers.TryAddWithoutValidation("Content-Type", answer.ContentType);
        return response;
    }
}
