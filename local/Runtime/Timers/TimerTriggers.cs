using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Functions;
using Railyard.Local.Runtime.Settings;

namespace Railyard.Local.Runtime.Timers;

/// <summary>Functions that run on a schedule; a run that was missed is caught up with once.</summary>
internal sealed class TimerTriggers(
    string folder, References references, Runner runner, TimeProvider time, ILoggerFactory logging)
        : ITriggers
{
    // A timer cannot be set for longer than some weeks; a longer wait is several of these.
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    readonly Dictionary<Function, Schedule> schedules = [];
    readonly CancellationTokenSource stopping = new();
    readonly ILogger log = logging.CreateLogger<TimerTriggers>();
    Task running = Task.CompletedTask;

    public Type Attribute => typeof(TimerTriggerAttribute);

    public void Add(Function function)
    {
        var text = references.Resolve(function, TriggerOf(function).Schedule);
        schedules[function] = Schedule.TryParse(text) ??
            throw new StartRefused(
                $"Function {function.Name}: \"{text}\" is neither an NCRONTAB expression nor an interval.");
    }

    public Binding? Bind(Function function, ParameterInfo parameter) =>
        parameter == function.TriggerParameter && parameter.ParameterType == typeof(TimerInfo)
            ? invocation => new(invocation.Features.Get<TimerInfo>())
            : null;

    public string Describe(Function function) =>
        $"timer        {references.Resolve(function, TriggerOf(function).Schedule)}";

    public Task StartAsync(CancellationToken cancellation)
    {
        if (schedules.Count > 0) Directory.CreateDirectory(folder);
        running =
            Task.WhenAll(schedules.Select(timer => RunUntilStoppedAsync(timer.Key, timer.Value)).ToArray());
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    // Up to the first wait without a break: whoever moves the clock once the app has started meets a timer that is set.
    async Task RunUntilStoppedAsync(Function function, Schedule schedule)
    {
        var trigger = TriggerOf(function);
        var record = trigger.UseMonitor && !schedule.IsTooFrequentToMonitor(Now)
            ? new ScheduleRecord(folder, function.Name)
            : null;
        try
        {
            var status = StatusAtStart(record, schedule);
            var isPastDue = record is not null && status.Next < Now;
            if (isPastDue || trigger.RunOnStartup)
            {
                await Task.Yield();
                status = await RunAsync(function, schedule, record, status, isPastDue);
            }
            while (true)
            {
                await WaitUntilAsync(status.Next);
                status = await RunAsync(function, schedule, record, status, isPastDue: false);
            }
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            log.LogCritical(fault, "The timer of {Function} has stopped", function.Name);
            throw;
        }
    }

    // A schedule that was changed since the record was written is not late: its old next run means nothing
    // any more.
    ScheduleStatus StatusAtStart(ScheduleRecord? record, Schedule schedule)
    {
        var kept = record?.Read();
        if (kept is not null && kept.Next == schedule.NextAfter(Reference(kept))) return kept;
        var status = new ScheduleStatus { Next = schedule.NextAfter(Now), LastUpdated = Now };
        record?.Write(status);
        return status;
    }

    async Task<ScheduleStatus> RunAsync(
        Function function, Schedule schedule, ScheduleRecord? record, ScheduleStatus status, bool isPastDue)
    {
        var timer = new TimerInfo { IsPastDue = isPastDue, ScheduleStatus = record is null ? null : status };
        var nothing = new Dictionary<string, object?>();
        await using (var invocation = runner.Begin(function, nothing, stopping.Token))
        {
            invocation.Features.Set(timer);
            // The runner has logged a failure, and the next try of a timer is its next run.
            await ((Task)runner.RunAsync(invocation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        stopping.Token.ThrowIfCancellationRequested();
        var next = new ScheduleStatus { Last = Now, Next = schedule.NextAfter(Now), LastUpdated = Now };
        record?.Write(next);
        return next;
    }

    async Task WaitUntilAsync(DateTime due)
    {
        while (due - Now is { Ticks: > 0 } left)
            await Task.Delay(left < LongestWait ? UpToMillisecond(left) : LongestWait, time, stopping.Token);
    }

    // A delay is cut to whole milliseconds. Less than one would be none, and on a clock that stands still asked for for ever.
    static TimeSpan UpToMillisecond(TimeSpan left) => TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));

    static DateTime Reference(ScheduleStatus kept) => kept.Last == default ? kept.LastUpdated : kept.Last;

    DateTime Now => time.GetUtcNow().UtcDateTime;

    static TimerTriggerAttribute TriggerOf(Function function) => (TimerTriggerAttribute)function.Trigger;
}
