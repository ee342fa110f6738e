namespace Railyard.Core.Routing;

/// <summary>How far two amounts may be apart and still count as the same: as far as the wider of both bounds.</summary>
/// <param name="MinorUnits">So many minor units.</param>
/// <param name="PerMille">So many thousandths of what was expected, rounded down to the minor unit.</param>
public sealed record Tolerance(long MinorUnits, int PerMille)
{
    const int Thousand = 1_000;

    /// <summary>To the last cent.</summary>
    public static readonly Tolerance None = new(0, 0);

    /// <summary>How far from that amount, in its minor units.</summary>
    public Int128 Of(Int128 expected) => Int128.Max(MinorUnits, Int128.Abs(expected) * PerMille / Thousand);
}

/// <summary>The time of day until which an acquirer takes what it still counts to the same business day.</summary>
/// <param name="At">On its own clock.</param>
/// <param name="Zone">Where that clock hangs.</param>
public sealed record CutOff(TimeOnly At, TimeZoneInfo Zone)
{
    /// <summary>The business day that it counts a moment to: after the cut-off, or on a closed day, the next one.</summary>
    public DateOnly BusinessDayOf(DateTimeOffset moment, BusinessCalendar calendar)
    {
        var local = TimeZoneInfo.ConvertTime(moment, Zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        return calendar.OnOrAfter(TimeOnly.FromDateTime(local.DateTime) < At ? day : day.AddDays(1));
    }

    /// <summary>
    /// The moment of the cut-off on that day. Where the clock is put forward over it, it is an hour later; where it is put
    /// back, the second of both counts, so that nobody is hurried.
    /// </summary>
    public DateTimeOffset On(DateOnly day)
    {
        var local = day.ToDateTime(At);
        if (Zone.IsInvalidTime(local)) local = local.AddHours(1);
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Min() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}

/// <summary>What is agreed with an acquirer about its settlement files.</summary>
public sealed record SettlementTerms
{
    static readonly TimeSpan UsualGrace = TimeSpan.FromHours(24);

    /// <summary>To the cent, on the same day, without a cut-off.</summary>
    public static readonly SettlementTerms Usual = new();

    /// <summary>How many business days after the one it counts an operation to its file must have it.</summary>
    public int BusinessDays { get; init; }

    /// <summary>When its business day ends; null where it counts from the moment itself.</summary>
    public CutOff? CutOff { get; init; }

    /// <summary>When it works.</summary>
    public BusinessCalendar Calendar { get; init; } = BusinessCalendar.Weekends;

    /// <summary>How long after that its file may still be on its way: then what is in none of its files is missing.</summary>
    public TimeSpan Grace { get; init; } = UsualGrace;

    /// <summary>How far an amount may be off.</summary>
    public Tolerance Amounts { get; init; } = Tolerance.None;

    /// <summary>How far a fee may be off.</summary>
    public Tolerance Fees { get; init; } = Tolerance.None;

    /// <summary>How many days a line may be booked before or after its operation, where no reference of it is known.</summary>
    public int WindowDays { get; init; } = 60;

    /// <summary>When a file must have what the acquirer took at that moment; not before that moment itself.</summary>
    public DateTimeOffset OverdueAfter(DateTimeOffset taken)
    {
        if (CutOff is { } cutOff) return cutOff.On(Calendar.After(cutOff.BusinessDayOf(taken, Calendar), BusinessDays));
        if (BusinessDays == 0) return taken;
        var day = DateOnly.FromDateTime(taken.UtcDateTime);
        return taken.AddDays(Calendar.After(day, BusinessDays).DayNumber - day.DayNumber);
    }
}
