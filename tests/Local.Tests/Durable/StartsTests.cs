using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Durable;

public sealed class StartsTests
{
    static CancellationToken Cancellation => TestEngine.Cancellation;

    [Fact]
    public async Task An_ended_instance_may_be_started_again_by_default()
    {
        await using var engine = Started();
        await engine.RunAsync("Echo", 1, "same");

        var again = await engine.RunAsync("Echo", 2, "same");

        Assert.Equal(2, again.ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_live_instance_refuses_to_be_started_again()
    {
        await using var engine = Started();
        await engine.BeginAsync("Wait", id: "same");

        var refusal = await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => engine.BeginAsync("Echo", 1, "same"));

        Assert.Contains("'same' already exists. Its status is Running", refusal.Message);
    }

    [Fact]
    public async Task Dedupe_statuses_refuse_an_ended_instance_too()
    {
        await using var engine = Started();
        var never = new StartOrchestrationOptions("same")
            .WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 1, never, Cancellation);
        await engine.EndOfAsync(id);

        Task<string> Again() =>
            engine.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 2, never, Cancellation);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(Again);
        Assert.Equal(1, (await engine.LookAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Dedupe_statuses_let_other_statuses_be_started_again()
    {
        await using var engine = Started();
        var notAfterSuccess = new StartOrchestrationOptions("same")
            .WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
        await engine.RunAsync("Fail", id: "same");

        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Echo", 2, notAfterSuccess, Cancellation);

        Assert.Equal(2, (await engine.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_unknown_dedupe_status_is_refused()
    {
        await using var engine = Started();
        var wrong = new StartOrchestrationOptions { DedupeStatuses = ["Finished"] };

        await Assert.ThrowsAsync<ArgumentException>(
            () => engine.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 1, wrong, Cancellation));
    }

    [Fact]
    public async Task Of_many_simultaneous_starts_with_the_same_id_exactly_one_succeeds()
    {
        await using var engine = Started();
        var never = new StartOrchestrationOptions("same")
            .WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);

        var starts = Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
        {
            try
            {
                await engine.Client.ScheduleNewOrchestrationInstanceAsync("Echo", i, never, Cancellation);
                return 1;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return 0;
            }
        }));

        Assert.Equal(1, (await Task.WhenAll(starts)).Sum());
    }

    [Fact]
    public async Task A_start_at_a_later_time_is_pending_until_then()
    {
        var clock = new FakeTimeProvider();
        await using var engine = Started(clock);
        var later = new StartOrchestrationOptions("later", clock.GetUtcNow().AddHours(1));
        await engine.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 1, later, Cancellation);

        await engine.PassAsync(TimeSpan.FromMinutes(59));
        var pending = await engine.LookAsync("later");
        await engine.KillAndReopenAsync();
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        var end = await engine.EndOfAsync("later");

        Assert.Equal(OrchestrationRuntimeStatus.Pending, pending.RuntimeStatus);
        Assert.Equal(1, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_pending_start_can_be_terminated_and_keeps_its_events()
    {
        var clock = new FakeTimeProvider();
        await using var engine = Started(clock);
        var later = clock.GetUtcNow().AddHours(1);
        foreach (var id in (string[])["ended", "kept"])
            await engine.Client.ScheduleNewOrchestrationInstanceAsync(
                "Wait", null, new StartOrchestrationOptions(id, later), Cancellation);

        await engine.RaiseAsync("kept", "End", 5);
        await engine.Client.TerminateInstanceAsync("ended", Cancellation);
        var ended = await engine.EndOfAsync("ended");
        await engine.PassAsync(TimeSpan.FromHours(1));
        var kept = await engine.EndOfAsync("kept");

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal(5, kept.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Waiting_for_the_start_ends_when_the_first_step_is_taken()
    {
        await using var engine = Started();
        await engine.Engine.AbandonAsync();
        engine.Open();
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait", Cancellation);

        var started = engine.Client.WaitForInstanceStartAsync(id, Cancellation);
        var waitedBefore = !started.IsCompleted;
        engine.Engine.Start();
        var metadata = await started;

        Assert.True(waitedBefore);
        Assert.Equal(OrchestrationRuntimeStatus.Running, metadata.RuntimeStatus);
    }

    [Fact]
    public async Task Waiting_may_begin_before_the_instance_exists_and_is_cancelled_by_its_token()
    {
        await using var engine = Started();
        using var impatient = new CancellationTokenSource();

        var early = engine.Client.WaitForInstanceCompletionAsync("soon", true, Cancellation);
        var never = engine.Client.WaitForInstanceCompletionAsync("never", true, impatient.Token);
        await engine.RunAsync("Echo", 3, "soon");
        await impatient.CancelAsync();

        Assert.Equal(3, (await early).ReadOutputAs<int>());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
    }

    [Fact]
    public async Task Tags_and_version_stay_with_the_instance()
    {
        await using var engine = Started();
        var options = new StartOrchestrationOptions
        {
            Tags = new Dictionary<string, string> { ["merchant"] = "mer_1" },
            Version = "1.2",
        };

        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Version", options, Cancellation);
        var end = await engine.EndOfAsync(id);

        Assert.Equal("mer_1", end.Tags["merchant"]);
        Assert.Equal("1.2", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task More_instances_than_have_room_in_memory_all_end()
    {
        const int instances = 9_000;
        await using var engine = Started();
        await engine.Engine.AbandonAsync();
        engine.Open();
        await Task.WhenAll(Enumerable.Range(0, instances).Select(i =>
            engine.Client.ScheduleNewOrchestrationInstanceAsync("Echo", i, Cancellation)));

        engine.Engine.Start();
        await engine.QuietAsync();
        var ended = 0;
        var query = new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed], PageSize: 1_000);
        await foreach (var _ in engine.Client.GetAllInstancesAsync(query)) ended++;

        Assert.Equal(instances, ended);
    }

    static TestEngine Started(FakeTimeProvider? clock = null) =>
        new TestEngine { Time = clock ?? TimeProvider.System }
            .Orchestrator("Echo", context => Task.FromResult(context.GetInput<int>()))
            .Orchestrator("Version", context => Task.FromResult(context.Version))
            .Orchestrator("Wait", context => context.WaitForExternalEvent<int>("End"))
            .Orchestrator<int>("Fail", _ => throw new InvalidOperationException("failed"))
            .Start();
}
