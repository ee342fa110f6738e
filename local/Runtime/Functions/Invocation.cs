using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Railyard.Local.Runtime.Functions;

/// <summary>One run of a function, with a service scope of its own.</summary>
internal sealed class Invocation : FunctionContext, IAsyncDisposable
{
    readonly Function function;
    readonly AsyncServiceScope scope;
    readonly Workload? workload;
    readonly CancellationToken cancellation;
    string? id;

    public Invocation(
        Function function,
        AsyncServiceScope scope,
        IReadOnlyDictionary<string, object?> bindingData,
        Workload? workload,
        CancellationToken cancellation,
        string? traceParent = null)
    {
        TraceContext = traceParent is null
            ? new CurrentTrace(Activity.Current?.Id ?? "", Activity.Current?.TraceStateString ?? "")
            : new CurrentTrace(traceParent, "");
        this.function = function;
        this.scope = scope;
        this.workload = workload;
        this.cancellation = cancellation;
        InstanceServices = scope.ServiceProvider;
        BindingContext = new TriggerBinding(bindingData);
        workload?.Begin();
    }

    public Function Function => function;

    public bool IsOrchestrator { get; init; }

    /// <summary>What the function returned, or what middleware put in its place.</summary>
    public object? Returned { get; set; }

    // Few are ever asked for theirs.
    public override string InvocationId => id ??= Guid.CreateVersion7().ToString();

    public override string FunctionId => function.Definition.Id;

    public override FunctionDefinition FunctionDefinition => function.Definition;

    public override IServiceProvider InstanceServices { get; set; }

    public override IInvocationFeatures Features { get; } = new AttachedFeatures();

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override CancellationToken CancellationToken => cancellation;

    public override BindingContext BindingContext { get; }

    public override TraceContext TraceContext { get; }

    public override RetryContext RetryContext { get; } = new FirstTry();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await scope.DisposeAsync();
        }
        finally
        {
            workload?.End();
        }
    }

    sealed class TriggerBinding(IReadOnlyDictionary<string, object?> bindingData) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => bindingData;
    }

    sealed class CurrentTrace(string parent, string state) : TraceContext
    {
        public override string TraceParent => parent;

        public override string TraceState => state;
    }

    // None of the triggers offered here supports the runtime's own retries.
    sealed class FirstTry : RetryContext
    {
        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }

    sealed class AttachedFeatures : IInvocationFeatures
    {
        readonly Dictionary<Type, object> features = [];

        public T? Get<T>() => features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

        public void Set<T>(T instance)
        {
            if (instance is null) features.Remove(typeof(T));
            else features[typeof(T)] = instance;
        }

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>The result of an invocation as middleware sees it.</summary>
internal sealed class ReturnedValue<T>(Invocation invocation) : InvocationResult<T>
{
    public override T? Value
    {
        get => (T?)invocation.Returned;
        set => invocation.Returned = value;
    }
}

/// <summary>The result of an invocation as middleware sees it.</summary>
internal sealed class ReturnedValue(Invocation invocation) : InvocationResult
{
    public override object? Value
    {
        get => invocation.Returned;
        set => invocation.Returned = value;
    }
}

internal static class InvocationOfContext
{
    public static Invocation Returned(this FunctionContext context) =>
        context as Invocation ??
        throw new InvalidOperationException(
            "This context was not made by the local runtime, so it has no result.");
}
