using System.Runtime.ExceptionServices;
using Microsoft.DurableTask;

namespace Railyard.Local.Durable;

/// <summary>Repeats a failed call, by durable timers where a policy says so.</summary>
static class Retries
{
    public static Task<T> RunAsync<T>(
        TaskOrchestrationContext context, TaskRetryOptions? retry, Func<Task<T>> call) =>
        retry switch
        {
            { Policy: { } policy } => ByPolicyAsync(context, policy, call),
            { Handler: { } handler } => ByHandlerAsync(context, handler, call),
            _ => call(),
        };

    static async Task<T> ByPolicyAsync<T>(
        TaskOrchestrationContext context, RetryPolicy policy, Func<Task<T>> call)
    {
        var begun = context.CurrentUtcDateTime;
        for (var attempt = 0; ; attempt++)
        {
            TaskFailedException failure;
            try
            {
                return await call();
            }
            catch (TaskFailedException failed) when (!failed.IsNonRetriable)
            {
                failure = failed;
            }
            if (!await WaitForNextAsync(context, policy, attempt, begun, failure))
                ExceptionDispatchInfo.Throw(failure);
        }
    }

    static async Task<bool> WaitForNextAsync(
        TaskOrchestrationContext context,
        RetryPolicy policy,
        int attempt,
        DateTime begun,
        TaskFailedException failure)
    {
        if (attempt + 1 == policy.MaxNumberOfAttempts)
        {
            // Officially a last timer, due at once, follows the last attempt; the histories are to be alike.
            await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
            return false;
        }
        var delay = DelayAfter(policy, attempt, context.CurrentUtcDateTime - begun, failure);
        if (delay == TimeSpan.Zero) return false;
        await context.CreateTimer(Later(context.CurrentUtcDateTime, delay), CancellationToken.None);
        return true;
    }

    /// <summary>How long to wait after this attempt (the first is 0); zero is not to try again.</summary>
    internal static TimeSpan DelayAfter(RetryPolicy policy, int attempt, TimeSpan elapsed, Exception failure)
    {
        if (!IsWorthAnother(policy, failure)) return TimeSpan.Zero;
        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && elapsed >= policy.RetryTimeout)
            return TimeSpan.Zero;
        var most = policy.MaxRetryInterval;
        if (most == Timeout.InfiniteTimeSpan) most = TimeSpan.MaxValue;
        var factor = Math.Pow(policy.BackoffCoefficient, attempt);
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * factor;
        return milliseconds < most.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : most;
    }

    static async Task<T> ByHandlerAsync<T>(
        TaskOrchestrationContext context, AsyncRetryHandler handler, Func<Task<T>> call)
    {
        var begun = context.CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            TaskFailedException failure;
            try
            {
                return await call();
            }
            catch (TaskFailedException failed) when (!failed.IsNonRetriable)
            {
                failure = failed;
            }
            var elapsed = context.CurrentUtcDateTime - begun;
            var retry = new RetryContext(
                context, attempt, failure.FailureDetails, elapsed, CancellationToken.None);
            if (!await handler(retry))
                ExceptionDispatchInfo.Throw(failure);
        }
    }

    // A handler that throws does not hide the failure it was asked about; officially it counts as no.
    static bool IsWorthAnother(RetryPolicy policy, Exception failure)
    {
        try
        {
            return policy.Handle(failure);
        }
        catch (Exception)
        {
            return false;
        }
    }

    static DateTime Later(DateTime now, TimeSpan delay) =>
        delay > DateTime.MaxValue - now ? DateTime.MaxValue : now + delay;
}
