using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Railyard.Local.Durable;

/// <summary>Takes turns: reads what came, lets the orchestrator answer, commits the answer.</summary>
sealed class Orchestrators(DurableEngine engine)
{
    readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> known =
        new(StringComparer.OrdinalIgnoreCase);

    TaskHub Hub => engine.Hub;

    public void Add(string name, Func<TaskOrchestrationContext, Task<object?>> orchestrator) =>
        known.Add(name, orchestrator);

    public async Task WorkAsync()
    {
        while (!engine.IsStopping && await engine.Live.Ready.WaitToReadAsync())
            while (!engine.IsStopping && engine.Live.Ready.TryRead(out var instance))
                await WorkOnAsync(instance);
    }

    async Task WorkOnAsync(LiveInstance instance)
    {
        engine.Live.Begin(instance);
        try
        {
            await TakeTurnAsync(instance);
        }
        catch (HubClosed)
        {
            return;
        }
        catch (Exception fault)
        {
            engine.Log.LogError(
                fault, "A turn of instance {Id} could not be committed.", instance.Instance?.Id);
            instance.Forget();
            engine.AttemptLater(() => engine.Live.Wake(instance.Key));
        }
        if (engine.Live.Rest(instance)) engine.Attempt(engine.WakeUnanswered);
    }

    async Task TakeTurnAsync(LiveInstance live)
    {
        var hasStrayed = live.Execution?.Thread.HasStrayed == true;
        if (engine.ReplaysEveryTurn && !hasStrayed) live.Forget();
        var (entries, problem) = live.Execution is null ? Load(live) : (ReadNew(live), null);
        if (live.Instance is not { IsLive: true } instance) return;
        var now = engine.Now;
        if (IsToStartLater(instance, now)) entries = entries.FindAll(IsTermination);
        if (entries.Count == 0 && !hasStrayed) return;
        using var span = Tracing.Start("orchestration", instance.Name, instance.TraceParent);
        var answered = entries.Count == 0 ? live.AnsweredThrough : entries[^1].Sequence;
        var outcome = problem is not null
            ? Outcome.Of(problem)
            : live.Execution!.Advance(now, entries.ConvertAll(entry => entry.Message!));
        await CommitAsync(live, instance, now, answered, outcome);
    }

    async Task CommitAsync(LiveInstance live, Instance instance, DateTime now, long answered, Outcome outcome)
    {
        var turn = new Turn(now, answered, outcome.Decisions.ToList().ConvertAll(decision => decision.Step));
        var effects = await Hub.WriteAsync(session =>
            new TurnCommit(session, instance, turn, outcome).Write());
        foreach (var step in turn.Steps) Meters.DurableActions.Add(NameOf(step.Kind), 1);
        if (outcome.Ending is null) Advance(live, instance, answered, outcome);
        else live.Forget();
        engine.Publish(effects);
    }

    static string NameOf(StepKind kind) => kind switch
    {
        StepKind.Activity => "activity",
        StepKind.Timer => "timer",
        StepKind.Child => "child",
        StepKind.Event => "event",
    };

    static void Advance(LiveInstance live, Instance instance, long answered, Outcome outcome)
    {
        live.AnsweredThrough = answered;
        var status = outcome.IsSuspended
            ? OrchestrationRuntimeStatus.Suspended
            : OrchestrationRuntimeStatus.Running;
        if (instance.Status != status) live.Instance = instance with { Status = status };
    }

    static bool IsToStartLater(Instance instance, DateTime now) =>
        instance.StartAt > now && instance.Status == OrchestrationRuntimeStatus.Pending;

    static bool IsTermination(LogEntry entry) => entry.Message is { Kind: MessageKind.Terminated };

    List<LogEntry> ReadNew(LiveInstance live) =>
        Hub.Find(session => LogRows.ReadMessagesAfter(session, live.Key, live.AnsweredThrough));

    /// <summary>Builds the execution from the log, up to the messages that no turn has answered.</summary>
    (List<LogEntry> Unanswered, Ending? Problem) Load(LiveInstance live)
    {
        var (instance, entries) = Hub.Find(session =>
            (InstanceRows.Find(session, live.Key), LogRows.ReadAll(session, live.Key)));
        live.Instance = instance;
        if (instance is not { IsLive: true }) return ([], null);
        if (!known.TryGetValue(instance.Name, out var orchestrator))
            return (Messages(entries), new Ending.Failed(Failure.NotFound("Orchestrator", instance.Name)));
        live.Execution = new Execution(
            instance,
            orchestrator,
            engine.Converter,
            engine.Options.Logging,
            strayed: () => engine.Live.Wake(live.Key));
        return Replay(live, entries);
    }

    static (List<LogEntry> Unanswered, Ending? Problem) Replay(LiveInstance live, List<LogEntry> entries)
    {
        var unanswered = new Queue<LogEntry>();
        try
        {
            foreach (var entry in entries)
            {
                if (entry.Turn is { } turn)
                    live.Execution!.Replay(turn, Take(unanswered, turn.AnsweredThrough));
                else unanswered.Enqueue(entry);
                live.AnsweredThrough = entry.Turn?.AnsweredThrough ?? live.AnsweredThrough;
            }
            return ([.. unanswered], null);
        }
        catch (NonDeterministicOrchestration difference)
        {
            return (Messages(entries), new Ending.Failed(difference.ToFailure()));
        }
    }

    static List<Message> Take(Queue<LogEntry> unanswered, long through)
    {
        var taken = new List<Message>();
        while (unanswered.TryPeek(out var next) && next.Sequence <= through)
            taken.Add(unanswered.Dequeue().Message!);
        return taken;
    }

    static List<LogEntry> Messages(List<LogEntry> entries) =>
        entries.FindAll(entry => entry.Message is not null);
}
