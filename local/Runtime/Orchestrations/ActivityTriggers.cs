using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Railyard.Local.Durable;
using Railyard.Local.Runtime.Functions;

namespace Railyard.Local.Runtime.Orchestrations;

/// <summary>Activities, run by the durable engine through the app's middleware.</summary>
internal sealed class ActivityTriggers(Func<DurableEngine> engine, Runner runner) : ITriggers
{
    const string InstanceId = "instanceId";

    readonly List<Function> functions = [];

    public Type Attribute => typeof(ActivityTriggerAttribute);

    public void Add(Function function) => functions.Add(function);

    public Binding? Bind(Function function, ParameterInfo parameter)
    {
        if (parameter == function.TriggerParameter)
            return invocation => new(engine().Converter.Deserialize(
                invocation.Features.Get<ActivityCall>()!.SerializedInput, parameter.ParameterType));
        return parameter.Name == InstanceId && parameter.ParameterType == typeof(string)
            ? invocation => new(invocation.Features.Get<ActivityCall>()!.InstanceId)
            : null;
    }

    public string Describe(Function function) => "activity";

    public Task StartAsync(CancellationToken cancellation)
    {
        foreach (var function in functions)
            engine().AddActivity(NameOf(function), call => RunAsync(function, call));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task<string?> RunAsync(Function function, ActivityCall call)
    {
        var data = new Dictionary<string, object?> { [InstanceId] = call.InstanceId };
        await using var invocation = runner.Begin(function, data, call.Cancellation, call.TraceParent);
        invocation.Features.Set(call);
        return engine().Converter.Serialize(await runner.RunAsync(invocation));
    }

    static string NameOf(Function function) =>
        ((ActivityTriggerAttribute)function.Trigger).Activity ?? function.Name;
}
