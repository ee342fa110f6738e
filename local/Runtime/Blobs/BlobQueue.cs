using System.Text.Json;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Railyard.Local.Runtime.Blobs;

/// <summary>
/// The host's queue of arrivals: each is tried some times, then goes to the poison queue, where a person
/// finds it.
/// </summary>
internal sealed class BlobQueue(
    QueueClient queue, QueueClient poison, int parallelism, int tries, TimeProvider time, Workload? whole,
    ILogger log) : IDisposable
{
    const int MostInOneReceive = 32;
    static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    // The host hides a message for ten minutes. Here nobody else takes it, and after a kill it should come
    // back soon.
    static readonly TimeSpan Invisibility = TimeSpan.FromSeconds(20);
    static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(7);

    readonly Signal arrived = new();
    readonly SemaphoreSlim free = new(parallelism);
    readonly Workload workload = new(whole);
    long sent;
    long open;

    /// <summary>How many arrivals have been sent since the start.</summary>
    public long Sent => Interlocked.Read(ref sent);

    public void Dispose()
    {
        workload.Leave();
        free.Dispose();
    }

    public async Task SendAsync(BlobArrival arrival, CancellationToken cancellation)
    {
        Interlocked.Increment(ref open);
        workload.Begin();
        try
        {
            await queue.SendMessageAsync(BinaryData.FromObjectAsJson(arrival), cancellationToken: cancellation);
        }
        catch
        {
            Conclude();
            throw;
        }
        Interlocked.Increment(ref sent);
        arrived.Set();
    }

    /// <summary>Takes messages until stopped, then waits for those that are under way.</summary>
    public async Task PumpAsync(
        Func<BlobArrival, int, CancellationToken, Task> process, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                arrived.Reset();
                var isIdle = !await TakeAsync(process, stopping);
                if (isIdle) await arrived.WaitAsync(PollInterval, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            for (var i = 0; i < parallelism; i++) await free.WaitAsync(CancellationToken.None);
        }
    }

    async Task<bool> TakeAsync(
        Func<BlobArrival, int, CancellationToken, Task> process, CancellationToken stopping)
    {
        await free.WaitAsync(stopping);
        free.Release();
        var most = Math.Clamp(free.CurrentCount, 1, MostInOneReceive);
        try
        {
            var messages = (await queue.ReceiveMessagesAsync(most, Invisibility, stopping)).Value;
            foreach (var message in messages)
            {
                await free.WaitAsync(stopping);
                _ = SettleAsync(message, process, stopping);
            }
            return messages.Length > 0;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            log.LogWarning(fault, "The queue of arrived blobs did not answer");
            return false;
        }
    }

    async Task SettleAsync(
        QueueMessage message, Func<BlobArrival, int, CancellationToken, Task> process,
        CancellationToken stopping)
    {
        try
        {
            await SettleOnceAsync(message, process, stopping);
        }
        catch (Exception fault)
        {
            // Left as it is, the message becomes visible again by itself.
            log.LogWarning(fault, "An arrived blob could not be settled and will be tried again");
        }
        finally
        {
            free.Release();
            arrived.Set();
        }
    }

    async Task SettleOnceAsync(
        QueueMessage message, Func<BlobArrival, int, CancellationToken, Task> process,
        CancellationToken stopping)
    {
        if (Read(message) is not { } arrival || message.DequeueCount > tries)
        {
            await PoisonAsync(message, message.PopReceipt);
            return;
        }
        await using var hidden = new HiddenMessage(queue, message, time);
        try
        {
            await process(arrival, (int)message.DequeueCount, stopping);
        }
        catch (Exception fault)
        {
            var receipt = await hidden.StopRenewingAsync();
            log.LogDebug(fault, "Try {Try} of {Blob} failed", message.DequeueCount, arrival.BlobName);
            var isLast = message.DequeueCount >= tries && !stopping.IsCancellationRequested;
            if (isLast) await PoisonAsync(message, receipt);
            else await ShowAgainAsync(message, receipt);
            return;
        }
        await queue.DeleteMessageAsync(
            message.MessageId, await hidden.StopRenewingAsync(), CancellationToken.None);
        Conclude();
    }

    // What has been done must be written down even while the app stops.
    async Task ShowAgainAsync(QueueMessage message, string receipt) =>
        await queue.UpdateMessageAsync(
            message.MessageId, receipt, message.Body, TimeSpan.Zero, CancellationToken.None);

    async Task PoisonAsync(QueueMessage message, string receipt)
    {
        log.LogError(
            "A blob failed {Tries} times and goes to {Queue}: {Message}", tries, poison.Name, message.Body);
        await poison.CreateIfNotExistsAsync();
        await poison.SendMessageAsync(message.Body);
        await queue.DeleteMessageAsync(message.MessageId, receipt);
        Conclude();
    }

    // What was in the queue before the start was never counted.
    void Conclude()
    {
        if (Interlocked.Decrement(ref open) >= 0) workload.End();
        else Interlocked.Increment(ref open);
    }

    static BlobArrival? Read(QueueMessage message)
    {
        try
        {
            return message.Body.ToObjectFromJson<BlobArrival>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps a message out of sight for as long as its function runs.</summary>
    sealed class HiddenMessage : IAsyncDisposable
    {
        readonly CancellationTokenSource done = new();
        readonly Task renewing;
        string receipt;

        public HiddenMessage(QueueClient queue, QueueMessage message, TimeProvider time)
        {
            receipt = message.PopReceipt;
            renewing = RenewAsync(queue, message, time);
        }

        public async Task<string> StopRenewingAsync()
        {
            await done.CancelAsync();
            await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return receipt;
        }

        public async ValueTask DisposeAsync()
        {
            await StopRenewingAsync();
            done.Dispose();
        }

        async Task RenewAsync(QueueClient queue, QueueMessage message, TimeProvider time)
        {
            using var timer = new PeriodicTimer(RenewalInterval, time);
            while (await timer.WaitForNextTickAsync(done.Token))
            {
                var renewed = await queue.UpdateMessageAsync(
                    message.MessageId, receipt, message.Body, Invisibility, CancellationToken.None);
                receipt = renewed.Value.PopReceipt;
            }
        }
    }
}
