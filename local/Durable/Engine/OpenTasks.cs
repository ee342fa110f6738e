using Microsoft.DurableTask;

namespace Railyard.Local.Durable;

/// <summary>What an orchestrator waits for: activities, timers, sub-orchestrations.</summary>
sealed class OpenTasks
{
    readonly Dictionary<int, OpenTask> tasks = [];

    public bool Any => tasks.Count > 0;

    public Task<string?> Add(Step step, string? child)
    {
        var task = new OpenTask(step.Name, child);
        tasks.Add(step.Id, task);
        return task.Answer.Task;
    }

    // An answer that was given before is a repetition of at-least-once delivery, and means nothing.
    public void Complete(int id, string? result)
    {
        if (tasks.Remove(id, out var task)) task.Answer.SetResult(result);
    }

    public void Fail(int id, Failure failure)
    {
        if (tasks.Remove(id, out var task))
            task.Answer.SetException(new TaskFailedException(task.Name, id, failure.ToDetails())
            {
                IsNonRetriable = failure.IsNonRetriable,
            });
    }

    public bool Cancel(int id)
    {
        if (!tasks.Remove(id, out var task)) return false;
        task.Answer.SetCanceled();
        return true;
    }

    public IReadOnlyList<string> Children() =>
        [.. tasks.OrderBy(each => each.Key).Select(each => each.Value.Child).OfType<string>()];

    sealed record OpenTask(string Name, string? Child)
    {
        public TaskCompletionSource<string?> Answer { get; } = new();
    }
}
