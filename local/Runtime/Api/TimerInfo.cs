namespace Microsoft.Azure.Functions.Worker;

/// <summary>When a schedule ran and runs, in UTC.</summary>
public class ScheduleStatus
{
    public ScheduleStatus() { }

    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}

/// <summary>What a timer-triggered function is told.</summary>
public class TimerInfo
{
    public TimerInfo() { }

    public ScheduleStatus? ScheduleStatus { get; set; }

    public bool IsPastDue { get; set; }
}
