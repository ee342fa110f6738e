using System.Globalization;
using System.Text.RegularExpressions;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>Reads conditions: each an object with one member, whose name says what is compared.</summary>
sealed partial class ConditionReader
{
    const int MostInAProgram = 500;
    const int MostInAList = 50;
    const int MostValues = 100;
    const int LongestText = 500;
    const int LongestMetadataName = 40;
    const int LongestCode = 3;
    const int LongestBinRange = 17;
    const int LongestTime = 6;
    const long LargestAmount = 999_999_999_999;
    const int MinutesOfHour = 60;
    const int LargestOffset = 14 * MinutesOfHour;

    const string Names =
        "all, any, not, amount, currency, brand, bin, issuer_country, card_type, capture, initiator, metadata, time_of_day or day_of_week";

    static readonly IReadOnlyDictionary<string, CardBrand> Brands = Json.Words<CardBrand>();
    static readonly IReadOnlyDictionary<string, CardType> CardTypes = Json.Words<CardType>();
    static readonly IReadOnlyDictionary<string, CaptureMode> Captures = Json.Words<CaptureMode>();
    static readonly IReadOnlyDictionary<string, Initiator> Initiators = Json.Words<Initiator>();
    static readonly IReadOnlyDictionary<string, DayOfWeek> Days = Json.Words<DayOfWeek>();

    int count;

    /// <summary>The condition, or null where something is wrong with it.</summary>
    public Condition? Read(Members? condition)
    {
        if (condition is null) return null;
        if (++count > MostInAProgram)
            return condition.WrongWhole<Condition>("too_many", $"A program has at most {MostInAProgram} conditions.");
        return condition.OnlyName() switch
        {
            "all" => ReadList(condition, "all") is { } all ? new Condition.All(all) : null,
            "any" => ReadList(condition, "any") is { } any ? new Condition.Any(any) : null,
            "not" => Read(condition.Object("not", isRequired: true)) is { } not ? new Condition.Not(not) : null,
            "amount" => ReadAmount(condition.Object("amount", isRequired: true)),
            "currency" => ReadCurrencies(condition),
            "brand" => condition.ListOf("brand", Brands, isRequired: true) is { } some ? new Condition.BrandIn(some) : null,
            "bin" => ReadBins(condition),
            "issuer_country" => ReadCountries(condition),
            "card_type" => condition.ListOf("card_type", CardTypes, isRequired: true) is { } some ? new Condition.CardTypeIn(some) : null,
            "capture" => condition.ListOf("capture", Captures, isRequired: true) is { } some ? new Condition.CaptureIn(some) : null,
            "initiator" => condition.ListOf("initiator", Initiators, isRequired: true) is { } some ? new Condition.InitiatorIn(some) : null,
            "metadata" => ReadMetadata(condition.Object("metadata", isRequired: true)),
            "time_of_day" => ReadTimes(condition.Object("time_of_day", isRequired: true)),
            "day_of_week" => ReadDays(condition.Object("day_of_week", isRequired: true)),
            null => condition.WrongWhole<Condition>("not_one_member", $"It must have one member: {Names}."),
            _ => condition.WrongWhole<Condition>("unknown_condition", $"It must be {Names}."),
        };
    }

    List<Condition>? ReadList(Members condition, string name)
    {
        if (condition.Objects(name, MostInAList, isRequired: true) is not { } list) return null;
        if (list.Count == 0) return condition.Wrong<List<Condition>>(name, "wrong_length", $"It must have 1 to {MostInAList} entries.");
        var read = list.Select(Read).ToList();
        return read.Contains(null) ? null : [.. read.OfType<Condition>()];
    }

    static Condition.AmountWithin? ReadAmount(Members? amount)
    {
        if (amount is null) return null;
        var currency = amount.Text("currency", LongestCode, isRequired: true);
        var least = amount.Integer("at_least", 0, LargestAmount);
        var most = amount.Integer("at_most", 0, LargestAmount);
        amount.RefuseOthers();
        if (currency is null) return null;
        if (Currency.Find(currency) is not { } known)
            return amount.Wrong<Condition.AmountWithin>("currency", "unknown_currency", "It must be an ISO 4217 code in capitals, such as EUR.");
        return least is null && most is null
            ? amount.WrongWhole<Condition.AmountWithin>("required", "It must have at_least, at_most or both.")
            : new Condition.AmountWithin(known, least ?? 0, most ?? LargestAmount);
    }

