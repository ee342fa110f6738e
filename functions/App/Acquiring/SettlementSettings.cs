using System.Globalization;
using Microsoft.Extensions.Configuration;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>
/// What is agreed with an acquirer about its settlement files, as configured under <c>Acquirers:{name}:settlement</c>.
/// </summary>
sealed class SettlementSettings
{
    const int MostBusinessDays = 60;
    const int MostPerMille = 1_000;

    /// <summary>How many business days after it took an operation its file must have it: 0 to 60.</summary>
    public int BusinessDays { get; set; }

    /// <summary>Until when on its clock it counts what it takes to the same day, such as <c>18:00</c>; null for no cut-off.</summary>
    public string? CutOff { get; set; }

    /// <summary>Where that clock hangs, such as <c>Europe/Amsterdam</c> (tz database).</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>When it works: <c>weekends</c>, on every other day, or <c>target2</c>, also not on TARGET's six days.</summary>
    public string Calendar { get; set; } = "weekends";

    /// <summary>Days on which it does not work beside these, such as <c>2026-12-24</c>.</summary>
    public IReadOnlyList<string> Holidays { get; set; } = [];

    /// <summary>How long after it was due a file may still be on its way; a day, where nothing is said.</summary>
    public TimeSpan? Grace { get; set; }

    /// <summary>How far an amount may be off, in minor units.</summary>
    public long AmountToleranceMinorUnits { get; set; }

    /// <summary>How far an amount may be off, in thousandths.</summary>
    public int AmountTolerancePerMille { get; set; }

    /// <summary>How far a fee may be off, in minor units.</summary>
    public long FeeToleranceMinorUnits { get; set; }

    /// <summary>How far a fee may be off, in thousandths.</summary>
    public int FeeTolerancePerMille { get; set; }

    /// <summary>How many days apart a line and what it may be about may be, where no reference says so.</summary>
    public int? WindowDays { get; set; }

    /// <summary>What an acquirer's section says of it; to the cent and at once, where it says nothing.</summary>
    public static SettlementTerms Read(IConfigurationSection acquirer)
    {
        var section = acquirer.GetSection("settlement");
        return section.Get<SettlementSettings>()?.Terms(section.Path) ?? SettlementTerms.Usual;
    }

    /// <summary>The terms that this says.</summary>
    /// <exception cref="InvalidOperationException">It says something that cannot be.</exception>
    SettlementTerms Terms(string path)
    {
        if (BusinessDays is < 0 or > MostBusinessDays) throw Unusable(path, "businessDays", $"0 to {MostBusinessDays}");
        if (Grace < TimeSpan.Zero) throw Unusable(path, "grace", "a time of at least nothing");
        if (WindowDays < 0) throw Unusable(path, "windowDays", "at least 0");
        return SettlementTerms.Usual with
        {
            BusinessDays = BusinessDays,
            CutOff = CutOff is null ? null : new CutOff(Time(path), Zone(path)),
            Calendar = Days(path),
            Grace = Grace ?? SettlementTerms.Usual.Grace,
            Amounts = Tolerance(path, "amountTolerance", AmountToleranceMinorUnits, AmountTolerancePerMille),
            Fees = Tolerance(path, "feeTolerance", FeeToleranceMinorUnits, FeeTolerancePerMille),
            WindowDays = WindowDays ?? SettlementTerms.Usual.WindowDays,
        };
    }

    static Tolerance Tolerance(string path, string name, long minorUnits, int perMille) =>
        minorUnits >= 0 && perMille is >= 0 and <= MostPerMille
            ? new Tolerance(minorUnits, perMille)
            : throw Unusable(path, name, $"at least 0 minor units and 0 to {MostPerMille} per mille");

    TimeOnly Time(string path) => TimeOnly.TryParseExact(CutOff, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        ? time
        : throw Unusable(path, "cutOff", "a time of day such as 18:00");

    TimeZoneInfo Zone(string path) => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone)
        ? zone
        : throw Unusable(path, "timeZone", "a zone of the tz database such as Europe/Amsterdam");

    BusinessCalendar Days(string path)
    {
        var calendar = Calendar switch
        {
            "weekends" => BusinessCalendar.Weekends,
            "target2" => BusinessCalendar.Target,
            _ => throw Unusable(path, "calendar", "weekends or target2"),
        };
        return calendar with { Holidays = Holidays.Select(day => Day(path, day)).ToHashSet() };
    }

    static DateOnly Day(string path, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw Unusable(path, "holidays", "days such as 2026-12-24");

    static InvalidOperationException Unusable(string path, string name, string expected) =>
        new($"{path}:{name} must be {expected}.");
}
