using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Railyard.Local.Durable;

/// <summary>
/// Runs activities at least once each. The queue in memory is a window on the file: what does not fit is read
/// when there is room again, and what was not finished is read at the next start.
/// </summary>
sealed class Activities(DurableEngine engine)
{
    const int MostInMemory = 16_384;

    readonly Dictionary<string, Func<ActivityCall, Task<string?>>> known =
        new(StringComparer.OrdinalIgnoreCase);

    readonly Channel<PendingActivity> queue = Channel.CreateUnbounded<PendingActivity>();
    readonly HashSet<(long Key, int Run, int Task)> inMemory = [];
    readonly Lock gate = new();
    bool leftSomeOut;

    public void Add(string name, Func<ActivityCall, Task<string?>> activity) => known.Add(name, activity);

    public void Offer(IReadOnlyList<PendingActivity> activities)
    {
        lock (gate)
            foreach (var activity in activities) Offer(activity);
    }

    /// <summary>Reads the file while nothing can leave the memory, so that nothing runs twice.</summary>
    public void OfferStored()
    {
        lock (gate)
        {
            var stored = engine.Hub.Read(session => ActivityRows.ReadSome(session, MostInMemory));
            leftSomeOut = stored.Count == MostInMemory;
            foreach (var activity in stored) Offer(activity);
        }
    }

    public void Close() => queue.Writer.TryComplete();

    public async Task WorkAsync()
    {
        while (!engine.IsStopping && await queue.Reader.WaitToReadAsync())
            while (!engine.IsStopping && queue.Reader.TryRead(out var activity))
                await WorkOnAsync(activity);
    }

    void Offer(PendingActivity activity)
    {
        if (inMemory.Count >= MostInMemory)
        {
            leftSomeOut = true;
            return;
        }
        if (!inMemory.Add((activity.Key, activity.Run, activity.Task))) return;
        engine.Workload.Begin();
        queue.Writer.TryWrite(activity);
    }

    async Task WorkOnAsync(PendingActivity activity)
    {
        try
        {
            var answer = await RunAsync(activity);
            if (engine.Options.Faults?.RepeatsActivity() == true) answer = await RunAsync(activity);
            if (await CommitAsync(activity, answer)) engine.Live.Wake(activity.Key);
        }
        catch (OperationCanceledException) when (engine.ActivitiesAreCancelled)
        {
            // The host is going down; the row stays, and the activity runs again at the next start.
        }
        catch (HubClosed)
        {
            return;
        }
        catch (Exception fault)
        {
            engine.Log.LogError(
                fault, "The answer of activity {Name} could not be committed; it runs again.", activity.Name);
            engine.AttemptLater(OfferStored);
        }
        Forget(activity);
    }

    async Task<Message> RunAsync(PendingActivity activity)
    {
        if (!known.TryGetValue(activity.Name, out var run))
            return Failed(activity, Failure.NotFound("Activity", activity.Name));
        using var span = Tracing.Start("activity", activity.Name, activity.TraceParent);
        try
        {
            var output = await run(new(
                activity.Name,
                activity.InstanceId,
                activity.Task,
                activity.Input,
                engine.ActivityCancellation)
            {
                TraceParent = span?.Id ?? activity.TraceParent,
            });
            return new(MessageKind.TaskCompleted, activity.Task, Text: output);
        }
        catch (Exception fault)
            when (fault is not OperationCanceledException || !engine.ActivitiesAreCancelled)
        {
            return Failed(activity, Failure.From(fault));
        }
    }

    // The answer counts once: whoever takes the row out may append it, and nobody else.
    Task<bool> CommitAsync(PendingActivity activity, Message answer) =>
        engine.Hub.WriteAsync(session =>
            ActivityRows.Remove(session, activity)
            && LogRows.AppendToRun(session, activity.Key, activity.Run, answer, engine.Now));

    void Forget(PendingActivity activity)
    {
        bool readMore;
        lock (gate)
        {
            inMemory.Remove((activity.Key, activity.Run, activity.Task));
            readMore = leftSomeOut && inMemory.Count < MostInMemory / 2;
        }
        if (readMore) engine.Attempt(OfferStored);
        engine.Workload.End();
    }

    static Message Failed(PendingActivity activity, Failure failure) =>
        new(MessageKind.TaskFailed, activity.Task, Text: failure.Encode());
}
