using System.Runtime.InteropServices;

namespace Railyard.Core.Merchants;

/// <summary>How fast a key may be used: so many requests a second, and so many at once after a rest.</summary>
public sealed record RateLimit(int PerSecond, int Burst)
{
    /// <summary>More than this is no limit any more.</summary>
    public const int Most = 100_000;

    /// <summary>How long an empty bucket takes to fill.</summary>
    public TimeSpan Window => TimeSpan.FromTicks(Burst * TimeSpan.TicksPerSecond / PerSecond);
}

/// <summary>What a bucket said to one request.</summary>
/// <param name="Remaining">How many more would be let through now.</param>
/// <param name="RetryAfter">When the next one will be let through; zero where that is now.</param>
/// <param name="UntilFull">When all of the burst is there again.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RateVerdict(bool IsAllowed, long Remaining, TimeSpan RetryAfter, TimeSpan UntilFull);

/// <summary>
/// A token bucket. A token is counted as the ticks of a second, so that what flows in per tick is a whole number and
/// nothing is lost to rounding.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TokenBucket(long Level, DateTimeOffset AsOf)
{
    const long Token = TimeSpan.TicksPerSecond;

    /// <summary>A bucket nothing was taken from.</summary>
    public static TokenBucket Full(RateLimit limit, DateTimeOffset now) => new(Capacity(limit), now);

    /// <summary>The bucket after one request at that moment, and whether that may pass.</summary>
    public (TokenBucket Bucket, RateVerdict Verdict) Take(RateLimit limit, DateTimeOffset now)
    {
        var level = LevelAt(limit, now);
        var isAllowed = level >= Token;
        if (isAllowed) level -= Token;
        var verdict = new RateVerdict(
            isAllowed, level / Token, Until(Token, level, limit), Until(Capacity(limit), level, limit));
        return (new TokenBucket(level, now > AsOf ? now : AsOf), verdict);
    }

    /// <summary>Whether it has nothing to tell that a new one would not.</summary>
    public bool IsFull(RateLimit limit, DateTimeOffset now) => LevelAt(limit, now) == Capacity(limit);

    long LevelAt(RateLimit limit, DateTimeOffset now)
    {
        // A clock that was set back gives nothing, and what flowed in beyond the brim is gone.
        var elapsed = Math.Clamp((now - AsOf).Ticks, 0, limit.Window.Ticks + 1);
        return Math.Min(Capacity(limit), Level + (elapsed * limit.PerSecond));
    }

    static TimeSpan Until(long wanted, long level, RateLimit limit) =>
        level >= wanted ? TimeSpan.Zero : TimeSpan.FromTicks((wanted - level + limit.PerSecond - 1) / limit.PerSecond);

    static long Capacity(RateLimit limit) => limit.Burst * Token;
}
