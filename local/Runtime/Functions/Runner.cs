using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Railyard.Local.Runtime.Functions;

/// <summary>Runs invocations through the app's middleware, each in a scope of its own.</summary>
internal sealed class Runner
{
    static readonly ActivitySource Tracing = new("Microsoft.Azure.Functions.Worker");

    readonly IServiceScopeFactory scopes;
    readonly FunctionExecutionDelegate pipeline;
    readonly ILogger log;
    readonly TimeProvider time;
    readonly Workload? workload;

    public Runner(
        IServiceProvider services,
        IEnumerable<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware,
        TimeProvider time,
        Workload? workload)
    {
        this.workload = workload;
        scopes = services.GetRequiredService<IServiceScopeFactory>();
        log = services.GetRequiredService<ILoggerFactory>().CreateLogger("Functions");
        this.time = time;
        pipeline =
            middleware.Reverse().Aggregate((FunctionExecutionDelegate)CallMethod, (next, step) => step(next));
    }

    /// <summary>
    /// What a function waits for before it starts: after a crash that a test injected nothing runs before the process
    /// would be back, or a message would use up its deliveries meanwhile.
    /// </summary>
    public Func<Task>? WhenMendedAsync { get; init; }

    public Invocation Begin(
        Function function,
        IReadOnlyDictionary<string, object?> bindingData,
        CancellationToken cancellation,
        string? traceParent = null) =>
        new(function, scopes.CreateAsyncScope(), bindingData, workload, cancellation, traceParent);

    /// <summary>For an orchestrator, which may wait for days: its engine counts the turns instead.</summary>
    public Invocation BeginOrchestrator(Function function, IReadOnlyDictionary<string, object?> bindingData) =>
        new(function, scopes.CreateAsyncScope(), bindingData, workload: null, CancellationToken.None)
        {
            IsOrchestrator = true,
        };

    /// <summary>Runs the pipeline and returns what came out of it.</summary>
    public async Task<object?> RunAsync(Invocation invocation)
    {
        using var activity = StartSpan(invocation);
        var started = time.GetTimestamp();
        try
        {
            if (WhenMendedAsync is not null && !invocation.IsOrchestrator) await WhenMendedAsync();
            await pipeline(invocation);
            log.LogDebug(
                "{Function} succeeded in {Elapsed}", invocation.Function.Name, time.GetElapsedTime(started));
            return invocation.Returned;
        }
        catch (Exception fault) when (!invocation.CancellationToken.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            log.LogError(
                fault, "{Function} failed (invocation {Id})", invocation.Function.Name,
                invocation.InvocationId);
            throw;
        }
    }

    // Orchestrators are no work of their own: the engine tells of their turns.
    static Activity? StartSpan(Invocation invocation)
    {
        if (invocation.IsOrchestrator || !Tracing.HasListeners()) return null;
        var (traceParent, state) = (invocation.TraceContext.TraceParent, invocation.TraceContext.TraceState);
        var parent = ActivityContext.TryParse(traceParent, state, isRemote: true, out var known) ? known : default;
        return Tracing.StartActivity($"function {invocation.Function.Name}", ActivityKind.Internal, parent);
    }

    static async Task CallMethod(FunctionContext context)
    {
        var invocation = context.Returned();
        var function = invocation.Function;
        var arguments = new object?[function.Bindings.Count];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = await function.Bindings[i](invocation);
        var instance = InstanceFor(function, context);
        try
        {
            invocation.Returned = await function.Call.InvokeAsync(instance, arguments);
        }
        finally
        {
            if (instance is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else (instance as IDisposable)?.Dispose();
        }
    }

    static object? InstanceFor(Function function, FunctionContext context) =>
        function.Method.IsStatic
            ? null
            : function.Make(context.InstanceServices);
}
