using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Railyard.Local.Durable;

/// <summary>
/// One run of one orchestrator in memory. Messages go in, decisions come out; given the same messages in the
/// same turns it decides the same, which is what replay relies on.
/// </summary>
sealed class Execution
{
    readonly Func<TaskOrchestrationContext, Task<object?>> orchestrator;
    readonly ReplayedContext context;
    readonly OpenTasks open = new();
    readonly Queue<Message> heldWhileSuspended = new();
    readonly List<Decision> decisions = [];
    readonly List<Decision.StartTimer> cancelledTimers = [];
    Task<object?>? run;
    Ending.Terminated? terminated;
    Ending.Failed? broken;
    CustomStatus? customStatus;
    ContinueAsNewOptions? restart;
    List<Message> carried = [];
    bool isSuspended;
    int lastId;

    public Execution(
        Instance instance,
        Func<TaskOrchestrationContext, Task<object?>> orchestrator,
        DataConverter converter,
        ILoggerFactory loggers,
        Action strayed)
    {
        this.orchestrator = orchestrator;
        Instance = instance;
        Converter = converter;
        Thread = new OrchestratorThread(strayed);
        Events = new ExternalEvents(converter);
        context = new ReplayedContext(this, loggers);
    }

    public Instance Instance { get; }

    public DataConverter Converter { get; }

    public OrchestratorThread Thread { get; }

    public ExternalEvents Events { get; }

    public DateTime Now { get; private set; }

    public bool IsReplaying { get; private set; }

    public string? Input { get; private set; }

    /// <summary>Repeats a turn that was taken before, and compares.</summary>
    public void Replay(Turn turn, IReadOnlyList<Message> messages)
    {
        IsReplaying = true;
        Answer(turn.At, messages);
        Compare(turn.Steps, TakeDecisions());
        cancelledTimers.Clear();
        customStatus = null;
        IsReplaying = false;
    }

    /// <summary>Takes a turn.</summary>
    public Outcome Advance(DateTime now, IReadOnlyList<Message> messages)
    {
        Answer(now, messages);
        var ending = Settle();
        if (ending is not null and not Ending.Terminated) isSuspended = false;
        var outcome = new Outcome(TakeDecisions(), [.. cancelledTimers], customStatus, isSuspended, ending);
        cancelledTimers.Clear();
        customStatus = null;
        return outcome;
    }

    public int NextId() => lastId++;

    public void Decide(Decision decision) => decisions.Add(decision);

    public Task<string?> Open(Decision decision, string? child = null)
    {
        decisions.Add(decision);
        return open.Add(decision.Step, child);
    }

    public Task OpenTimer(Decision.StartTimer timer, CancellationToken cancellation)
    {
        var fired = Open(timer);
        if (!cancellation.CanBeCanceled) return fired;
        cancellation.Register(() =>
        {
            if (!Thread.IsCurrent) Thread.Stray();
            else if (open.Cancel(timer.Id)) cancelledTimers.Add(timer);
        });
        return fired;
    }

    public void SetCustomStatus(object? status) => customStatus = new(Converter.Serialize(status));

    public void ContinueAsNew(ContinueAsNewOptions options)
    {
        restart = options;
        carried = options.PreserveUnprocessedEvents ? Events.TakeEarly() : [];
    }

    void Answer(DateTime now, IReadOnlyList<Message> messages)
    {
        Now = now;
        Thread.Enter();
        try
        {
            foreach (var message in messages) Receive(message);
        }
        finally
        {
            Thread.Leave();
        }
    }

    void Receive(Message message)
    {
        if (terminated is not null) return;
        if (isSuspended && message.Kind is not (MessageKind.Resumed or MessageKind.Terminated))
        {
            if (message.Kind is not MessageKind.Suspended) heldWhileSuspended.Enqueue(message);
            return;
        }
        try
        {
            Apply(message);
            Thread.Drain();
        }
        catch (Exception fault)
        {
            // Only an async void of the orchestrator's, or a row that cannot be read, comes here.
            broken ??= new(Failure.From(fault));
        }
    }

