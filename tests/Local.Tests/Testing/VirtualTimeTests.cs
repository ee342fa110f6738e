using Railyard.Local.Runtime.Testing;

namespace Railyard.Local.Tests.Testing;

public sealed class VirtualTimeTests
{
    static readonly DateTimeOffset NewYear = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly VirtualTime time = new(NewYear) { Patience = TimeSpan.FromMilliseconds(100) };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_timer_fires_at_the_instant_it_is_due_and_not_before()
    {
        var fired = new List<DateTimeOffset>();
        await using var timer = time.CreateTimer(
            _ => fired.Add(time.GetUtcNow()), null, TimeSpan.FromMinutes(5), Timeout.InfiniteTimeSpan);

        await time.AdvanceAsync(TimeSpan.FromMinutes(4), Cancellation);
        var early = fired.Count;
        await time.AdvanceAsync(TimeSpan.FromDays(1), Cancellation);

        Assert.Equal(0, early);
        Assert.Equal([NewYear.AddMinutes(5)], fired);
        Assert.Equal(NewYear.AddMinutes(4).AddDays(1), time.GetUtcNow());
    }

    [Fact]
    public async Task A_periodic_timer_fires_every_time_until_it_is_disposed()
    {
        var count = 0;
        var timer = time.CreateTimer(_ => count++, null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

        await time.AdvanceAsync(TimeSpan.FromDays(1), Cancellation);
        await timer.DisposeAsync();
        await time.AdvanceAsync(TimeSpan.FromDays(1), Cancellation);

        Assert.Equal(24, count);
    }

    [Fact]
    public async Task Delays_end_in_the_order_in_which_they_are_due()
    {
        var ended = new List<string>();
        async Task SleepAsync(string name, int hours)
        {
            await Task.Delay(TimeSpan.FromHours(hours), time, Cancellation);
            lock (ended) ended.Add($"{name} {time.GetUtcNow().Hour}");
        }
        var sleeping = Task.WhenAll(SleepAsync("late", 3), SleepAsync("early", 1), SleepAsync("middle", 2));

        await time.AdvanceAsync(TimeSpan.FromHours(3), Cancellation);
        await sleeping;

        Assert.Equal(["early 1", "middle 2", "late 3"], ended);
    }

    [Fact]
    public async Task The_clock_waits_for_what_became_due_before_it_goes_on()
    {
        var finished = DateTimeOffset.MinValue;
        await using var timer = time.CreateTimer(
            _ => Begin(), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        void Begin()
        {
            time.Workload.Begin();
            _ = Task.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
                finished = time.GetUtcNow();
                time.Workload.End();
            });
        }

        await time.AdvanceAsync(TimeSpan.FromDays(1), Cancellation);

        Assert.Equal(NewYear.AddMinutes(1), finished);
    }

    [Fact]
    public async Task Work_that_waits_for_the_clock_does_not_hold_it_up()
    {
        time.Workload.Begin();
        var slept = Task.Run(
            async () =>
            {
                await Task.Delay(TimeSpan.FromDays(1), time, Cancellation);
                time.Workload.End();
            },
            Cancellation);

        await time.AdvanceAsync(TimeSpan.FromDays(2), Cancellation);
        await slept;

        Assert.Equal(NewYear.AddDays(2), time.GetUtcNow());
    }

    [Fact]
    public async Task Durations_are_measured_on_the_clock()
    {
        var begun = time.GetTimestamp();

        await time.AdvanceAsync(TimeSpan.FromSeconds(90), Cancellation);

        Assert.Equal(TimeSpan.FromSeconds(90), time.GetElapsedTime(begun));
    }
}
