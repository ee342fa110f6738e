using System.Globalization;

namespace Railyard.Core.Webhooks;

/// <summary>Why an endpoint gave no answer.</summary>
public enum TryError
{
    /// <summary>Its name is not known.</summary>
    NameNotFound,

    /// <summary>Its name leads to an address that is not public.</summary>
    AddressRefused,

    /// <summary>Nobody listens there.</summary>
    ConnectionFailed,

    /// <summary>It could not show a certificate that can be trusted.</summary>
    TlsFailed,

    /// <summary>It hung up, or what it said is not HTTP.</summary>
    ConnectionLost,

    /// <summary>It did not answer in time.</summary>
    TimedOut,
}

/// <summary>What came of a try to deliver.</summary>
public abstract record TryOutcome
{
    /// <summary>An answer, and when it wants to be asked again where it says so.</summary>
    public sealed record Answered(int StatusCode, DateTimeOffset? RetryAfter = null) : TryOutcome;

    /// <summary>None.</summary>
    public sealed record NoAnswer(TryError Error) : TryOutcome;

    TryOutcome() { }

    /// <summary>Taken: 2xx and nothing else. A redirect is not followed, so it is a failure.</summary>
    public bool IsSuccess => this is Answered { StatusCode: >= 200 and <= 299 };

    /// <summary>The endpoint says that it is gone for good.</summary>
    public bool IsGone => this is Answered { StatusCode: 410 };
}

/// <summary>What a delivery's last try means for it.</summary>
public abstract record Verdict
{
    /// <summary>It is delivered.</summary>
    public sealed record Delivered : Verdict;

    /// <summary>It is tried again then.</summary>
    public sealed record Again(DateTimeOffset At) : Verdict;

    /// <summary>It has been tried often enough, or there is nobody left to try.</summary>
    public sealed record GiveUp : Verdict;

    Verdict() { }
}

/// <summary>When a delivery is tried, and tried again.</summary>
public static class DeliverySchedule
{
    const double JitterShare = 0.1;
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    static readonly TimeSpan[] Delays =
    [
        TimeSpan.Zero,
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>How often a delivery is tried.</summary>
    public static int MostTries => Delays.Length;

    /// <summary>
    /// How long after the try before it the nth is made (counted from 1), or null when there is none.
    /// <paramref name="chance"/> from 0 to 1 takes up to a tenth off or adds it, so that what failed together does not
    /// come back together.
    /// </summary>
    public static TimeSpan? Delay(int number, double chance) =>
        number > Delays.Length ? null : Delays[number - 1] * (1 + (JitterShare * ((2 * chance) - 1)));

    /// <summary>What follows from the outcome of the nth try that ended now.</summary>
    public static Verdict After(TryOutcome outcome, int number, double chance, DateTimeOffset now)
    {
        if (outcome.IsSuccess) return new Verdict.Delivered();
        if (outcome.IsGone) return new Verdict.GiveUp();
        if (Delay(number + 1, chance) is not { } delay) return new Verdict.GiveUp();
        var due = now + delay;
        var wanted = (outcome as TryOutcome.Answered)?.RetryAfter ?? due;
        return new Verdict.Again(Later(due, Sooner(wanted, now + LongestRetryAfter)));
    }

    /// <summary>
    /// When a Retry-After header asks to be come back to (RFC 9110, 10.2.3): a number of seconds or a date. Null where
    /// it is neither.
    /// </summary>
    public static DateTimeOffset? RetryAfter(string header, DateTimeOffset now)
    {
        if (header.Length > 0 && header.All(char.IsAsciiDigit))
            return int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? now + TimeSpan.FromSeconds(seconds)
                : now + LongestRetryAfter;
        return DateTimeOffset.TryParseExact(
            header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
    }

    static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    static DateTimeOffset Sooner(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
