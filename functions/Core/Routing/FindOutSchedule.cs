namespace Railyard.Core.Routing;

/// <summary>When to ask an acquirer again about an outcome that is unknown.</summary>
public static class FindOutSchedule
{
    static readonly TimeSpan GivesUpAfter = TimeSpan.FromHours(72);
    static readonly TimeSpan Afterwards = TimeSpan.FromHours(1);

    static readonly TimeSpan[] First =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    /// <summary>How often it asks before a person has to.</summary>
    public static int MostTimes { get; } = First.Length + (int)((GivesUpAfter - Total(First)) / Afterwards);

    /// <summary>How long to wait before asking for the nth time (counted from 1), or null when it is a person's turn.</summary>
    public static TimeSpan? Delay(int time) =>
        time > MostTimes ? null : time <= First.Length ? First[time - 1] : Afterwards;

    static TimeSpan Total(TimeSpan[] delays) => delays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay);
}
