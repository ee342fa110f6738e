using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Time.Testing;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;

namespace Railyard.Local.Tests.Runtime;

public sealed class TimerTriggerTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly DateTimeOffset Midnight = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly Channel<TimerInfo> Runs = Channel.CreateUnbounded<TimerInfo>();

    readonly string folder = Directory.CreateTempSubdirectory("railyard-timer-").FullName;

    public sealed class Functions
    {
        [Function("Hourly")]
        public static async Task Hourly([TimerTrigger("0 0 * * * *")] TimerInfo timer) =>
            await Runs.Writer.WriteAsync(timer);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_timer_runs_on_time_and_once_for_all_the_runs_that_were_missed()
    {
        var time = new FakeTimeProvider(Midnight.AddMinutes(30));
        await using (await StartAsync(time))
        {
            time.Advance(TimeSpan.FromMinutes(30));
            var onTime = await NextAsync();
            Assert.False(onTime.IsPastDue);
            Assert.Equal(Midnight.AddHours(1).UtcDateTime, onTime.ScheduleStatus!.Next);
        }

        time.Advance(TimeSpan.FromHours(5));
        await using (await StartAsync(time))
        {
            var late = await NextAsync();
            Assert.True(late.IsPastDue);
            Assert.Equal(Midnight.AddHours(1).UtcDateTime, late.ScheduleStatus!.Last);
            Assert.Equal(Midnight.AddHours(2).UtcDateTime, late.ScheduleStatus.Next);
        }

        await using (await StartAsync(time)) Assert.False(Runs.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_timer_that_is_due_within_a_part_of_a_millisecond_waits_for_it()
    {
        var time = new VirtualTime(Midnight.AddMinutes(59).AddTicks(1));
        await using var app = await StartAsync(time);

        await time.AdvanceAsync(TimeSpan.FromMinutes(2), Cancellation);

        Assert.True(Runs.Reader.TryRead(out _));
        Assert.False(Runs.Reader.TryRead(out _));
    }

    Task<RunningApp> StartAsync(TimeProvider time) =>
        Sample.StartAsync<Functions>(new LocalOptions { DataFolder = folder, Time = time });

    static async Task<TimerInfo> NextAsync() =>
        await Runs.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(
            Patience, TimeProvider.System, Cancellation);
}
