using Microsoft.DurableTask.Client;

namespace Railyard.Local.Durable;

/// <summary>An instance in its current run: each start, restart and ContinueAsNew begins one.</summary>
sealed record Instance(
    long Key,
    string Id,
    string Name,
    int Run,
    OrchestrationRuntimeStatus Status,
    DateTime? StartAt,
    string Version,
    Caller? Caller,
    string? TraceParent = null)
{
    public bool IsLive => Status
        is OrchestrationRuntimeStatus.Running
        or OrchestrationRuntimeStatus.Pending
        or OrchestrationRuntimeStatus.Suspended;
}

/// <summary>The orchestration that waits for this one, and under which number.</summary>
sealed record Caller(long Key, int Run, int Task, string Id, string Name);

/// <summary>An instance to be made.</summary>
sealed record NewInstance(
    string Id, string Name, string? Input, string? Version, string? Tags, DateTime? StartAt, Caller? Caller,
    string? TraceParent = null);

/// <summary>An activity that was asked for and has not answered.</summary>
sealed record PendingActivity(
    long Key, int Run, int Task, string Name, string? Input, string InstanceId, string? TraceParent = null);
