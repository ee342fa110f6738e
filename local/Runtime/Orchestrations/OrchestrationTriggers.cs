using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Railyard.Local.Durable;
using Railyard.Local.Runtime.Functions;

namespace Railyard.Local.Runtime.Orchestrations;

/// <summary>Orchestrators, run by the durable engine through the app's middleware.</summary>
internal sealed class OrchestrationTriggers(Func<DurableEngine> engine, Runner runner) : ITriggers
{
    static readonly MethodInfo ReadInput = typeof(OrchestrationTriggers)
        .GetMethod(nameof(InputOf), BindingFlags.Static | BindingFlags.NonPublic)!;

    readonly List<Function> functions = [];

    public Type Attribute => typeof(OrchestrationTriggerAttribute);

    public void Add(Function function)
    {
        if (function.TriggerParameter.ParameterType != typeof(TaskOrchestrationContext))
            throw new StartRefused(
                $"Function {function.Name}: an orchestration trigger binds TaskOrchestrationContext, " +
                $"not {function.TriggerParameter.ParameterType.Name}.");
        functions.Add(function);
    }

    // Any other parameter is the orchestration's input.
    public Binding? Bind(Function function, ParameterInfo parameter)
    {
        if (parameter == function.TriggerParameter) return invocation => new(ContextOf(invocation));
        var read = ReadInput.MakeGenericMethod(parameter.ParameterType)
            .CreateDelegate<Func<TaskOrchestrationContext, object?>>();
        return invocation => new(read(ContextOf(invocation)));
    }

    public string Describe(Function function) => "orchestration";

    public Task StartAsync(CancellationToken cancellation)
    {
        foreach (var function in functions)
            engine().AddOrchestrator(NameOf(function), context => RunAsync(function, context));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task<object?> RunAsync(Function function, TaskOrchestrationContext context)
    {
        var data = new Dictionary<string, object?> { ["instanceId"] = context.InstanceId };
        await using var invocation = runner.BeginOrchestrator(function, data);
        invocation.Features.Set(context);
        return await runner.RunAsync(invocation);
    }

    static string NameOf(Function function) =>
        ((OrchestrationTriggerAttribute)function.Trigger).Orchestration ?? function.Name;

    static TaskOrchestrationContext ContextOf(Invocation invocation) =>
        invocation.Features.Get<TaskOrchestrationContext>()!;

    static object? InputOf<T>(TaskOrchestrationContext context) => context.GetInput<T>();
}
