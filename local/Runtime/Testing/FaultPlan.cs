using System.Globalization;

namespace Railyard.Local.Runtime.Testing;

/// <summary>What a <see cref="FaultPlan"/> can let go wrong.</summary>
public enum Fault
{
    /// <summary>The durable engine, the broker or the acquirers are killed just before a commit, and opened again.</summary>
    CrashBeforeCommit,

    /// <summary>The durable engine, the broker or the acquirers are killed just after a commit, before anybody was told.</summary>
    CrashAfterCommit,

    /// <summary>A message is sent twice; where duplicates are detected, the copy is dropped.</summary>
    DuplicateMessage,

    /// <summary>A message becomes visible later than it was sent; never one of a session.</summary>
    DelayMessage,

    /// <summary>A later message is delivered first; never within a session.</summary>
    ReorderMessages,

    /// <summary>The lock of a message or a session is lost just before the message is settled.</summary>
    LoseLock,

    /// <summary>A message is delivered again although its function succeeded.</summary>
    RedeliverMessage,

    /// <summary>An activity runs twice, as after a crash before its answer was kept.</summary>
    RepeatActivity,

    /// <summary>A blob's arrival is told twice.</summary>
    RedeliverBlob,
}

/// <summary>
/// Which faults befall an app, drawn from a seed or given as a script. One seed always draws the same numbers for the
/// first, second, … occasion of a fault; which message or commit is the second is up to the threads.
/// </summary>
public sealed class FaultPlan(long seed)
{
    const int MostReordered = 8;

    readonly Lock gate = new();
    readonly SortedDictionary<Fault, Odds> faults = [];

    /// <summary>What the numbers are drawn from.</summary>
    public long Seed => seed;

    /// <summary>Whether orchestrators are replayed from their whole history at every turn.</summary>
    public bool ReplaysEveryTurn { get; init; }

    /// <summary>The longest that a message is delayed.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Every fault, each often enough to be met in a short test.</summary>
    public static FaultPlan Everything(long seed) =>
        new FaultPlan(seed) { ReplaysEveryTurn = true }
            .With(Fault.CrashBeforeCommit, 0.01)
            .With(Fault.CrashAfterCommit, 0.01)
            .With(Fault.DuplicateMessage, 0.1)
            .With(Fault.DelayMessage, 0.1)
            .With(Fault.ReorderMessages, 0.2)
            .With(Fault.LoseLock, 0.1)
            .With(Fault.RedeliverMessage, 0.1)
            .With(Fault.RepeatActivity, 0.2)
            .With(Fault.RedeliverBlob, 0.3);

    /// <summary>Lets a fault strike with this probability at each occasion.</summary>
    public FaultPlan With(Fault fault, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        lock (gate) Of(fault).Probability = probability;
        return this;
    }

    /// <summary>Lets a fault strike at exactly these occasions, counted from 1.</summary>
    public FaultPlan At(Fault fault, params ReadOnlySpan<long> occasions)
    {
        lock (gate) Of(fault).Script.UnionWith(occasions.ToArray());
        return this;
    }

    /// <summary>How often a fault has struck.</summary>
    public long Struck(Fault fault)
    {
        lock (gate) return faults.TryGetValue(fault, out var odds) ? odds.Struck : 0;
    }

    /// <summary>The seed, and how often each fault struck of how many occasions.</summary>
    public override string ToString()
    {
        lock (gate)
            return string.Create(CultureInfo.InvariantCulture, $"seed {seed}") + string.Concat(faults.Select(
                fault => string.Create(
                    CultureInfo.InvariantCulture,
                    $", {fault.Key} {fault.Value.Struck}/{fault.Value.Occasions}")));
    }

    internal bool Strikes(Fault fault)
    {
        lock (gate)
        {
            if (!faults.TryGetValue(fault, out var odds)) return false;
            var occasion = ++odds.Occasions;
            var strikes = odds.Script.Contains(occasion) || Drawn.Fraction(seed, fault, occasion) < odds.Probability;
            if (strikes) odds.Struck++;
            return strikes;
        }
    }

    internal TimeSpan Delay() =>
        Strikes(Fault.DelayMessage) ? LongestDelay * HowMuch(Fault.DelayMessage) : TimeSpan.Zero;

    internal int Pick(int count) =>
        count > 1 && Strikes(Fault.ReorderMessages)
            ? 1 + (int)(HowMuch(Fault.ReorderMessages) * (Math.Min(count, MostReordered) - 1))
            : 0;

    double HowMuch(Fault fault)
    {
        lock (gate) return Drawn.Fraction(~seed, fault, Of(fault).Occasions);
    }

    Odds Of(Fault fault)
    {
        if (!faults.TryGetValue(fault, out var odds)) faults[fault] = odds = new Odds();
        return odds;
    }

    sealed class Odds
    {
        public double Probability { get; set; }
        public HashSet<long> Script { get; } = [];
        public long Occasions { get; set; }
        public long Struck { get; set; }
    }

    /// <summary>A number for each occasion, by the finaliser of SplitMix64.</summary>
    static class Drawn
    {
        const ulong GoldenGamma = 0x9E3779B97F4A7C15;
        const int KeptBits = 53;

        public static double Fraction(long seed, Fault fault, long occasion)
        {
            unchecked
            {
                var place = ((ulong)fault << 32) + (ulong)occasion;
                var mixed = Mix(Mix((ulong)seed) + (place * GoldenGamma));
                return (mixed >> (64 - KeptBits)) / (double)(1UL << KeptBits);
            }
        }

        static ulong Mix(ulong value)
        {
            unchecked
            {
                value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
                value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
                return value ^ (value >> 31);
            }
        }
    }
}
