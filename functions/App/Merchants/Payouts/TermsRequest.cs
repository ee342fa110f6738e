using System.Globalization;
using System.Text.Json;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Merchants.Payouts;

/// <summary>The body of PUT /ops/v1/merchants/{id}/payout-terms.</summary>
static class TermsRequest
{
    const int MostCurrencies = 30;
    const int MostLines = 50;
    const int LongestHold = 200;
    const int LongestName = 70;
    const int LongestIban = 42;
    const int LongestBic = 11;
    const int LongestZone = 64;
    const int DateLength = 10;
    const long MostMinorUnits = 1_000_000_000_000;

    static readonly IReadOnlyDictionary<string, CardBrand> Brands = Json.Words<CardBrand>();
    static readonly IReadOnlyDictionary<string, PayoutInterval> Intervals = Json.Words<PayoutInterval>();
    static readonly IReadOnlyDictionary<string, DayOfWeek> Weekdays = Json.Words<DayOfWeek>();
    static readonly IReadOnlyDictionary<string, bool> Pricings =
        new Dictionary<string, bool> { ["blended"] = false, ["interchange_plus_plus"] = true };
    static readonly IReadOnlyDictionary<string, bool> Reserves = new Dictionary<string, bool> { ["rolling"] = true, ["fixed"] = false };

