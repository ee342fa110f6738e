namespace Railyard.Local.Durable;

/// <summary>Wakes those who wait for an instance's status to change.</summary>
sealed class StatusSignals
{
    readonly Lock gate = new();
    readonly Dictionary<string, Listeners> listening = new(StringComparer.Ordinal);

    /// <summary>Ask before reading the status, so that no change falls between the two.</summary>
    public Listening ListenTo(string instanceId)
    {
        lock (gate)
        {
            if (!listening.TryGetValue(instanceId, out var listeners))
                listening[instanceId] = listeners = new Listeners();
            listeners.Count++;
            return new Listening(this, instanceId, listeners);
        }
    }

    public void Changed(string instanceId)
    {
        Listeners? listeners;
        lock (gate)
        {
            if (!listening.Remove(instanceId, out listeners)) return;
        }
        listeners.Changed.TrySetResult();
    }

    /// <summary>Nothing changes any more: whoever waits is cancelled.</summary>
    public void Close()
    {
        List<Listeners> all;
        lock (gate)
        {
            all = [.. listening.Values];
            listening.Clear();
        }
        foreach (var listeners in all) listeners.Changed.TrySetCanceled();
    }

    void Leave(string instanceId, Listeners listeners)
    {
        lock (gate)
        {
            if (--listeners.Count > 0) return;
            if (listening.TryGetValue(instanceId, out var current) && current == listeners)
                listening.Remove(instanceId);
        }
    }

    public sealed class Listening(StatusSignals signals, string instanceId, Listeners listeners) : IDisposable
    {
        public Task Change => listeners.Changed.Task;

        public void Dispose() => signals.Leave(instanceId, listeners);
    }

    public sealed class Listeners
    {
        public TaskCompletionSource Changed { get; } = new(
            TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; set; }
    }
}
