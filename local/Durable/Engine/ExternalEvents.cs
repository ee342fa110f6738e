using Microsoft.DurableTask;

namespace Railyard.Local.Durable;

/// <summary>Events that came early, a queue per name, and those who wait, a stack per name.</summary>
sealed class ExternalEvents(DataConverter converter)
{
    readonly Dictionary<string, Waiter> waiting = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, Queue<(int Order, Message Event)>> early =
        new(StringComparer.OrdinalIgnoreCase);

    int arrived;

    public bool IsAwaited => waiting.Values.Any(top => top.AnyOpen);

    public Task<T> Wait<T>(string name, OrchestratorThread thread, CancellationToken cancellation)
    {
        waiting.TryGetValue(name, out var below);
        if (below is not null && below.Type != typeof(T))
            throw new ArgumentException(
                $"Event '{name}' is awaited as {below.Type} already, it cannot be awaited as {typeof(T)}.",
                nameof(name));
        var waiter = new Waiter<T>(below);
        waiting[name] = waiter;
        if (early.TryGetValue(name, out var queue) && queue.TryDequeue(out var first)) Raise(first.Event);
        waiter.CancelWith(thread, cancellation);
        return waiter.Task;
    }

    // The newest waiter gets the event, even one that gave up since: officially so, and then it is lost.
    public void Raise(Message raised)
    {
        var name = raised.Name!;
        if (!waiting.TryGetValue(name, out var top))
        {
            Keep(name, raised);
            return;
        }
        if (top.Below is { } below) waiting[name] = below;
        else waiting.Remove(name);
        top.Complete(raised.Text, converter);
    }

    public List<Message> TakeEarly()
    {
        var inOrder = early.Values.SelectMany(queue => queue).OrderBy(each => each.Order);
        List<Message> taken = [.. inOrder.Select(each => each.Event)];
        early.Clear();
        return taken;
    }

    void Keep(string name, Message raised)
    {
        if (!early.TryGetValue(name, out var queue)) early[name] = queue = new();
        queue.Enqueue((arrived++, raised));
    }

    abstract class Waiter(Type type, Waiter? below)
    {
        public Type Type => type;

        public Waiter? Below => below;

        public bool AnyOpen
        {
            get
            {
                var each = this;
                while (each is { IsOpen: false }) each = each.Below;
                return each is not null;
            }
        }

        protected abstract bool IsOpen { get; }

        public abstract void Complete(string? payload, DataConverter converter);
    }

    sealed class Waiter<T>(Waiter? below) : Waiter(typeof(T), below)
    {
        readonly TaskCompletionSource<T> arrival = new();
        CancellationTokenRegistration registration;

        public Task<T> Task => arrival.Task;

        protected override bool IsOpen => !arrival.Task.IsCompleted;

        public void CancelWith(OrchestratorThread thread, CancellationToken cancellation)
        {
            if (!IsOpen || !cancellation.CanBeCanceled) return;
            registration = cancellation.Register(() =>
            {
                if (thread.IsCurrent) arrival.TrySetCanceled(cancellation);
                else thread.Stray();
            });
        }

        public override void Complete(string? payload, DataConverter converter)
        {
            registration.Dispose();
            try
            {
                arrival.TrySetResult(converter.Deserialize<T>(payload)!);
            }
            catch (Exception unreadable) when (!arrival.Task.IsCompleted)
            {
                arrival.TrySetException(unreadable);
            }
        }
    }
}