    void Apply(Message message)
    {
        switch (message.Kind)
        {
            case MessageKind.Started: Begin(message.Text); break;
            case MessageKind.TaskCompleted or MessageKind.ChildCompleted or MessageKind.TimerFired:
                open.Complete(message.Task, message.Text);
                break;
            case MessageKind.TaskFailed or MessageKind.ChildFailed:
                open.Fail(message.Task, Failure.Decode(message.Text!));
                break;
            case MessageKind.EventRaised: Raise(message); break;
            case MessageKind.Suspended: isSuspended = true; break;
            case MessageKind.Resumed: Resume(); break;
            case MessageKind.Terminated:
                terminated = new(message.Text, message.ReachesChildren ? open.Children() : []);
                break;
            case MessageKind.Turn: break;
        }
    }

    void Begin(string? input)
    {
        Input = input;
        try
        {
            run = orchestrator(context);
        }
        catch (Exception fault)
        {
            run = Task.FromException<object?>(fault);
        }
    }

    // Once the next run is asked for, events that nobody here waits for are its.
    void Raise(Message raised)
    {
        if (restart is null) Events.Raise(raised);
        else carried.Add(raised);
    }

    void Resume()
    {
        isSuspended = false;
        while (!isSuspended && heldWhileSuspended.TryDequeue(out var held)) Receive(held);
    }

    Ending? Settle()
    {
        if ((terminated as Ending ?? broken) is { } over) return over;
        if (run is null) return null;
        if (!run.IsCompleted) return IsStuck ? IllegalAwait.Ending : null;

        // As officially, an orchestration is over only when everything it began is over or cancelled.
        if (open.Any) return null;
        if (!run.IsCompletedSuccessfully) return new Ending.Failed(Failure.From(ExceptionOf(run)));
        return restart is null ? Complete(run.Result) : StartOver(restart);
    }

    bool IsStuck => Thread.HasStrayed || (!open.Any && !Events.IsAwaited && !isSuspended);

    Ending Complete(object? output)
    {
        try
        {
            return new Ending.Completed(Converter.Serialize(output));
        }
        catch (Exception unwritable)
        {
            return new Ending.Failed(Failure.From(unwritable));
        }
    }

    Ending StartOver(ContinueAsNewOptions options)
    {
        try
        {
            return new Ending.ContinuedAsNew(
                Converter.Serialize(options.NewInput), options.NewVersion, carried);
        }
        catch (Exception unwritable)
        {
            return new Ending.Failed(Failure.From(unwritable));
        }
    }

    // What was decided in the turn that suspended it waits until it is resumed.
    List<Decision> TakeDecisions()
    {
        if (isSuspended) return [];
        List<Decision> taken = [.. decisions];
        decisions.Clear();
        return taken;
    }

    void Compare(IReadOnlyList<Step> recorded, List<Decision> replayed)
    {
        for (var i = 0; i < Math.Max(recorded.Count, replayed.Count); i++)
        {
            var before = i < recorded.Count ? recorded[i] : (Step?)null;
            var now = i < replayed.Count ? replayed[i].Step : (Step?)null;
            if (before is { } old && now is { } same && old.IsSameAs(same)) continue;
            throw new NonDeterministicOrchestration(
                $"Orchestrator '{Instance.Name}' is not deterministic: at this point of its history it " +
                $"scheduled {before?.ToString() ?? "nothing"}, " +
                $"and its replay schedules {now?.ToString() ?? "nothing"}. " +
                "Either its code was changed while the instance was running, " +
                "or it depends on something that differs from run to run.");
        }
    }

    static Exception ExceptionOf(Task task) =>
        task.Exception?.InnerException ?? new TaskCanceledException(task);
}
