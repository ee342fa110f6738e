namespace Railyard.Core.Acquiring;

/// <summary>
/// How long an acquirer may take for a call. A merchant waits ten seconds for an answer unless they say otherwise; what the
/// attempts before have used up of that is gone, but no acquirer gets less than it needs to answer at all.
/// </summary>
public static class CallBudget
{
    /// <summary>The longest that any call may take.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(8);

    /// <summary>The shortest that any call gets: a healthy acquirer with a slow issuer answers within it.</summary>
    public static TimeSpan Shortest { get; } = TimeSpan.FromSeconds(3);

    static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(10);
    static readonly TimeSpan OurOwnPart = TimeSpan.FromSeconds(1);

    /// <summary>The deadline of a call that is made so long after the merchant asked.</summary>
    public static TimeSpan For(TimeSpan sinceAsked)
    {
        var left = UsualWait - OurOwnPart - sinceAsked;
        return left > Longest ? Longest : left < Shortest ? Shortest : left;
    }
}
