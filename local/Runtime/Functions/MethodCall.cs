using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Railyard.Local.Runtime.Functions;

/// <summary>Calls a function's method and awaits whatever kind of task it returns.</summary>
internal sealed class MethodCall
{
    readonly MethodInvoker invoker;
    readonly Func<object, Task<object?>> awaitResult;

    MethodCall(MethodInvoker invoker, Func<object, Task<object?>> awaitResult)
    {
        this.invoker = invoker;
        this.awaitResult = awaitResult;
    }

    public static MethodCall Of(MethodInfo method) =>
        new(MethodInvoker.Create(method), AwaiterOf(method.ReturnType));

    public Task<object?> InvokeAsync(object? instance, object?[] arguments)
    {
        object? returned;
        try
        {
            returned = invoker.Invoke(instance, arguments.AsSpan());
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is not null)
        {
            return Task.FromException<object?>(
                ExceptionDispatchInfo.SetCurrentStackTrace(wrapped.InnerException));
        }
        return returned is null ? Task.FromResult<object?>(null) : awaitResult(returned);
    }

    static Func<object, Task<object?>> AwaiterOf(Type returned)
    {
        if (returned == typeof(Task)) return task => AwaitTask((Task)task);
        if (returned == typeof(ValueTask)) return task => AwaitTask(((ValueTask)task).AsTask());
        if (!returned.IsGenericType) return Task.FromResult<object?>;
        var generic = returned.GetGenericTypeDefinition();
        if (generic == typeof(Task<>)) return AwaiterOf(nameof(AwaitTaskOf), returned);
        if (generic == typeof(ValueTask<>)) return AwaiterOf(nameof(AwaitValueTaskOf), returned);
        return Task.FromResult<object?>;
    }

    static Func<object, Task<object?>> AwaiterOf(string name, Type returned) =>
        typeof(MethodCall)
            .GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(returned.GetGenericArguments())
            .CreateDelegate<Func<object, Task<object?>>>();

    // An orchestrator's method must stay on the engine's own scheduler, so nothing here leaves the captured
    // context.
    static async Task<object?> AwaitTask(Task task)
    {
        await task;
        return null;
    }

    static async Task<object?> AwaitTaskOf<T>(object task) => await (Task<T>)task;

    static async Task<object?> AwaitValueTaskOf<T>(object task) => await (ValueTask<T>)task;
}
