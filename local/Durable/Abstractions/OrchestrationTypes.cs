namespace Microsoft.DurableTask
{
    /// <summary>The orchestration that called this one.</summary>
    public record ParentOrchestrationInstance(TaskName Name, string InstanceId);

    /// <summary>How an orchestration starts over.</summary>
    public class ContinueAsNewOptions
    {
        /// <summary>The next run's input.</summary>
        public object? NewInput { get; set; }

        /// <summary>Whether events that nobody waited for are kept.</summary>
        public bool PreserveUnprocessedEvents { get; set; } = true;

        /// <summary>The next run's version; the same where null.</summary>
        public string? NewVersion { get; set; }
    }

    /// <summary>What an activity may ask about its call.</summary>
    public abstract class TaskActivityContext
    {
        /// <summary>The activity's name.</summary>
        public abstract TaskName Name { get; }

        /// <summary>The instance that called it.</summary>
        public abstract string InstanceId { get; }

        /// <summary>The version that was called.</summary>
        public virtual string Version => string.Empty;
    }
}

namespace Microsoft.DurableTask.Abstractions
{
    /// <summary>Compares versions of orchestrations.</summary>
    public static class TaskOrchestrationVersioningUtils
    {
        /// <summary>By number where both are numbers, else as text; none is before any.</summary>
        public static int CompareVersions(string sourceVersion, string otherVersion)
        {
            var hasSource = !string.IsNullOrWhiteSpace(sourceVersion);
            var hasOther = !string.IsNullOrWhiteSpace(otherVersion);
            if (!hasSource || !hasOther) return hasSource.CompareTo(hasOther);
            var areNumbers = Version.TryParse(sourceVersion, out var source)
                & Version.TryParse(otherVersion, out var other);
            return areNumbers
                ? source!.CompareTo(other)
                : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase);
        }
    }
}

namespace Microsoft.DurableTask.Internal
{
    /// <summary>Starts orchestrations.</summary>
    public interface IOrchestrationSubmitter
    {
        /// <summary>Starts an orchestration and answers its instance id.</summary>
        Task<string> ScheduleNewOrchestrationInstanceAsync(
            TaskName orchestratorName,
            object? input = null,
            StartOrchestrationOptions? options = null,
            CancellationToken cancellation = default);
    }
}

namespace DurableTask.Core.Exceptions
{
    /// <summary>The instance id is taken by an instance that may not be replaced.</summary>
    public class OrchestrationAlreadyExistsException : InvalidOperationException
    {
        /// <summary>Without a reason.</summary>
        public OrchestrationAlreadyExistsException()
        {
        }

        /// <summary>With a reason.</summary>
        public OrchestrationAlreadyExistsException(string message)
            : base(message)
        {
        }

        /// <summary>With a reason and a cause.</summary>
        public OrchestrationAlreadyExistsException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
}
