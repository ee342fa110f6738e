using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Acquirers;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation;

/// <summary>Everything that there is of one payment, on our side and on the acquirers'.</summary>
sealed class Case(int number, RoutingSnapshot snapshot, Payment asked)
{
    int version;
    Payment? before;

    public int Number => number;

    public PaymentId Id => asked.Id;

    public RoutingSnapshot Snapshot => snapshot;

    /// <summary>The payment as its merchant asked for it.</summary>
    public Payment Asked => asked;

    /// <summary>The document as the database has it; null before it is written.</summary>
    public Payment? Payment { get; private set; }

    /// <summary>Every orchestration that was ever started for it.</summary>
    public Dictionary<string, Orchestration> Orchestrations { get; } = [];

    /// <summary>What the acquirers really did, attempt by attempt.</summary>
    public Dictionary<AttemptId, Book> Books { get; } = [];

    /// <summary>The events that were published.</summary>
    public HashSet<int> Published { get; } = [];

    /// <summary>The messages that wait for a person.</summary>
    public List<string> DeadLetters { get; } = [];

    /// <summary>How much is under way: runs, timers, messages, calls, and what acquirers still do.</summary>
    public int UnderWay { get; private set; }

    /// <summary>How much lies ahead.</summary>
    public int Planned { get; private set; }

    public void Count(Due due, int by)
    {
        if (due.IsPlanned) Planned += by;
        else UnderWay += by;
    }

    /// <summary>Writes the document, unless there is one.</summary>
    public bool TryCreate(Payment written)
    {
        if (Payment is not null) return false;
        Payment = written;
        return true;
    }

    /// <summary>The document and its version, or what it was before, as a stale memory has it.</summary>
    public (Payment Payment, int Version) Read(bool isStale) =>
        isStale && before is not null ? (before, version - 1) : (Payment!, version);

    /// <summary>Replaces the document as it was read.</summary>
    public bool TryReplace(Payment changed, int read)
    {
        if (read != version) return false;
        (before, Payment, version) = (Payment, changed, version + 1);
        return true;
    }
}
