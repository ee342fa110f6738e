using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Railyard.Local.Acquirers.Iso8583;

/// <summary>Listens for connections that speak ISO 8583, each served on its own.</summary>
sealed class IsoHost(IsoDesk desk, ILogger log) : IAsyncDisposable
{
    const int MostConnections = 64;

    readonly CancellationTokenSource closing = new();
    readonly ConcurrentDictionary<IsoCaller, Task> callers = new();
    TcpListener? listener;
    Task accepting = Task.CompletedTask;

    /// <summary>Starts to listen; where.</summary>
    public Uri Start(int port)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = Task.Run(AcceptAsync);
        return new Uri($"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener?.Dispose();
        await accepting;
        await Task.WhenAll(callers.Values);
        closing.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                Serve(await listener!.AcceptSocketAsync(closing.Token));
            }
            catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException fault)
            {
                log.LogWarning(fault, "A connection could not be accepted");
            }
        }
    }

    void Serve(Socket socket)
    {
        if (callers.Count >= MostConnections)
        {
            socket.Dispose();
            return;
        }
        var caller = new IsoCaller(socket, desk, log, closing.Token);
        var ended = new TaskCompletionSource();
        callers[caller] = ended.Task;
        _ = ServeAsync(caller, ended);
    }

    async Task ServeAsync(IsoCaller caller, TaskCompletionSource ended)
    {
        await Task.Yield();
        try
        {
            await caller.ServeAsync();
        }
        catch (Exception fault)
        {
            log.LogError(fault, "A connection ended badly");
        }
        finally
        {
            callers.TryRemove(caller, out _);
            caller.Dispose();
            ended.SetResult();
        }
    }
}
