using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>What a call to an acquirer showed of its health. That a payment was declined is an answer like another.</summary>
public enum HealthSignal { Answered, Slow, Failed }

/// <summary>
/// Watches whether an acquirer answers. Each bad outcome counts up and each good one down; at <see cref="MostBad"/> it is
/// out, and also where for <see cref="SilentFor"/> there was nothing but bad outcomes. So who answers nothing is out within
/// 10 bad outcomes, who answers a quarter within 20 in four cases of five, and who fails in one of ten calls as good as
/// never (not once in 200,000). After a pause it is probed by a share of payments, and <see cref="GoodToRestore"/> good
/// answers in a row restore it.
/// </summary>
public sealed record OutageWatch
{
    /// <summary>So many more bad outcomes than good ones mean that it is out.</summary>
    public const int MostBad = 10;

    /// <summary>So long without a good outcome means the same, where there were <see cref="FewestBad"/> bad ones.</summary>
    public static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(10);

    /// <summary>Fewer are no silence.</summary>
    public const int FewestBad = 5;

    /// <summary>So many good answers in a row restore it.</summary>
    public const int GoodToRestore = 5;

    /// <summary>The share of payments that probe it.</summary>
    public const double ProbedBy = 0.1;

    /// <summary>An answer that took longer is as bad as none: the cardholder is waiting.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(5);

    /// <summary>The first pause before it is probed; each probe that fails doubles it.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // What is older says nothing of now.
    static readonly TimeSpan Forgets = TimeSpan.FromMinutes(5);

    /// <summary>As it is before anything is known.</summary>
    public static OutageWatch Healthy { get; } = new();

    /// <summary>Bad outcomes less good ones, never below nothing.</summary>
    public int Score { get; init; }

    /// <summary>Bad outcomes since the last good one.</summary>
    public int BadInARow { get; init; }

    /// <summary>When the first of those came.</summary>
    public DateTimeOffset? BadSince { get; init; }

    /// <summary>When the last outcome came.</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>From when on it is probed; null where it is not out.</summary>
    public DateTimeOffset? ProbedFrom { get; init; }

    /// <summary>The pause before that.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Good answers in a row since it is out.</summary>
    public int GoodInARow { get; init; }

    /// <summary>What a call showed, by how long it took too.</summary>
    public static HealthSignal Signal(bool hasAnswered, TimeSpan took) =>
        !hasAnswered ? HealthSignal.Failed : took > SlowAfter ? HealthSignal.Slow : HealthSignal.Answered;

    /// <summary>How it stands at that moment.</summary>
    public OutageState StateAt(DateTimeOffset now) =>
        ProbedFrom is not { } from ? OutageState.Healthy : now < from ? OutageState.Out : OutageState.Probing;

    /// <summary>The watch after one more outcome.</summary>
    public OutageWatch After(HealthSignal signal, DateTimeOffset now) => (ProbedFrom, signal) switch
    {
        (null, HealthSignal.Answered) => this with { Score = Math.Max(0, Score - 1), BadInARow = 0, BadSince = null, LastAt = now },
        (null, HealthSignal.Slow or HealthSignal.Failed) => Bad(now),
        (_, HealthSignal.Answered) => Good(now),
        (_, HealthSignal.Slow or HealthSignal.Failed) => Missed(now),
    };

    /// <summary>The worse of two views of one acquirer.</summary>
    public static OutageState Worse(OutageState left, OutageState right) =>
        left == OutageState.Out || right == OutageState.Out ? OutageState.Out
        : left == OutageState.Probing || right == OutageState.Probing ? OutageState.Probing
        : OutageState.Healthy;

    /// <summary>How it stands for one payment: probed by those that are drawn for it, and out for all others.</summary>
    public static OutageState For(OutageState state, PaymentId payment, AcquirerName acquirer) =>
        state == OutageState.Probing && Draw.Of($"{payment}/{acquirer}", OfProbe) >= ProbedBy ? OutageState.Out : state;

    // The salts from 0 up are versions of programs.
    const int OfProbe = -3;

    OutageWatch Bad(DateTimeOffset now)
    {
        var known = now - LastAt > Forgets ? Healthy : this;
        var worse = known with
        {
            Score = known.Score + 1,
            BadInARow = known.BadInARow + 1,
            BadSince = known.BadSince ?? now,
            LastAt = now,
        };
        var isSilent = worse.BadInARow >= FewestBad && now - worse.BadSince >= SilentFor;
        return worse.Score >= MostBad || isSilent ? worse.Out(FirstPause, now) : worse;
    }

    OutageWatch Good(DateTimeOffset now) =>
        GoodInARow + 1 >= GoodToRestore ? Healthy with { LastAt = now } : this with { GoodInARow = GoodInARow + 1, LastAt = now };

    // What was sent before it was known to be out comes back bad all the same: that was no probe.
    OutageWatch Missed(DateTimeOffset now) => now < ProbedFrom
        ? this with { GoodInARow = 0, LastAt = now }
        : Out(Pause + Pause < LongestPause ? Pause + Pause : LongestPause, now);

    OutageWatch Out(TimeSpan pause, DateTimeOffset now) =>
        this with { ProbedFrom = now + pause, Pause = pause, GoodInARow = 0, LastAt = now };
}
