using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>
/// A place for one connection, which is opened when it is needed: connected, signed on, looked after while it is idle,
/// and opened again, with growing pauses, when it was lost.
/// </summary>
sealed partial class IsoSlot(
    IsoEndpoint endpoint, IsoDialect dialect, string account, IsoWaiters waiters, TimeProvider time, ILogger log) : IAsyncDisposable
{
    const string SignOn = "001";
    const string SignOff = "002";
    const string Echo = "301";

    static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan SignsOffWithin = TimeSpan.FromSeconds(1);
    static readonly TimeSpan IdleFor = TimeSpan.FromMinutes(1);
    // So that what is no longer used does not keep anybody busy.
    static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(15);
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    readonly Lock gate = new();
    Task<IsoLink?>? opening;
    IsoLink? link;
    Task watching = Task.CompletedTask;
    DateTimeOffset notBefore = DateTimeOffset.MinValue;
    long lastUsedTicks;
    int failures;
    bool isEnding;

    /// <summary>The connection, where it is open.</summary>
    public IsoLink? Open => Volatile.Read(ref link) is { IsOpen: true } open ? open : null;

    /// <summary>The connection, opened where need be; null where that cannot be done now.</summary>
    public async Task<IsoLink?> ReadyAsync(CancellationToken cancellation)
    {
        Volatile.Write(ref lastUsedTicks, time.GetUtcNow().UtcTicks);
        if (Open is { } open) return open;
        Task<IsoLink?> shared;
        lock (gate)
        {
            if (isEnding || (opening is null && time.GetUtcNow() < notBefore)) return null;
            shared = opening ??= Task.Run(OpenAsync, CancellationToken.None);
        }
        return await shared.WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task<IsoLink?>? last;
        lock (gate) (isEnding, last) = (true, opening);
        if (last is not null) await last;
        if (Open is { } open)
        {
            await ManageAsync(open, SignOff, SignsOffWithin);
            open.Close("The app stops.");
        }
        await watching;
        if (link is not null) await link.DisposeAsync();
    }

    async Task<IsoLink?> OpenAsync()
    {
        await watching;
        var opened = await TryOpenAsync();
        lock (gate)
        {
            opening = null;
            failures = opened is null ? failures + 1 : 0;
            notBefore = time.GetUtcNow() + Pause();
        }
        return opened;
    }

    async Task<IsoLink?> TryOpenAsync()
    {
        using var deadline = new CancellationTokenSource(OpensWithin, time);
        try
        {
            var opened = await IsoLink.OpenAsync(endpoint, dialect, waiters, time, log, deadline.Token);
            if (await ManageAsync(opened, SignOn, AnswersWithin))
            {
                Volatile.Write(ref link, opened);
                watching = WatchAsync(opened);
                return opened;
            }
            NotSignedOn(endpoint.Host, endpoint.Port);
            await opened.DisposeAsync();
        }
        catch (Exception fault) when (fault is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            NotConnected(endpoint.Host, endpoint.Port, fault.GetType().Name);
        }
        return null;
    }

    async Task WatchAsync(IsoLink watched)
    {
        try
        {
            while (watched.IsOpen) await WatchOnceAsync(watched);
        }
        catch (OperationCanceledException) when (!watched.IsOpen)
        {
            // It was closed meanwhile: there is nothing left to watch.
        }
    }

    async Task WatchOnceAsync(IsoLink watched)
    {
        await Task.Delay(IdleFor, time, watched.Closed);
        var now = time.GetUtcNow();
        if (now - watched.LastHeard < IdleFor) return;
        if (now.UtcTicks - Volatile.Read(ref lastUsedTicks) >= KeptFor.Ticks)
        {
            await ManageAsync(watched, SignOff, SignsOffWithin);
            watched.Close("The connection was idle.");
        }
        else if (!await ManageAsync(watched, Echo, AnswersWithin))
            watched.Close("The acquirer did not answer an echo.");
    }

    /// <summary>Sends a message of network management; whether it was answered well.</summary>
    async Task<bool> ManageAsync(IsoLink on, string what, TimeSpan within)
    {
        var request = Management(what);
        var key = IsoKey.Of(request)!.Value;
        var (waiter, _) = waiters.Wait(key, on, about: null);
        using var deadline = new CancellationTokenSource(within, time);
        try
        {
            if (!await on.TrySendAsync(request, deadline.Token)) return false;
            return await waiter.Reply.WaitAsync(deadline.Token) is IsoReply.Answered { Message: var answer }
                && answer[39] == Iso8583Codes.Approval;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            waiters.Withdraw(key, waiter, "Nobody waits for the answer any more.");
        }
    }

    IsoMessage Management(string what) =>
        new IsoMessage(MessageType.NetworkManagementRequest)
            .With(7, IsoTrace.TransmissionTimeOf(time.GetUtcNow()))
            .With(11, waiters.NextStan())
            .With(42, account)
            .With(70, what);

    TimeSpan Pause()
    {
        if (failures == 0) return TimeSpan.Zero;
        var pause = FirstPause * (1 << Math.Min(failures - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No connection to {Host}:{Port} ({Fault})")]
    partial void NotConnected(string host, int port, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Host}:{Port} does not let us sign on")]
    partial void NotSignedOn(string host, int port);
}
