using Railyard.Simulation.Engine;

namespace Railyard.Simulation;

/// <summary>What may go wrong.</summary>
enum Fault
{
    /// <summary>The process dies between two steps of a run.</summary>
    Crash,

    /// <summary>A run is taken for dead, and another begins beside it.</summary>
    LostLease,

    /// <summary>A step takes its time.</summary>
    SlowStep,

    /// <summary>A document is read as it was before its last change.</summary>
    StaleRead,

    /// <summary>A write takes, and is said not to have been answered.</summary>
    UnknownWrite,

    /// <summary>A write does not take, and is said not to have been answered.</summary>
    LostWrite,

    /// <summary>Our clock jumps.</summary>
    ClockJump,

    /// <summary>No connection to the acquirer.</summary>
    NotSent,

    /// <summary>The acquirer turns a call away at the door: busy, or our key is not right.</summary>
    TurnedAway,

    /// <summary>The acquirer takes its time.</summary>
    Slow,

    /// <summary>The call is lost on its way there.</summary>
    LostOnTheWay,

    /// <summary>The acquirer did it, and its answer is lost.</summary>
    LostAnswer,

    /// <summary>The acquirer answers with an error before it did anything.</summary>
    ErrorBefore,

    /// <summary>The acquirer did it, and answers with an error.</summary>
    ErrorAfter,

    /// <summary>The acquirer does it when we no longer wait.</summary>
    DoneLate,

    /// <summary>Of one attempt or operation, no answer ever comes.</summary>
    Deaf,

    /// <summary>The acquirer approves the same attempt twice.</summary>
    ApprovedTwice,

    /// <summary>The acquirer says yes to an operation or a reversal, and takes it back later.</summary>
    TakenBack,

    /// <summary>A notification never comes.</summary>
    NoticeLost,

    /// <summary>A notification comes again.</summary>
    NoticeRepeated,

    /// <summary>A notification comes late, and after others.</summary>
    NoticeDelayed,
}

/// <summary>
/// How often what goes wrong in one run, and until when. Each run has faults of its own: where everything fails at once,
/// little is reached (swarm testing).
/// </summary>
sealed class Faults
{
    static readonly Fault[] Kinds = Enum.GetValues<Fault>();
    static readonly TimeSpan[] Lengths = [TimeSpan.FromHours(2), TimeSpan.FromHours(12), TimeSpan.FromDays(2), TimeSpan.FromDays(6)];

    readonly double[] shares = new double[Kinds.Length];

    public Faults(Chance chance, DateTimeOffset start)
    {
        foreach (var kind in Kinds) shares[(int)kind] = chance.Of(0, 0, 0.002, 0.01, 0.03, 0.1) * Weight(kind);
        StopAt = start + chance.Of(Lengths);
    }

    /// <summary>When all faults end.</summary>
    public DateTimeOffset StopAt { get; }

    public double Share(Fault kind) => shares[(int)kind];

    public override string ToString() =>
        $"until {StopAt:u}: {string.Join(", ", Kinds.Where(kind => Share(kind) > 0).Select(kind => $"{kind} {Share(kind):0.####}"))}";

    // There are many steps to a payment, and few calls.
    static double Weight(Fault kind) => kind switch
    {
        Fault.Crash or Fault.LostLease => 0.5,
        Fault.Deaf => 0.3,
        Fault.LostAnswer or Fault.DoneLate or Fault.NoticeLost or Fault.NoticeRepeated or Fault.NoticeDelayed => 3,
        _ => 1,
    };
}
