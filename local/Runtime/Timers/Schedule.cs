using NCrontab;

namespace Railyard.Local.Runtime.Timers;

/// <summary>
/// When a timer runs: an NCRONTAB expression of six fields (or five), or a fixed interval; in UTC.
/// </summary>
internal sealed class Schedule
{
    const int FieldsWithSeconds = 6;
    const int OccurrencesToCompare = 5;
    static readonly TimeSpan ShortestMonitored = TimeSpan.FromMinutes(1);

    readonly CrontabSchedule? crontab;
    readonly TimeSpan interval;

    Schedule(CrontabSchedule? crontab, TimeSpan interval)
    {
        this.crontab = crontab;
        this.interval = interval;
    }

    public static Schedule? TryParse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        if (fields == 1 && TimeSpan.TryParse(text, out var interval) && interval > TimeSpan.Zero)
            return new Schedule(null, interval);
        var options = new CrontabSchedule.ParseOptions { IncludingSeconds = fields == FieldsWithSeconds };
        return CrontabSchedule.TryParse(text, options) is { } crontab ? new Schedule(crontab, default) : null;
    }

    public DateTime NextAfter(DateTime instant) => crontab?.GetNextOccurrence(instant) ?? instant + interval;

    /// <summary>The host keeps no record of schedules that run more than once a minute.</summary>
    public bool IsTooFrequentToMonitor(DateTime now)
    {
        for (var i = 0; i < OccurrencesToCompare; i++)
        {
            var first = NextAfter(now);
            now = NextAfter(first);
            if (now - first < ShortestMonitored) return true;
        }
        return false;
    }
}
