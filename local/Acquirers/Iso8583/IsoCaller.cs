using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.Local.Acquirers.Iso8583;

/// <summary>
/// One connection: signed on before anything else, then many requests at once, each answered when it is done. What it
/// cannot read it hangs up on.
/// </summary>
sealed class IsoCaller(Socket socket, IsoDesk desk, ILogger log, CancellationToken closing) : IDisposable
{
    const int MostUnderWay = 256;
    static readonly byte[] Maintenance = Encoding.ASCII.GetBytes(
        "HTTP/1.0 503 Service Unavailable\r\n\r\n<html><body><h1>We will be back soon</h1></body></html>");

    readonly NetworkStream stream = new(socket, ownsSocket: true);
    readonly SemaphoreSlim free = new(MostUnderWay);
    readonly SemaphoreSlim writing = new(1);
    readonly CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(closing);
    bool isSignedOn;

    /// <summary>Serves it until either side hangs up.</summary>
    public async Task ServeAsync()
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            await ReadAsync(reader);
        }
        catch (Exception fault) when (IsHangUp(fault))
        {
            // Whoever called has gone, or was hung up on.
        }
        HangUp();
        await reader.CompleteAsync();
        // What is still being done is done, though nobody hears of it any more.
        for (var i = 0; i < MostUnderWay; i++) await free.WaitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        stream.Dispose();
        free.Dispose();
        writing.Dispose();
        over.Dispose();
    }

    async Task ReadAsync(PipeReader reader)
    {
        while (true)
        {
            var arrived = await reader.ReadAsync(over.Token);
            var rest = arrived.Buffer;
            var messages = new List<IsoMessage>();
            var isReadable = Take(ref rest, messages);
            reader.AdvanceTo(rest.Start, rest.End);
            foreach (var message in messages)
                if (!await BeginAsync(message)) return;
            if (!isReadable || arrived.IsCompleted) return;
        }
    }

    bool Take(ref ReadOnlySequence<byte> arrived, List<IsoMessage> messages)
    {
        while (true)
        {
            switch (IsoFrame.Take(ref arrived))
            {
                case Framed.Part:
                    return true;
                case Framed.Whole whole when desk.Read(whole.Message) is { } message:
                    messages.Add(message);
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Begins to do what is asked; false where the caller is to be hung up on.</summary>
    async Task<bool> BeginAsync(IsoMessage request)
    {
        if (request.Type.Class == MessageType.NetworkManagementRequest.Class)
        {
            var (answer, isOn) = desk.Manage(request, isSignedOn);
            isSignedOn = isOn;
            await SendAsync(IsoFrame.Around(desk.Write(answer)));
            return true;
        }
        if (!isSignedOn) return false;
        await free.WaitAsync(over.Token);
        _ = DoAsync(request);
        return true;
    }

    async Task DoAsync(IsoMessage request)
    {
        await Task.Yield();
        try
        {
            await LeaveAsync(await desk.ReactAsync(request, closing));
        }
        catch (Exception fault) when (IsHangUp(fault))
        {
            // It was done; there is nobody left to tell.
        }
        catch (Exception fault)
        {
            // The book could not be written: a host that fails says nothing that could be believed.
            log.LogError(fault, "A request could not be answered");
            HangUp();
        }
        finally
        {
            free.Release();
        }
    }

    async Task LeaveAsync(Reaction reaction)
    {
        switch (reaction)
        {
            case Reaction.Answers answers:
                await SendAsync(IsoFrame.Around(desk.Write(answers.Message)));
                return;
            case Reaction.TalksNonsense:
                await SendAsync(Maintenance);
                return;
            case Reaction.HangsUp:
                HangUp();
                return;
            case Reaction.StaysSilent:
                return;
        }
    }

    async Task SendAsync(byte[] bytes)
    {
        await writing.WaitAsync(over.Token);
        try
        {
            await stream.WriteAsync(bytes, over.Token);
        }
        finally
        {
            writing.Release();
        }
    }

    void HangUp()
    {
        over.Cancel();
        socket.Dispose();
    }

    static bool IsHangUp(Exception fault) =>
        fault is IOException or SocketException or ObjectDisposedException or OperationCanceledException;
}
