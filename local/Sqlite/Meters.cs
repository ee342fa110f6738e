using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Railyard.Local;

/// <summary>What Azure would bill for, counted for the life of the process in the meter <c>Railyard.Local</c>.</summary>
static class Meters
{
    static readonly Meter Local = new("Railyard.Local");

    /// <summary>Request units that the Cosmos endpoint charged, by container.</summary>
    public static Tally RequestCharge { get; } = new(Local.CreateCounter<double>("request_charge", "RU"), "container");

    /// <summary>Starts, activities, timers, children and events of orchestrations, by kind.</summary>
    public static Tally DurableActions { get; } = new(Local.CreateCounter<double>("durable_actions"), "kind");

    /// <summary>Messages sent, by queue or topic.</summary>
    public static Tally MessagesSent { get; } = new(Local.CreateCounter<double>("messages_sent"), "entity");

    /// <summary>Calls that sent them, each of one message or several.</summary>
    public static Tally Sends { get; } = new(Local.CreateCounter<double>("sends"), "entity");

    public static IReadOnlyList<Tally> All { get; } = [RequestCharge, DurableActions, MessagesSent, Sends];
}

/// <summary>A counter that can also be asked what it has come to.</summary>
sealed class Tally(Counter<double> counter, string tag)
{
    const int MostKinds = 1_000;
    const string Rest = "others";

    readonly ConcurrentDictionary<string, double> totals = [];

    public string Name => counter.Name;

    public IReadOnlyDictionary<string, double> Totals => totals;

    public void Add(string kind, double amount)
    {
        counter.Add(amount, new KeyValuePair<string, object?>(tag, kind));
        var counted = totals.ContainsKey(kind) || totals.Count < MostKinds ? kind : Rest;
        totals.AddOrUpdate(counted, static (_, added) => added, static (_, sum, added) => sum + added, amount);
    }
}
