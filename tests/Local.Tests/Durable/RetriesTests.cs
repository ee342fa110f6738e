using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;
using Railyard.Local.Durable;

namespace Railyard.Local.Tests.Durable;

public sealed class RetriesTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly FakeTimeProvider clock = new();
    readonly List<int> attempts = [];

    [Fact]
    public async Task Attempts_follow_the_policy_and_the_maximum_interval()
    {
        await using var engine = AlwaysFailing(new RetryPolicy(5, Second, 2.0, maxRetryInterval: 3 * Second));
        var id = await engine.BeginAsync("Try");

        await engine.PassAsync(Second, times: 12);
        var end = await engine.EndOfAsync(id);

        Assert.Equal([0, 1, 3, 6, 9], attempts);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("attempt 5", end.FailureDetails?.InnerFailure?.ErrorMessage);
    }

    [Fact]
    public async Task Without_a_coefficient_every_wait_is_the_first()
    {
        await using var engine = AlwaysFailing(new RetryPolicy(3, 2 * Second));
        var id = await engine.BeginAsync("Try");

        await engine.PassAsync(Second, times: 6);
        await engine.EndOfAsync(id);

        Assert.Equal([0, 2, 4], attempts);
    }

    [Fact]
    public async Task No_attempt_begins_after_the_timeout()
    {
        await using var engine = AlwaysFailing(new RetryPolicy(100, 2 * Second, retryTimeout: 5 * Second));
        var id = await engine.BeginAsync("Try");

        await engine.PassAsync(Second, times: 10);
        await engine.EndOfAsync(id);

        Assert.Equal([0, 2, 4, 6], attempts);
    }

    [Fact]
    public async Task HandleFailure_decides_which_failures_are_tried_again()
    {
        await using var engine = AlwaysFailing(new RetryPolicy(10, Second)
        {
            HandleFailure = failure =>
                failure.ErrorMessage != "attempt 3" && failure.IsCausedBy<IOException>(),
        });
        var id = await engine.BeginAsync("Try");

        await engine.PassAsync(Second, times: 10);
        await engine.EndOfAsync(id);

        Assert.Equal([0, 1, 2], attempts);
    }

    [Fact]
    public async Task A_success_ends_the_attempts()
    {
        await using var engine = new TestEngine { Time = clock }
            .Activity<int, string>("Flaky", _ => Attempt() < 3 ? throw new IOException("not yet") : "done")
            .Orchestrator("Try", context => context.CallActivityAsync<string>(
                "Flaky", 1, TaskOptions.FromRetryPolicy(new RetryPolicy(10, Second))))
            .Start();
        var id = await engine.BeginAsync("Try");

        await engine.PassAsync(Second, times: 5);
        var end = await engine.EndOfAsync(id);

        Assert.Equal("done", end.ReadOutputAs<string>());
        Assert.Equal([0, 1, 2], attempts);
    }

    [Fact]
    public async Task After_the_last_attempt_a_timer_that_is_due_at_once_follows_as_officially()
    {
        await using var engine = new TestEngine { Time = clock }
            .Activity<int, int>("Fail", _ => throw new IOException("no"))
            .Orchestrator("Try", async context =>
            {
                var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(1, Second));
                var first = await FailingTaskId(context.CallActivityAsync<int>("Fail", 1, retry));
                var second = await FailingTaskId(context.CallActivityAsync<int>("Fail", 2));
                return (first, second);
            })
            .Start();

        var end = await engine.RunAsync("Try");

        Assert.Equal((0, 2), end.ReadOutputAs<(int, int)>());
    }

    [Fact]
    public async Task A_retry_handler_adds_no_delay_and_is_told_what_happened()
    {
        var told = new List<string>();
        bool Handle(RetryContext retry)
        {
            told.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorMessage} {retry.TotalRetryTime}");
            return retry.LastAttemptNumber < 3;
        }
        await using var engine = new TestEngine { Time = clock }
            .Activity<int, int>("Fail", _ => throw new IOException($"attempt {Attempt()}"))
            .Orchestrator("Try", context => context.CallActivityAsync<int>(
                "Fail", 1, TaskOptions.FromRetryHandler(Handle)))
            .Start();

        var end = await engine.RunAsync("Try");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal([0, 0, 0], attempts);
        Assert.Equal(["1 attempt 1 00:00:00", "2 attempt 2 00:00:00", "3 attempt 3 00:00:00"], told);
    }

    [Fact]
    public async Task A_retry_handler_may_wait_by_a_durable_timer()
    {
        static async Task<bool> Handle(RetryContext retry)
        {
            await retry.OrchestrationContext.CreateTimer(2 * Second, retry.CancellationToken);
            return retry.LastAttemptNumber < 2;
        }
        await using var engine = new TestEngine { Time = clock }
            .Activity<int, int>("Fail", _ => throw new IOException($"attempt {Attempt()}"))
            .Orchestrator("Try", context => context.CallActivityAsync<int>(
                "Fail", 1, TaskOptions.FromRetryHandler(Handle)))
            .Start();
        var id = await engine.BeginAsync("Try");

        await engine.PassAsync(Second, times: 5);
        await engine.EndOfAsync(id);

        Assert.Equal([0, 2], attempts);
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1, 2_000)]
    [InlineData(11, 2_048_000)]
    [InlineData(12, 3_600_000)]
    [InlineData(5_000, 3_600_000)]
    public void A_wait_doubles_up_to_an_hour_where_no_other_maximum_is_given(int attempt, long milliseconds)
    {
        var policy = new RetryPolicy(int.MaxValue, Second, 2.0);

        var delay = Retries.DelayAfter(policy, attempt, TimeSpan.Zero, new IOException());

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), delay);
    }

    [Fact]
    public void A_policy_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, Second, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new RetryPolicy(1, 2 * Second, maxRetryInterval: Second));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new RetryPolicy(1, 2 * Second, retryTimeout: Second));
    }

    TestEngine AlwaysFailing(RetryPolicy policy) =>
        new TestEngine { Time = clock }
            .Activity<int, int>("Fail", _ => throw new IOException($"attempt {Attempt()}"))
            .Orchestrator("Try", context =>
                context.CallActivityAsync<int>("Fail", 1, TaskOptions.FromRetryPolicy(policy)))
            .Start();

    static async Task<int> FailingTaskId(Task call)
    {
        try
        {
            await call;
            return -1;
        }
        catch (TaskFailedException failed)
        {
            return failed.TaskId;
        }
    }

    int Attempt()
    {
        attempts.Add((int)(clock.GetUtcNow() - clock.Start).TotalSeconds);
        return attempts.Count;
    }
}
