using System.Collections.Concurrent;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Runtime.Testing;

/// <summary>
/// Answers for Cosmos DB what a plan says, to requests about items. The same request is spared after some faults in a
/// row: the SDK tries a throttled one ten times, and an app that tries again must get through in the end.
/// </summary>
sealed class CosmosFaults(Func<Fault, bool> strikes)
{
    const int MostInARow = 2;
    const int MostKept = 10_000;

    static readonly (Fault Fault, InjectedAnswer Answer)[] Before =
    [
        (Fault.CosmosThrottled, InjectedAnswer.Throttled),
        (Fault.CosmosUnavailable, new InjectedAnswer(503)),
    ];

    // Only a write can meet another one.
    static readonly (Fault Fault, InjectedAnswer Answer)[] BeforeWrite =
        [.. Before, (Fault.CosmosContended, new InjectedAnswer(449))];

    static readonly (Fault Fault, InjectedAnswer Answer)[] After =
    [
        (Fault.CosmosTimeoutAfterCommit, new InjectedAnswer(408)),
        (Fault.CosmosUnavailableAfterCommit, new InjectedAnswer(503)),
    ];

    readonly ConcurrentDictionary<(string Method, string? Container, string? Id), int> inARow = new();

    public RequestHooks Hooks => new()
    {
        BeforeOperation = (facts, _) => Answer(facts, facts.IsWrite ? BeforeWrite : Before),
        AfterCommit = (facts, _) => Answer(facts, After),
    };

    /// <summary>Begins to count anew, with another plan.</summary>
    public void Forget() => inARow.Clear();

    ValueTask<InjectedAnswer?> Answer(RequestFacts facts, (Fault Fault, InjectedAnswer Answer)[] answers)
    {
        if (facts.ResourceType != "docs") return default;
        var request = (facts.Method, facts.Container, facts.Id);
        if (inARow.GetValueOrDefault(request) < MostInARow)
            foreach (var (fault, answer) in answers)
                if (strikes(fault)) return ValueTask.FromResult<InjectedAnswer?>(Counted(request, answer));
        // A write is through only when nothing hid its commit either.
        if (answers == After || !facts.IsWrite) inARow.TryRemove(request, out _);
        return default;
    }

    InjectedAnswer Counted((string Method, string? Container, string? Id) request, InjectedAnswer answer)
    {
        if (inARow.Count >= MostKept) inARow.Clear();
        inARow.AddOrUpdate(request, 1, (_, count) => count + 1);
        return answer;
    }
}
