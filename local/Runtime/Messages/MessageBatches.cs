using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Functions;

namespace Railyard.Local.Runtime.Messages;

/// <summary>Runs one function for whatever messages are there, one batch after the other.</summary>
internal sealed class MessageBatches : IAsyncDisposable
{
    static readonly TimeSpan LongestReceive = TimeSpan.FromDays(1);
    static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(100);

    readonly Function function;
    readonly ServiceBusReceiver receiver;
    readonly int largestBatch;
    readonly bool autoComplete;
    readonly Runner runner;
    readonly ILogger log;
    readonly CancellationTokenSource stopping = new();
    readonly Task running;

    public MessageBatches(
        Function function, ServiceBusReceiver receiver, int largestBatch, bool autoComplete, Runner runner,
        ILogger log)
    {
        this.function = function;
        this.receiver = receiver;
        this.largestBatch = largestBatch;
        this.autoComplete = autoComplete;
        this.runner = runner;
        this.log = log;
        running = Task.Run(ReceiveUntilStoppedAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await receiver.DisposeAsync();
        stopping.Dispose();
    }

    async Task ReceiveUntilStoppedAsync()
    {
        while (true)
        {
            try
            {
                var messages = await receiver.ReceiveMessagesAsync(largestBatch, LongestReceive, stopping.Token);
                if (messages.Count > 0) await RunAsync(messages);
                foreach (var message in messages) message.InHand?.End();
            }
            catch (ServiceBusException fault) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning(fault, "{Function}: no batch could be received; it tries again", function.Name);
                await Task.Delay(PauseAfterFault, TimeProvider.System, stopping.Token);
            }
        }
    }

    async Task RunAsync(IReadOnlyList<ServiceBusReceivedMessage> messages)
    {
        var actions = new BatchSettlement(receiver);
        await using var invocation =
            runner.Begin(function, new Dictionary<string, object?>(), stopping.Token);
        invocation.Features.Set(messages);
        invocation.Features.Set<ServiceBusMessageActions>(actions);
        var succeeded = await SucceedsAsync(invocation);
        if (succeeded && !autoComplete) return;
        // Together, so that they share a commit.
        await Task.WhenAll(messages.Where(message => !actions.IsSettled(message)).Select(message => SettleAsync(message, succeeded)));
    }

    async Task<bool> SucceedsAsync(Invocation invocation)
    {
        try
        {
            await runner.RunAsync(invocation);
            return true;
        }
        catch (Exception fault)
        {
            log.LogDebug(fault, "A batch of {Function} failed and is delivered again", function.Name);
            return false;
        }
    }

    async Task SettleAsync(ServiceBusReceivedMessage message, bool succeeded)
    {
        try
        {
            if (succeeded) await receiver.CompleteMessageAsync(message);
            else await receiver.AbandonMessageAsync(message);
        }
        catch (ServiceBusException fault)
        {
            log.LogWarning(
                fault, "A message of {Function} could not be settled and is delivered again", function.Name);
        }
    }
}
