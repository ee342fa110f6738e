using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Durable;

public sealed class QueriesTests
{
    static CancellationToken Cancellation => TestEngine.Cancellation;

    [Fact]
    public async Task An_unknown_instance_is_null()
    {
        await using var engine = new TestEngine().Start();

        Assert.Null(await engine.Client.GetInstanceAsync("unknown", Cancellation));
    }

    [Fact]
    public async Task Inputs_and_outputs_come_only_where_they_are_asked_for()
    {
        await using var engine = Counting();
        var id = (await engine.RunAsync("Echo", 1)).InstanceId;

        var bare = await engine.Client.GetInstanceAsync(id, Cancellation);
        var whole = await engine.Client.GetInstanceAsync(id, true, Cancellation);

        Assert.Null(bare?.SerializedInput);
        Assert.Throws<InvalidOperationException>(() => bare?.ReadOutputAs<int>());
        Assert.Equal("1", whole?.SerializedInput);
        Assert.Equal(1, whole?.ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_custom_status_is_seen_while_the_instance_runs_and_after()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Progress", async context =>
            {
                context.SetCustomStatus("half way");
                return await context.WaitForExternalEvent<int>("End");
            })
            .Start();
        var id = await engine.BeginAsync("Progress");

        var running = await engine.LookAsync(id);
        await engine.KillAndReopenAsync();
        await engine.RaiseAsync(id, "End", 1);
        var end = await engine.EndOfAsync(id);

        Assert.Equal("half way", running.ReadCustomStatusAs<string>());
        Assert.Equal("half way", end.ReadCustomStatusAs<string>());
    }

    [Fact]
    public async Task Times_say_when_an_instance_was_asked_for_and_when_it_last_moved()
    {
        var clock = new FakeTimeProvider();
        var begun = clock.GetUtcNow();
        await using var engine = Counting(clock);
        var id = await engine.BeginAsync("Wait");

        await engine.PassAsync(TimeSpan.FromHours(1));
        await engine.RaiseAsync(id, "End", 1);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(begun, end.CreatedAt);
        Assert.Equal(begun.AddHours(1), end.LastUpdatedAt);
    }

    [Fact]
    public async Task A_query_goes_page_by_page_and_on_from_a_continuation()
    {
        await using var engine = Counting();
        for (var i = 0; i < 25; i++) await engine.RunAsync("Echo", i, $"i{i:00}");
        var query = new OrchestrationQuery(PageSize: 10, FetchInputsAndOutputs: true);

        var pages = new List<int>();
        string? afterFirst = null;
        await foreach (var page in engine.Client.GetAllInstancesAsync(query).AsPages())
        {
            pages.Add(page.Values.Count);
            afterFirst ??= page.ContinuationToken;
        }
        var rest = new List<int>();
        var onwards = query with { ContinuationToken = afterFirst };
        await foreach (var found in engine.Client.GetAllInstancesAsync(onwards))
            rest.Add(found.ReadOutputAs<int>());

        Assert.Equal([10, 10, 5], pages);
        Assert.Equal(Enumerable.Range(10, 15), rest);
    }

    [Fact]
    public async Task A_query_selects_by_status_prefix_and_time()
    {
        var clock = new FakeTimeProvider();
        await using var engine = Counting(clock);
        await engine.RunAsync("Echo", 1, "pay_1");
        await engine.BeginAsync("Wait", id: "pay_2");
        clock.Advance(TimeSpan.FromDays(1));
        await engine.RunAsync("Echo", 3, "pay_3");
        await engine.RunAsync("Echo", 4, "ref_1");

        var completed = await IdsOf(engine, new(Statuses: [OrchestrationRuntimeStatus.Completed]));
        var payments = await IdsOf(engine, new(InstanceIdPrefix: "pay_"));
        var today = await IdsOf(engine, new(CreatedFrom: clock.GetUtcNow(), CreatedTo: clock.GetUtcNow()));

        Assert.Equal(["pay_1", "pay_3", "ref_1"], completed);
        Assert.Equal(["pay_1", "pay_2", "pay_3"], payments);
        Assert.Equal(["pay_3", "ref_1"], today);
    }

    [Fact]
    public async Task A_continuation_that_is_none_is_refused()
    {
        await using var engine = Counting();

        await Assert.ThrowsAsync<ArgumentException>(() => IdsOf(engine, new(ContinuationToken: "page two")));
    }

    static async Task<List<string>> IdsOf(TestEngine engine, OrchestrationQuery query)
    {
        var ids = new List<string>();
        await foreach (var found in engine.Client.GetAllInstancesAsync(query)) ids.Add(found.InstanceId);
        return ids;
    }

    static TestEngine Counting(FakeTimeProvider? clock = null) =>
        new TestEngine { Time = clock ?? TimeProvider.System }
            .Orchestrator("Echo", context => Task.FromResult(context.GetInput<int>()))
            .Orchestrator("Wait", context => context.WaitForExternalEvent<int>("End"))
            .Start();
}
