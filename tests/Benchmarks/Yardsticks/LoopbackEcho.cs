using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Railyard.Benchmarks.Measuring;

namespace Railyard.Benchmarks.Yardsticks;

/// <summary>A kilobyte there and back over loopback: HttpClient, Kestrel and nothing else.</summary>
sealed class LoopbackEcho : IHttpApplication<HttpContext>, IAsyncDisposable
{
    public const string Name = "HTTP echoes of 1 KB/s";
    public const string NameOfOne = "one HTTP echo of 1 KB";
    const int Bytes = 1_024;
    const int Echoes = 8_000;

    static readonly byte[] Body = new byte[Bytes];

    readonly KestrelServer server;
    readonly HttpClient client = new();
    Uri? address;

    LoopbackEcho()
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, 0);
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        server = new KestrelServer(Options.Create(options), sockets, NullLoggerFactory.Instance);
    }

    public static async Task<LoopbackEcho> StartAsync()
    {
        var echo = new LoopbackEcho();
        await echo.server.StartAsync(echo, CancellationToken.None);
        echo.address = new Uri(echo.server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return echo;
    }

    public async Task<double> PerSecondAsync(int inFlight) =>
        (await Load.ClosedAsync(inFlight, Echoes, _ => EchoAsync())).PerSecond;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        context.Response.ContentLength = context.Request.ContentLength;
        await context.Request.Body.CopyToAsync(context.Response.Body);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.StopAsync(CancellationToken.None);
        server.Dispose();
    }

    async Task EchoAsync()
    {
        using var content = new ByteArrayContent(Body);
        using var answer = await client.PostAsync(address, content);
        var back = await answer.Content.ReadAsByteArrayAsync();
        if (back.Length != Bytes) throw new InvalidDataException($"{back.Length} bytes came back of {Bytes}.");
    }
}