    static Condition.CurrencyIn? ReadCurrencies(Members condition)
    {
        if (condition.Strings("currency", MostValues, LongestCode, isRequired: true) is not { } codes) return null;
        var found = codes.Select(code => Currency.Find(code)).OfType<Currency>().ToList();
        return found.Count == codes.Count
            ? new Condition.CurrencyIn(found)
            : condition.Wrong<Condition.CurrencyIn>("currency", "unknown_currency", "Each must be an ISO 4217 code in capitals, such as EUR.");
    }

    static Condition.BinWithin? ReadBins(Members condition)
    {
        if (condition.Strings("bin", MostValues, LongestBinRange, isRequired: true) is not { } texts) return null;
        var ranges = texts.Select(ReadBin).OfType<BinRange>().ToList();
        return ranges.Count == texts.Count
            ? new Condition.BinWithin(ranges)
            : condition.Wrong<Condition.BinWithin>(
                "bin", "invalid_bin", "Each must be 6 to 8 digits such as 411111, or two of them such as 411111-411119, the lower first.");
    }

    static BinRange? ReadBin(string text)
    {
        if (!BinRangeText().IsMatch(text)) return null;
        var (from, to) = text.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? (text[..dash], text[(dash + 1)..]) : (text, text);
        return from.Length == to.Length && string.CompareOrdinal(from, to) <= 0 ? new BinRange(from, to) : null;
    }

    static Condition.IssuerCountryIn? ReadCountries(Members condition)
    {
        if (condition.Strings("issuer_country", MostValues, LongestCode, isRequired: true) is not { } codes) return null;
        return codes.All(CountryCode().IsMatch)
            ? new Condition.IssuerCountryIn(codes)
            : condition.Wrong<Condition.IssuerCountryIn>("issuer_country", "unknown_country", "Each must be an ISO 3166 code in capitals, such as DE.");
    }

    static Condition.MetadataIn? ReadMetadata(Members? metadata)
    {
        if (metadata is null) return null;
        var name = metadata.Text("name", LongestMetadataName, isRequired: true);
        var values = metadata.Strings("one_of", MostValues, LongestText, isRequired: true);
        metadata.RefuseOthers();
        return name is null || values is null ? null : new Condition.MetadataIn(name, values);
    }

    static Condition.TimeOfDay? ReadTimes(Members? times)
    {
        if (times is null) return null;
        var (offset, from, until) = (ReadOffset(times), ReadTime(times, "from"), ReadTime(times, "until"));
        times.RefuseOthers();
        if (offset is null || from is null || until is null) return null;
        return from == until
            ? times.Wrong<Condition.TimeOfDay>("until", "out_of_range", "It must differ from from.")
            : new Condition.TimeOfDay(offset.Value, from.Value, until.Value);
    }

    static Condition.DayOfWeekIn? ReadDays(Members? days)
    {
        if (days is null) return null;
        var offset = ReadOffset(days);
        var read = days.ListOf("one_of", Days, isRequired: true);
        days.RefuseOthers();
        return offset is null || read is null ? null : new Condition.DayOfWeekIn(offset.Value, read);
    }

    // An offset and not the name of a zone: what a zone's clocks show is decided anew every year, and a decision must stay.
    static int? ReadOffset(Members members)
    {
        if (members.Text("utc_offset", LongestTime, isRequired: true) is not { } text) return null;
        if (text[0] is '+' or '-' && Minutes(text.AsSpan(1)) is { } minutes and <= LargestOffset)
            return text[0] == '-' ? -minutes : minutes;
        members.Wrong<string>("utc_offset", "invalid_offset", "It must be an offset from UTC such as +01:00.");
        return null;
    }

    static int? ReadTime(Members members, string name)
    {
        if (members.Text(name, LongestTime, isRequired: true) is not { } text) return null;
        if (Minutes(text) is { } minutes) return minutes;
        members.Wrong<string>(name, "invalid_time", "It must be a time such as 08:30.");
        return null;
    }

    static int? Minutes(ReadOnlySpan<char> text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (time.Hour * MinutesOfHour) + time.Minute
            : null;

    [GeneratedRegex("^[0-9]{6,8}(-[0-9]{6,8})?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex BinRangeText();

    [GeneratedRegex("^[A-Z]{2}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex CountryCode();
}
