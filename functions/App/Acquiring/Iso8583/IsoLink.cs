using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>
/// One connection to an acquirer's host: messages go out one after the other and come in on a loop of their own, however
/// TCP cuts and joins them. Closed once, it stays closed.
/// </summary>
sealed partial class IsoLink : IAsyncDisposable
{
    readonly Stream stream;
    readonly IsoDialect dialect;
    readonly IsoWaiters waiters;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly SemaphoreSlim writing = new(1);
    readonly CancellationTokenSource closed = new();
    readonly Task reading;
    int isClosed;
    long lastHeardTicks;

    IsoLink(Stream stream, IsoDialect dialect, IsoWaiters waiters, TimeProvider time, ILogger log)
    {
        (this.stream, this.dialect, this.waiters, this.time, this.log) = (stream, dialect, waiters, time, log);
        Heard();
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Whether something can still be sent.</summary>
    public bool IsOpen => Volatile.Read(ref isClosed) == 0;

    /// <summary>Cancelled when it closes.</summary>
    public CancellationToken Closed => closed.Token;

    /// <summary>When something last came in.</summary>
    public DateTimeOffset LastHeard => new(Volatile.Read(ref lastHeardTicks), TimeSpan.Zero);

    /// <summary>Connects.</summary>
    public static async Task<IsoLink> OpenAsync(
        IsoEndpoint endpoint, IsoDialect dialect, IsoWaiters waiters, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellation);
            Stream bare = new NetworkStream(socket, ownsSocket: true);
            return new IsoLink(
                endpoint.UsesTls ? await SecureAsync(bare, endpoint.Host, cancellation) : bare, dialect, waiters, time, log);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a message; false where nothing of it left. Cancelled half-way it takes the connection with it: what would
    /// follow could not be read.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled before anything of it left.</exception>
    public async Task<bool> TrySendAsync(IsoMessage message, CancellationToken cancellation)
    {
        var frame = IsoFrame.Around(IsoCodec.Pack(message, dialect));
        await writing.WaitAsync(cancellation);
        try
        {
            if (!IsOpen) return false;
            await WriteAsync(frame, cancellation);
            return true;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Closes it, and lets everybody know who waits on it.</summary>
    public void Close(string evidence)
    {
        if (Interlocked.Exchange(ref isClosed, 1) == 1) return;
        closed.Cancel();
        stream.Dispose();
        waiters.GiveUp(this, evidence);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close("The app stops.");
        await reading;
        await stream.DisposeAsync();
    }

    async Task WriteAsync(byte[] frame, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, closed.Token);
        cancellation.ThrowIfCancellationRequested();
        try
        {
            await stream.WriteAsync(frame, either.Token);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Some of it may have left, so whoever waits for the answer is told that it is lost.
            Close("The connection broke while the request was sent.");
        }
    }

    async Task ReadAsync()
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var why = "The connection broke.";
        try
        {
            why = await ReadAllAsync(reader);
        }
        finally
        {
            // Whatever ended the reading, nobody is left to wait for what is not read.
            Close(why);
            await reader.CompleteAsync();
        }
    }

    /// <summary>Reads until there is nothing more to read; why not.</summary>
    async Task<string> ReadAllAsync(PipeReader reader)
    {
        try
        {
            while (true)
            {
                var arrived = await reader.ReadAsync(closed.Token);
                Heard();
                var rest = arrived.Buffer;
                if (Take(ref rest) is { } nonsense) return nonsense;
                if (arrived.IsCompleted) return "The acquirer closed the connection.";
                reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return "The connection broke.";
        }
    }

    void Heard() => Volatile.Write(ref lastHeardTicks, time.GetUtcNow().UtcTicks);

    /// <summary>Hands on every message that is there in full; what is wrong where what follows cannot be made out.</summary>
    string? Take(ref System.Buffers.ReadOnlySequence<byte> arrived)
    {
        while (true)
        {
            switch (IsoFrame.Take(ref arrived))
            {
                case Framed.Part:
                    return null;
                case Framed.Nonsense nonsense:
                    return $"The acquirer sent something else than messages (a length of {nonsense.Length}).";
                case Framed.Whole whole:
                    Hand(whole.Message);
                    break;
            }
        }
    }

    void Hand(byte[] bytes)
    {
        switch (IsoCodec.Unpack(bytes, dialect))
        {
            case Unpacked.Read { Message: { Type.IsResponse: true } response }:
                waiters.Hand(response);
                return;
            case Unpacked.Read { Message: var request }:
                NotAsked(request.Type);
                return;
            case Unpacked.Unreadable unreadable:
                NotRead(unreadable.Fault);
                return;
        }
    }

    static async Task<Stream> SecureAsync(Stream bare, string host, CancellationToken cancellation)
    {
        var secured = new SslStream(bare, leaveInnerStreamOpen: false);
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellation);
        return secured;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An acquirer's message could not be read. {Fault}")]
    partial void NotRead(IsoFault fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "An acquirer sent a request, {Type}: nothing is done about it")]
    partial void NotAsked(MessageType type);
}
