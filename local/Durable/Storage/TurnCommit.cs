using Microsoft.DurableTask.Client;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>Writes everything that follows from one turn, in one transaction.</summary>
sealed class TurnCommit(Session session, Instance instance, Turn turn, Outcome outcome)
{
    readonly Effects effects = new();

    DateTime Now => turn.At;

    public Effects Write()
    {
        LogRows.AppendTurn(session, instance.Key, turn);
        foreach (var decision in outcome.Decisions) Write(decision);
        foreach (var timer in outcome.CancelledTimers) TimerRows.Remove(session, RowOf(timer));
        if (outcome.CustomStatus is { } custom)
            InstanceRows.SetCustomStatus(session, instance.Key, custom.Serialized);
        if (outcome.Ending is null) WriteStatus();
        else Write(outcome.Ending);
        return effects;
    }

    void Write(Decision decision)
    {
        switch (decision)
        {
            case Decision.RunActivity run: Write(run); break;
            case Decision.StartTimer timer: Write(timer); break;
            case Decision.StartChild child: Write(child); break;
            case Decision.SendEvent sent: Write(sent); break;
        }
    }

    void Write(Decision.RunActivity run)
    {
        var activity = new PendingActivity(
            instance.Key, instance.Run, run.Id, run.Name, run.Input, instance.Id, instance.TraceParent);
        ActivityRows.Add(session, activity);
        effects.Activities.Add(activity);
    }

    void Write(Decision.StartTimer timer)
    {
        TimerRows.Add(session, RowOf(timer));
        effects.Arm(timer.Due);
    }

    void Write(Decision.StartChild child)
    {
        var existing = InstanceRows.Find(session, child.InstanceId);
        if (existing is { IsLive: true })
        {
            var refusal = Failure.From(InstanceStart.AlreadyExists(existing));
            Tell(instance.Key, instance.Run, new(MessageKind.ChildFailed, child.Id, Text: refusal.Encode()));
            return;
        }
        var caller = new Caller(instance.Key, instance.Run, child.Id, instance.Id, instance.Name);
        var start = new NewInstance(
            child.InstanceId, child.Name, child.Input, child.Version, child.Tags, StartAt: null, caller,
            instance.TraceParent);
        effects.Wake.Add(InstanceRows.Start(session, existing, start, Now).Key);
    }

    // An event to nobody is dropped, as officially.
    void Write(Decision.SendEvent sent)
    {
        if (InstanceRows.Find(session, sent.InstanceId) is { IsLive: true } target)
            Tell(target.Key, target.Run, new(MessageKind.EventRaised, Name: sent.Name, Text: sent.Payload));
    }

    void WriteStatus()
    {
        var status = outcome.IsSuspended
            ? OrchestrationRuntimeStatus.Suspended
            : OrchestrationRuntimeStatus.Running;
        if (status == instance.Status) return;
        InstanceRows.SetStatus(session, instance.Key, status);
        effects.StatusChanged.Add(instance.Id);
    }

    void Write(Ending ending)
    {
        effects.StatusChanged.Add(instance.Id);
        switch (ending)
        {
            case Ending.Completed completed:
                End(OrchestrationRuntimeStatus.Completed, completed.Output, null);
                break;
            case Ending.Failed failed:
                End(OrchestrationRuntimeStatus.Failed, null, failed.Failure);
                break;
            case Ending.Terminated terminated:
                Write(terminated);
                break;
            case Ending.ContinuedAsNew next:
                Write(next);
                break;
        }
    }

    void Write(Ending.Terminated terminated)
    {
        End(OrchestrationRuntimeStatus.Terminated, terminated.Output, null);
        foreach (var id in terminated.Children)
            if (InstanceRows.Find(session, id) is { IsLive: true } child)
                Tell(child.Key, child.Run, Message.Terminate(terminated.Output, recursive: true));
    }

    void Write(Ending.ContinuedAsNew next)
    {
        var late = LogRows.ReadMessagesAfter(session, instance.Key, turn.AnsweredThrough);
        LogRows.Clear(session, instance.Key);
        TimerRows.RemoveAll(session, instance.Key);
        InstanceRows.NextRun(session, instance.Key, next.Version);
        LogRows.Append(session, instance.Key, new(MessageKind.Started, Text: next.Input), Now);
        foreach (var carried in next.Carried) LogRows.Append(session, instance.Key, carried, Now);
        foreach (var entry in late)
            if (entry.Message is { OutlivesRun: true } message)
                LogRows.Append(session, instance.Key, message, Now);
        effects.Wake.Add(instance.Key);
    }

    void End(OrchestrationRuntimeStatus status, string? output, Failure? failure)
    {
        InstanceRows.End(session, instance.Key, status, output, failure?.Encode());
        if (status != OrchestrationRuntimeStatus.Completed) TimerRows.RemoveAll(session, instance.Key);
        if (instance.Caller is { } caller)
            Tell(caller.Key, caller.Run, Answer(caller, status, output, failure));
    }

    Message Answer(Caller caller, OrchestrationRuntimeStatus status, string? output, Failure? failure)
    {
        if (status == OrchestrationRuntimeStatus.Completed)
            return new(MessageKind.ChildCompleted, caller.Task, Text: output);
        var reason = failure ?? Failure.From(
            new OperationCanceledException($"Sub-orchestration '{instance.Id}' was terminated: {output}"));
        return new(MessageKind.ChildFailed, caller.Task, Text: reason.Encode());
    }

    void Tell(long key, int run, Message message)
    {
        if (LogRows.AppendToRun(session, key, run, message, Now)) effects.Wake.Add(key);
    }

    TimerRow RowOf(Decision.StartTimer timer) => new(timer.Due, instance.Key, instance.Run, timer.Id);
}

/// <summary>What is to be done in memory once a transaction is committed.</summary>
sealed class Effects
{
    public List<long> Wake { get; } = [];

    public List<PendingActivity> Activities { get; } = [];

    public List<string> StatusChanged { get; } = [];

    public DateTime? EarliestTimer { get; private set; }

    public void Arm(DateTime due)
    {
        if (EarliestTimer is null || due < EarliestTimer) EarliestTimer = due;
    }
}
