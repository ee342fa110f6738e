using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.App.Tests.Acquiring.Iso8583;

/// <summary>A host that signs on whoever comes and leaves everything else to the test.</summary>
sealed class ScriptedHost : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource closing = new();
    readonly BlockingCollection<(IsoMessage Request, NetworkStream From)> heard = [];
    readonly Task accepting;

    public ScriptedHost()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Network management is answered.</summary>
    public bool AnswersManagement { get; set; } = true;

    /// <summary>How many connections have come and gone again.</summary>
    public int Gone { get; private set; }

    /// <summary>What was asked of network management, such as 001.</summary>
    public ConcurrentQueue<string> Managed { get; } = [];

    /// <summary>The next request.</summary>
    public Task<(IsoMessage Request, NetworkStream From)> HearAsync() =>
        Task.Run(() => heard.Take(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

    /// <summary>The bytes of a response with these elements of its request.</summary>
    public static byte[] Response(IsoMessage request, string code, string? amount = null) => IsoFrame.Around(IsoCodec.Pack(
        new IsoMessage(request.Type.Response)
            .With(4, amount ?? request[4]).With(11, request[11]).With(37, request[37]).With(38, "654321").With(39, code)
            .With(49, request[49]),
        IsoDialect.Binary));

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        await accepting;
        closing.Dispose();
        heard.Dispose();
    }

    async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(closing.Token);
                served.Add(ServeAsync(client));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        var stream = client.GetStream();
        try
        {
            while (true) await TakeAsync(stream);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            // The connector has hung up, or the test is over.
            Gone++;
        }
    }

    async Task TakeAsync(NetworkStream stream)
    {
        var header = new byte[IsoFrame.HeaderLength];
        await stream.ReadExactlyAsync(header, closing.Token);
        var bytes = new byte[(header[0] << 8) + header[1]];
        await stream.ReadExactlyAsync(bytes, closing.Token);
        var request = Assert.IsType<Unpacked.Read>(IsoCodec.Unpack(bytes, IsoDialect.Binary)).Message;
        if (request.Type.Class != '8')
        {
            heard.Add((request, stream), closing.Token);
            return;
        }
        Managed.Enqueue(request[70]!);
        if (AnswersManagement) await stream.WriteAsync(Response(request, "00"), closing.Token);
    }
}
