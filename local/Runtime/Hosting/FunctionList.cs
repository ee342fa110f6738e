using System.Reflection;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime.Blobs;
using Railyard.Local.Runtime.Functions;
using Railyard.Local.Runtime.Http;
using Railyard.Local.Runtime.Messages;
using Railyard.Local.Runtime.Orchestrations;
using Railyard.Local.Runtime.Timers;

namespace Railyard.Local.Runtime.Hosting;

/// <summary>The app's functions by kind of trigger, checked and bound before anything starts.</summary>
internal sealed class FunctionList
{
    readonly List<(Function Function, ITriggers Triggers)> functions = [];

    FunctionList(
        IReadOnlyList<ITriggers> durable, IReadOnlyList<ITriggers> triggers, BlobTriggers blobs,
        IEnumerable<Function> found, Surroundings surroundings)
    {
        Durable = durable;
        Triggers = triggers;
        Blobs = blobs;
        foreach (var function in found)
        {
            var trigger = function.Trigger.GetType();
            var kind = durable.Concat(triggers).Append(blobs).FirstOrDefault(kind => kind.Attribute == trigger) ??
                throw new StartRefused(
                    $"Function {function.Name}: the local runtime has no {trigger.Name}.");
            kind.Add(function);
            function.Bind(parameter => Always(parameter, surroundings) ?? kind.Bind(function, parameter));
            functions.Add((function, kind));
        }
    }

    /// <summary>What the durable engine must know before it runs.</summary>
    public IReadOnlyList<ITriggers> Durable { get; }

    /// <summary>
    /// What begins to listen once everything but blob storage runs; HTTP is last, so that an answer means all that
    /// is there.
    /// </summary>
    public IReadOnlyList<ITriggers> Triggers { get; }

    /// <summary>What begins to listen when blob storage has started.</summary>
    public BlobTriggers Blobs { get; }

    public static FunctionList Of(
        Setup setup, Surroundings surroundings, Runner runner, ILoggerFactory logging)
    {
        ITriggers[] durable =
        [
            new OrchestrationTriggers(() => surroundings.Engine, runner),
            new ActivityTriggers(() => surroundings.Engine, runner),
        ];
        var references = setup.References;
        ITriggers[] triggers =
        [
            new MessageTriggers(
                () => surroundings.ServiceBusConnectionString,
                new(() => Declarations.In(setup.Folders.Resource("servicebus.json"))),
                setup.Host, references, runner, logging),
            new TimerTriggers(
                Path.Combine(setup.DataFolder, "timers"), references, runner, setup.Time, logging),
            new HttpTriggers(setup.Host.RoutePrefix, setup.Ports.App, setup.FunctionKeys, runner, logging),
        ];
        var blobs = new BlobTriggers(
            setup.BlobHost, references, runner, setup.VirtualTime, setup.Faults, logging);
        return new FunctionList(
            durable, triggers, blobs, Discovery.FunctionsOf(setup.FunctionTypes).Where(function => !references.IsDisabled(function)), surroundings);
    }

    /// <summary>The list that is printed at start.</summary>
    public override string ToString()
    {
        var width = functions.Select(function => function.Function.Name.Length).DefaultIfEmpty().Max();
        var text = new StringBuilder().AppendLine().AppendLine("Functions:");
        foreach (var (function, triggers) in functions)
            text.AppendLine($"  {function.Name.PadRight(width)}  {triggers.Describe(function)}");
        return text.ToString();
    }

    static Binding? Always(ParameterInfo parameter, Surroundings surroundings)
    {
        if (parameter.ParameterType == typeof(FunctionContext)) return invocation => new(invocation);
        if (parameter.ParameterType == typeof(CancellationToken))
            return invocation => new(invocation.CancellationToken);
        if (parameter.GetCustomAttribute<DurableClientAttribute>() is not null &&
            parameter.ParameterType == typeof(DurableTaskClient))
            return _ => new(surroundings.Engine.Client);
        return null;
    }
}
