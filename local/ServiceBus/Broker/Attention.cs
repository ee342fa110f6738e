using System.Collections.Concurrent;

namespace Railyard.Local.ServiceBus;

/// <summary>
/// Which queues a processor attends to: what is ready there counts as work, elsewhere it may lie for ever. It outlives
/// a broker, because processors come back to the next one.
/// </summary>
internal sealed class Attention(Workload workload)
{
    readonly ConcurrentDictionary<string, bool> attended = new(StringComparer.OrdinalIgnoreCase);

    public Workload Workload => workload;

    public bool Has(string path) => attended.ContainsKey(path);

    public void Attend(string path) => attended[path] = true;
}
