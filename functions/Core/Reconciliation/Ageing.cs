namespace Railyard.Core.Reconciliation;

/// <summary>For how long something has been open.</summary>
public enum AgeBucket { UpToOneDay, TwoToSevenDays, EightToThirtyDays, OverThirtyDays }

/// <summary>Ages as lists and summaries show them.</summary>
public static class Ageing
{
    const int NewDays = 2;
    const int RecentDays = 8;
    const int OldDays = 31;

    /// <summary>The bucket by whole days, each of 24 hours, since it was found.</summary>
    public static AgeBucket BucketOf(DateTimeOffset foundAt, DateTimeOffset now) => (now - foundAt).Days switch
    {
        < NewDays => AgeBucket.UpToOneDay,
        < RecentDays => AgeBucket.TwoToSevenDays,
        < OldDays => AgeBucket.EightToThirtyDays,
        _ => AgeBucket.OverThirtyDays,
    };

    /// <summary>
    /// When what is in that bucket was found: from the first moment on, before the second; null where there is no bound.
    /// </summary>
    public static (DateTimeOffset? From, DateTimeOffset? Before) FoundIn(AgeBucket bucket, DateTimeOffset now) => bucket switch
    {
        AgeBucket.UpToOneDay => (DaysAgo(now, NewDays), null),
        AgeBucket.TwoToSevenDays => (DaysAgo(now, RecentDays), DaysAgo(now, NewDays)),
        AgeBucket.EightToThirtyDays => (DaysAgo(now, OldDays), DaysAgo(now, RecentDays)),
        AgeBucket.OverThirtyDays => (null, DaysAgo(now, OldDays)),
    };

    // A tick later: what is exactly so old is in the older bucket.
    static DateTimeOffset DaysAgo(DateTimeOffset now, int days) => now.AddDays(-days).AddTicks(1);
}
