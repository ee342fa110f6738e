namespace Microsoft.DurableTask.Client;

/// <summary>Which instances are asked for.</summary>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>Instances on a page where nothing else is said.</summary>
    public const int DefaultPageSize = 100;
}

/// <summary>How an instance is ended.</summary>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);

/// <summary>How an instance is removed.</summary>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>Which ended instances are removed.</summary>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>How long the removal may take before it stops halfway.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>What was removed.</summary>
public class PurgeResult
{
    /// <summary>So many instances.</summary>
    public PurgeResult(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
    }

    /// <summary>So many instances, and whether that is all.</summary>
    public PurgeResult(int count, bool? isComplete)
        : this(count) => IsComplete = isComplete;

    /// <summary>How many instances were removed.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether none is left; null where it is not known.</summary>
    public bool? IsComplete { get; }
}

/// <summary>Says which existing instances refuse a start.</summary>
public static class StartOrchestrationOptionsExtensions
{
    /// <summary>Every status an existing instance can be refused for.</summary>
#pragma warning disable CS0618 // Canceled is obsolete and still listed officially.
    public static readonly IReadOnlyList<OrchestrationRuntimeStatus> ValidDedupeStatuses =
    [
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
        OrchestrationRuntimeStatus.Canceled,
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Suspended,
    ];
#pragma warning restore CS0618

    /// <summary>Refuses the start where an instance with this id is in one of these statuses.</summary>
    public static StartOrchestrationOptions WithDedupeStatuses(
        this StartOrchestrationOptions options, params OrchestrationRuntimeStatus[] dedupeStatuses) =>
        options with { DedupeStatuses = [.. dedupeStatuses.Select(status => status.ToString())] };
}
