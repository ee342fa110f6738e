namespace Microsoft.DurableTask;

/// <summary>An activity or a sub-orchestration failed.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>A failure with the exception that caused it.</summary>
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : base(Describe(taskName, taskId, innerException?.Message), innerException)
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = TaskFailureDetails.FromException(innerException!);
    }

    /// <summary>A failure that happened elsewhere, as it was told.</summary>
    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : base(Describe(taskName, taskId, failureDetails?.ErrorMessage))
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails!;
    }

    /// <summary>What was called.</summary>
    public string TaskName { get; }

    /// <summary>The number of the call in its orchestration.</summary>
    public int TaskId { get; }

    /// <summary>What went wrong there.</summary>
    public TaskFailureDetails FailureDetails { get; }

    /// <summary>Whether trying again is pointless, as with an activity that does not exist.</summary>
    internal bool IsNonRetriable { get; init; }

    /// <summary>Whether the failure is of exactly this type.</summary>
    [Obsolete("Use the FailureDetails property and its IsCausedBy<T>() method")]
    public bool IsCausedByException<T>()
        where T : Exception => FailureDetails.ErrorType == typeof(T).FullName;

    static string Describe(string taskName, int taskId, string? reason) =>
        $"Task '{taskName}' (#{taskId}) failed with an unhandled exception"
        + (reason is null ? "." : $": {reason}");
}

/// <summary>A failure as plain data, so that it can be stored and sent.</summary>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    /// <summary>An exception as plain data.</summary>
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new(
            exception.GetType().ToString(),
            exception.Message,
            exception.StackTrace,
            InnerOf(exception),
            null);
    }

    /// <summary>Whether the failure is a <typeparamref name="T"/> or derived from it.</summary>
    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T));

    /// <summary>Whether the failure is of this exception type or derived from it.</summary>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
            throw new ArgumentException(
                $"{targetBaseExceptionType} is not an exception.", nameof(targetBaseExceptionType));
        return !string.IsNullOrEmpty(ErrorType)
            && Find(targetBaseExceptionType) is { } actual
            && targetBaseExceptionType.IsAssignableFrom(actual);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    // What a failed task failed of was kept as data, not as an inner exception.
    static TaskFailureDetails? InnerOf(Exception exception) => exception switch
    {
        { InnerException: { } inner } => FromException(inner),
        TaskFailedException failed => failed.FailureDetails,
        _ => null,
    };

    // The name alone was stored, so the type is looked up where it most likely lives first.
    Type? Find(Type near) =>
        Type.GetType(ErrorType, throwOnError: false)
        ?? near.Assembly.GetType(ErrorType, throwOnError: false)
        ?? AppDomain.CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetType(ErrorType, throwOnError: false))
            .FirstOrDefault(type => type is not null);
}