    /// <summary>The terms, or everything that is wrong with them.</summary>
    public static (MerchantTerms? Terms, IReadOnlyList<FieldError> Errors) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var currencies = (members.Objects("currencies", MostCurrencies, isRequired: true) ?? []).Select(Currency).ToList();
        var hold = members.Text("hold", LongestHold);
        members.RefuseOthers();
        if (errors.Count == 0 && currencies.Select(one => one!.Currency).Distinct().Count() != currencies.Count)
            members.Wrong<string>("currencies", "duplicate_currency", "It must name each currency once.");
        return errors.Count > 0 ? (null, errors) : (new MerchantTerms([.. currencies.Select(one => one!)], hold), errors);
    }

    static PayoutTerms? Currency(Members members)
    {
        var code = members.Text("currency", 3, isRequired: true);
        var currency = code is null ? null : Core.Currency.Find(code)
            ?? members.WrongValue<Currency>("currency", "unknown_currency", "It must be an ISO 4217 code in capitals.");
        var account = Account(members.Object("account", isRequired: true));
        var schedule = Schedule(members.Object("schedule", isRequired: true));
        var fees = Fees(members.Object("fees", isRequired: true));
        var reserve = Reserve(members.Object("reserve"));
        var minimum = members.Integer("minimum_payout", 0, MostMinorUnits) ?? 0;
        members.RefuseOthers();
        if (currency is null || account is null || schedule is null || fees is null) return null;
        return new PayoutTerms
        {
            Currency = currency.Value,
            Account = account,
            Schedule = schedule,
            Fees = fees,
            Reserve = reserve,
            MinimumPayout = minimum,
        };
    }

    static MerchantAccount? Account(Members? members)
    {
        if (members is null) return null;
        var name = members.Text("name", LongestName, isRequired: true);
        var text = members.Text("iban", LongestIban, isRequired: true);
        var iban = text is null ? null : Iban.Read(text)
            ?? members.WrongValue<Iban>("iban", "invalid_iban", "It must be an IBAN with the length of its country and right check digits.");
        var code = members.Text("bic", LongestBic);
        var bic = code is null ? null : Bic.Read(code) ?? members.WrongValue<Bic>("bic", "invalid_bic", "It must have 8 or 11 characters of ISO 9362.");
        members.RefuseOthers();
        return name is null || iban is null ? null : new MerchantAccount(name, iban.Value, bic);
    }

    static PayoutSchedule? Schedule(Members? members)
    {
        if (members is null) return null;
        var interval = members.OneOf("interval", Intervals, isRequired: true);
        var weekday = members.OneOf("weekday", Weekdays, isRequired: interval == PayoutInterval.Weekly);
        var dayOfMonth = members.Integer("day_of_month", 1, 31, isRequired: interval == PayoutInterval.Monthly);
        var delay = members.Integer("delay_business_days", 0, PayoutSchedule.LongestDelay, isRequired: true);
        var cutOff = CutOff(members);
        var zone = Zone(members);
        var holidays = Holidays(members);
        members.RefuseOthers();
        if (interval is null || delay is null || cutOff is null || zone is null) return null;
        return new PayoutSchedule
        {
            Interval = interval.Value,
            Weekday = weekday ?? DayOfWeek.Monday,
            DayOfMonth = (int)(dayOfMonth ?? 1),
            DelayBusinessDays = (int)delay,
            CutOff = cutOff.Value,
            Zone = zone,
            Holidays = holidays,
        };
    }

    static TimeOnly? CutOff(Members members)
    {
        if (members.Text("cut_off", 5, isRequired: true) is not { } text) return null;
        return TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : members.WrongValue<TimeOnly>("cut_off", "invalid_time", "It must be a time of day such as 17:00.");
    }

    static string? Zone(Members members)
    {
        if (members.Text("time_zone", LongestZone, isRequired: true) is not { } text) return null;
        return TimeZoneInfo.TryFindSystemTimeZoneById(text, out _)
            ? text
            : members.Wrong<string>("time_zone", "unknown_time_zone", "It must be a zone of the IANA database such as Europe/Amsterdam.");
    }

    static List<DateOnly> Holidays(Members members)
    {
        var days = new List<DateOnly>();
        foreach (var text in members.Strings("holidays", PayoutSchedule.MostHolidays, DateLength) ?? [])
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) days.Add(day);
            else members.WrongValue<DateOnly>("holidays", "invalid_date", "Each must be a date such as 2026-12-24.");
        }
        return days;
    }

    static MerchantFees? Fees(Members? members)
    {
        if (members is null) return null;
        var isPlusPlus = members.OneOf("pricing", Pricings, isRequired: true);
        var lines = Lines(members, "lines", isRequired: true);
        var whereUnknown = Lines(members, "where_unknown", isRequired: isPlusPlus == true);
        var refund = members.Integer("refund", 0, MostMinorUnits) ?? 0;
        var chargeback = members.Integer("chargeback", 0, MostMinorUnits) ?? 0;
        var minimum = members.Integer("minimum", 0, MostMinorUnits) ?? 0;
        members.RefuseOthers();
        if (isPlusPlus is null || lines is null || (isPlusPlus.Value && whereUnknown is null)) return null;
        MerchantPricing pricing = isPlusPlus.Value
            ? new MerchantPricing.InterchangePlusPlus(lines, whereUnknown!)
            : new MerchantPricing.Blended(lines);
        return new MerchantFees(pricing, refund, chargeback, minimum);
    }

    static List<MerchantFeeLine>? Lines(Members members, string name, bool isRequired)
    {
        if (members.Objects(name, MostLines, isRequired) is not { } objects) return null;
        var lines = objects.Select(Line).ToList();
        if (lines is [.., { IsForAll: true }]) return lines;
        members.Wrong<string>(name, "no_line_for_all", "The last line must be for every card: without brand and region.");
        return null;
    }

    static MerchantFeeLine Line(Members members)
    {
        var brand = members.OneOf("brand", Brands);
        var region = members.Text("region", 3);
        if (region is not null && region != Regions.Eea && !(region.Length == 2 && region.All(char.IsAsciiLetterUpper)))
            members.Wrong<string>("region", "unknown_value", "It must be a country of ISO 3166-1 in two capitals, or EEA.");
        var basisPoints = members.Integer("basis_points", 0, BasisPoints.All, isRequired: true) ?? 0;
        var fixedPart = members.Integer("fixed", 0, MostMinorUnits) ?? 0;
        members.RefuseOthers();
        return new MerchantFeeLine(new Fee((int)basisPoints, fixedPart)) { Brand = brand, Region = region };
    }

    static ReserveTerms Reserve(Members? members)
    {
        if (members is null) return new ReserveTerms.None();
        var isRolling = members.OneOf("type", Reserves, isRequired: true);
        var share = (int)(members.Integer("basis_points", 1, BasisPoints.All, isRequired: true) ?? 0);
        var days = (int)(members.Integer("days", 1, ReserveTerms.MostDays, isRequired: isRolling == true) ?? 0);
        var cap = members.Integer("cap", 0, MostMinorUnits, isRequired: isRolling == false) ?? 0;
        members.RefuseOthers();
        return isRolling == true ? new ReserveTerms.Rolling(share, days) : new ReserveTerms.Fixed(share, cap);
    }
}
