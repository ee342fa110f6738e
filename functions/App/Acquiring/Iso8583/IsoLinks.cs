using Microsoft.Extensions.Logging;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>
/// A few connections to one acquirer's host, with many requests under way on each. Whether a byte of a request left is
/// always known: before that it was not sent, after it it may have been done.
/// </summary>
sealed class IsoLinks : IAsyncDisposable
{
    const int Connections = 4;
    const int MostUnderWay = 512;
    const string NoAnswer = "No answer came in time.";

    readonly IsoSlot[] slots;
    readonly IsoWaiters waiters;
    readonly TimeProvider time;
    readonly SemaphoreSlim free = new(MostUnderWay);
    int turn;

    /// <param name="late">Told of a response whose request has given up waiting; it must not block.</param>
    public IsoLinks(
        IsoEndpoint endpoint, IsoDialect dialect, string account, Action<object, IsoMessage> late, TimeProvider time, ILogger log)
    {
        this.time = time;
        waiters = new IsoWaiters(late);
        slots = [.. Enumerable.Range(0, Connections).Select(_ => new IsoSlot(endpoint, dialect, account, waiters, time, log))];
    }

    /// <summary>Sends a request and waits for the response to it; sent before without an answer, it goes out as a repeat.</summary>
    public async Task<IsoReply> AskAsync(IsoMessage request, object? about, TimeSpan within, CancellationToken cancellation)
    {
        var key = IsoKey.Of(request)!.Value;
        using var deadline = new CancellationTokenSource(within, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await free.WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return waiters.NotSent(key, "Too many requests are under way.");
        }
        try
        {
            return await AskAsync(request, key, about, both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return waiters.NotSent(key, "No connection could be made in time.");
        }
        finally
        {
            free.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(slots.Select(slot => slot.DisposeAsync().AsTask()));

    /// <exception cref="OperationCanceledException">Nothing of the request left.</exception>
    async Task<IsoReply> AskAsync(IsoMessage request, IsoKey key, object? about, CancellationToken cancellation)
    {
        if (waiters.Find(key) is { } underWay) return await JoinAsync(underWay, cancellation);
        if (await ReadyAsync(cancellation) is not { } link) return waiters.NotSent(key, "No connection could be made.");
        var (waiter, isNew) = waiters.Wait(key, link, about);
        if (!isNew) return await JoinAsync(waiter, cancellation);
        await SendAsync(request, key, waiter, cancellation);
        return await WaitAsync(key, waiter, cancellation);
    }

    async Task SendAsync(IsoMessage request, IsoKey key, IsoWaiter waiter, CancellationToken cancellation)
    {
        var message = waiter.IsRepeat ? request.As(request.Type.Repeated) : request;
        var isSent = false;
        try
        {
            isSent = await waiter.Link.TrySendAsync(message, cancellation);
        }
        finally
        {
            if (!isSent) waiters.Withdraw(key, waiter, "The connection was closed.");
        }
    }

    async Task<IsoReply> WaitAsync(IsoKey key, IsoWaiter waiter, CancellationToken cancellation)
    {
        try
        {
            return await waiter.Reply.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            waiters.GiveUp(key, waiter, NoAnswer);
            return await waiter.Reply;
        }
    }

    // The same call is under way already: what comes of it is what comes of this one.
    static async Task<IsoReply> JoinAsync(IsoWaiter waiter, CancellationToken cancellation)
    {
        try
        {
            return await waiter.Reply.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return new IsoReply.Lost(NoAnswer);
        }
    }

    async Task<IsoLink?> ReadyAsync(CancellationToken cancellation)
    {
        var slot = slots[unchecked((uint)Interlocked.Increment(ref turn)) % Connections];
        return await slot.ReadyAsync(cancellation) ?? slots.Select(other => other.Open).FirstOrDefault(open => open is not null);
    }
}
