namespace Railyard.Core.Reconciliation.Bank;

/// <summary>The days on which money is moved between banks.</summary>
public static class BankDays
{
    /// <summary>That many working days later, weekends left out.</summary>
    /// <param name="from">The day that is not counted.</param>
    /// <param name="days">Zero or more.</param>
    public static DateOnly After(DateOnly from, int days)
    {
        var day = from;
        for (var counted = 0; counted < days;)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) counted++;
        }
        return day;
    }
}
