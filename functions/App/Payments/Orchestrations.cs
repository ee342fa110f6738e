using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Railyard.App.Payments;

/// <summary>Starts orchestrations that must run once, and waits for them.</summary>
static class Orchestrations
{
    /// <summary>
    /// Starts it, at once or at that time, unless one of that instance id was ever started: then that is the one.
    /// </summary>
    public static async Task StartOnceAsync(
        DurableTaskClient durable,
        string name,
        string instanceId,
        object input,
        CancellationToken cancellation,
        DateTimeOffset? startAt = null)
    {
        var options = new StartOrchestrationOptions(instanceId, startAt)
            .WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(name, input, options, cancellation);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The request is a repeat, or goes on where another stopped: what was started then is what is wanted now.
        }
    }

    /// <summary>Brings an event to an orchestration that waits; whether there was one. What nobody waits for is nothing.</summary>
    public static async Task<bool> TryTellAsync(
        DurableTaskClient durable, string instanceId, string eventName, object payload, CancellationToken cancellation)
    {
        if (!await IsLiveAsync(durable, instanceId, cancellation)) return false;
        try
        {
            await durable.RaiseEventAsync(instanceId, eventName, payload, cancellation);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The runtimes differ in what they throw for one that has just ended, so it is asked for.
            if (await IsLiveAsync(durable, instanceId, cancellation)) throw;
            return false;
        }
    }

    static async Task<bool> IsLiveAsync(DurableTaskClient durable, string instanceId, CancellationToken cancellation) =>
        await durable.GetInstanceAsync(instanceId, cancellation) is { IsCompleted: false };

    /// <summary>
    /// Waits for it so long; whether it has come to its end by then. One that failed has not: a person will look, and
    /// what it was to do is still under way.
    /// </summary>
    public static async Task<bool> WaitAsync(DurableTaskClient durable, string instanceId, TimeSpan wait, TimeProvider time)
    {
        if (wait == TimeSpan.Zero) return false;
        using var deadline = new CancellationTokenSource(wait, time);
        try
        {
            var ended = await durable.WaitForInstanceCompletionAsync(instanceId, deadline.Token);
            return ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return false;
        }
    }
}
