using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Durable;

public sealed class SubOrchestrationsTests
{
    [Fact]
    public async Task A_sub_orchestration_answers_its_parent_and_knows_it()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Child", context => Task.FromResult(
                $"{context.GetInput<int>()} for {context.Parent?.Name.Name} {context.Parent?.InstanceId}"))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>("Child", 4))
            .Start();

        var end = await engine.RunAsync("Parent", id: "boss");

        Assert.Equal("4 for Parent boss", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_sub_orchestration_takes_the_instance_id_it_is_given()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Child", context => Task.FromResult(context.InstanceId))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>(
                "Child", new TaskOptions().WithInstanceId("mine")))
            .Start();

        var end = await engine.RunAsync("Parent");

        Assert.Equal("mine", end.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await engine.LookAsync("mine")).RuntimeStatus);
    }

    [Fact]
    public async Task A_failed_sub_orchestration_tells_its_parent_why_all_the_way_down()
    {
        await using var engine = new TestEngine()
            .Activity<int, int>("Break", _ => throw new InvalidDataException("bad line"))
            .Orchestrator("Child", context => context.CallActivityAsync<int>("Break", 1))
            .Orchestrator("Parent", async context =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Child");
                }
                catch (TaskFailedException failed)
                {
                    return $"{failed.TaskName}: {failed.FailureDetails.ErrorType} <- "
                        + failed.FailureDetails.InnerFailure;
                }
            })
            .Start();

        var end = await engine.RunAsync("Parent");

        Assert.Equal(
            "Child: Microsoft.DurableTask.TaskFailedException <- System.IO.InvalidDataException: bad line",
            end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failed_sub_orchestration_is_tried_again_under_the_same_instance_id()
    {
        var clock = new FakeTimeProvider();
        var ids = new List<string>();
        await using var engine = new TestEngine { Time = clock }
            .Activity<string, int>("Note", id =>
            {
                ids.Add(id);
                return ids.Count < 3 ? throw new IOException("not yet") : ids.Count;
            })
            .Orchestrator("Child", context => context.CallActivityAsync<int>("Note", context.InstanceId))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
                "Child", null, TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1)))))
            .Start();
        var id = await engine.BeginAsync("Parent");

        await engine.PassAsync(TimeSpan.FromSeconds(1), times: 3);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(3, end.ReadOutputAs<int>());
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task An_unknown_sub_orchestrator_fails_the_call_and_is_not_retried()
    {
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromHours(1)));
        await using var engine = new TestEngine()
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>("Nobody", null, retry))
            .Start();

        var end = await engine.RunAsync("Parent");

        Assert.Equal("OrchestratorTaskNotFound", end.FailureDetails?.InnerFailure?.ErrorType);
    }

    [Fact]
    public async Task A_sub_orchestration_cannot_take_the_id_of_a_live_instance()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Wait", context => context.WaitForExternalEvent<int>("End"))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
                "Wait", new TaskOptions().WithInstanceId("taken")))
            .Start();
        await engine.BeginAsync("Wait", id: "taken");

        var end = await engine.RunAsync("Parent");

        Assert.Equal(
            "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
            end.FailureDetails?.InnerFailure?.ErrorType);
    }

    [Fact]
    public async Task Parent_and_child_go_on_after_a_crash()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Child", context => context.WaitForExternalEvent<int>("Value"))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
                "Child", new TaskOptions().WithInstanceId("child")))
            .Start();
        var id = await engine.BeginAsync("Parent");

        await engine.KillAndReopenAsync();
        await engine.RaiseAsync("child", "Value", 9);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(9, end.ReadOutputAs<int>());
    }
}
