using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>
/// A program as one chain of comparisons, each of which says where to go on when it holds and when it does not: all, any
/// and not are only where the arrows lead. So a decision walks through flat arrays and allocates nothing.
/// </summary>
public sealed class CompiledProgram
{
    enum Key : byte
    {
        Amount, Currency, Brand, Bin, IssuerCountry, CardType, Capture, Initiator, Metadata, TimeOfDay, DayOfWeek,
    }

    /// <summary>A comparison with some of the numbers (of metadata: texts). An arrow below zero is an end: the complement of a rule's place.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Comparison(Key Key, int From, int Count, int OnTrue, int OnFalse);

    const int BinDigits = 8;
    const int MinutesOfDay = 24 * 60;

    // A program is compiled once, however many payments it decides, and forgotten with it.
    static readonly ConditionalWeakTable<RoutingProgram, CompiledProgram> Known = [];

    readonly List<Comparison> emitted = [];
    readonly List<long> emittedNumbers = [];
    readonly List<string> emittedTexts = [];
    readonly Comparison[] comparisons;
    readonly long[] numbers;
    readonly string[] texts;
    readonly int start;

    CompiledProgram(RoutingProgram program)
    {
        // From the end, so that every arrow leads to what is there already.
        start = ~program.Rules.Count;
        for (var place = program.Rules.Count - 1; place >= 0; place--)
            start = Emit(program.Rules[place].When, ~place, start);
        (comparisons, numbers, texts) = ([.. emitted], [.. emittedNumbers], [.. emittedTexts]);
        Reasons = [.. program.Rules.Select(rule => RouteReasons.Of(rule.Name)), RouteReasons.Otherwise];
    }

    /// <summary>Why an acquirer stands where it stands, by the place of the rule; the last is for where none matches.</summary>
    internal IReadOnlyList<RouteReasons> Reasons { get; }

    /// <summary>That program, compiled.</summary>
    public static CompiledProgram Of(RoutingProgram program) => Known.GetValue(program, static one => new CompiledProgram(one));

    /// <summary>The place of the first rule that matches, counted from 0; the number of rules where none does.</summary>
    public int Match(PaymentFacts facts)
    {
        var at = start;
        while (at >= 0)
        {
            ref readonly var comparison = ref comparisons[at];
            at = Holds(in comparison, facts) ? comparison.OnTrue : comparison.OnFalse;
        }
        return ~at;
    }

    bool Holds(in Comparison comparison, PaymentFacts facts) => comparison.Key switch
    {
        Key.Amount => IsAmount(comparison.From, facts.Amount),
        Key.Currency => IsOneOf(in comparison, Number(facts.Amount.Currency.Code)),
        Key.Brand => IsIn(comparison.From, (int)facts.Brand),
        Key.Bin => IsBin(in comparison, facts.Bin),
        Key.IssuerCountry => facts.IssuerCountry is { } country && IsOneOf(in comparison, Number(country)),
        Key.CardType => IsIn(comparison.From, (int)(facts.CardType ?? CardType.Unknown)),
        Key.Capture => IsIn(comparison.From, (int)facts.Capture),
        Key.Initiator => IsIn(comparison.From, (int)facts.Initiator),
        Key.Metadata => IsNoted(in comparison, facts.Metadata),
        Key.TimeOfDay => IsTime(comparison.From, facts.At),
        Key.DayOfWeek => IsIn(comparison.From + 1, (int)Local(facts.At, numbers[comparison.From]).DayOfWeek),
    };

    bool IsAmount(int from, Money amount) =>
        Number(amount.Currency.Code) == numbers[from]
        && amount.MinorUnits >= numbers[from + 1] && amount.MinorUnits <= numbers[from + 2];

    bool IsOneOf(in Comparison comparison, long value) =>
        numbers.AsSpan(comparison.From, comparison.Count).Contains(value);

    bool IsIn(int mask, int value) => (numbers[mask] & (1L << value)) != 0;

    bool IsBin(in Comparison comparison, string bin)
    {
        var (first, last) = (Bin(bin, '0'), Bin(bin, '9'));
        for (var at = comparison.From; at < comparison.From + comparison.Count; at += 2)
            if (first >= numbers[at] && last <= numbers[at + 1]) return true;
        return false;
    }

    bool IsNoted(in Comparison comparison, IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(texts[comparison.From], out var noted)
        && texts.AsSpan(comparison.From + 1, comparison.Count - 1).Contains(noted);

    bool IsTime(int from, DateTimeOffset at)
    {
        var minute = (int)Local(at, numbers[from]).TimeOfDay.TotalMinutes;
        var (first, end) = (numbers[from + 1], numbers[from + 2]);
        return first < end ? minute >= first && minute < end : minute >= first || minute < end;
    }

    static DateTime Local(DateTimeOffset at, long offsetMinutes) => at.UtcDateTime.AddTicks(offsetMinutes * TimeSpan.TicksPerMinute);

    int Emit(Condition condition, int onTrue, int onFalse) => condition switch
    {
        Condition.All all => EmitAll(all.Of, onTrue, onFalse),
        Condition.Any any => EmitAny(any.Of, onTrue, onFalse),
        Condition.Not not => Emit(not.Of, onFalse, onTrue),
        Condition.AmountWithin one => Add(Key.Amount, [Number(one.Currency.Code), one.Least, one.Most], onTrue, onFalse),
        Condition.CurrencyIn one => Add(Key.Currency, [.. one.Currencies.Select(each => Number(each.Code))], onTrue, onFalse),
        Condition.BrandIn one => Add(Key.Brand, [Mask(one.Brands.Select(each => (int)each))], onTrue, onFalse),
        Condition.BinWithin one =>
            Add(Key.Bin, [.. one.Ranges.SelectMany(each => new[] { Bin(each.From, '0'), Bin(each.To, '9') })], onTrue, onFalse),
        Condition.IssuerCountryIn one => Add(Key.IssuerCountry, [.. one.Countries.Select(Number)], onTrue, onFalse),
        Condition.CardTypeIn one => Add(Key.CardType, [Mask(one.CardTypes.Select(each => (int)each))], onTrue, onFalse),
        Condition.CaptureIn one => Add(Key.Capture, [Mask(one.Captures.Select(each => (int)each))], onTrue, onFalse),
        Condition.InitiatorIn one => Add(Key.Initiator, [Mask(one.Initiators.Select(each => (int)each))], onTrue, onFalse),
        Condition.MetadataIn one => AddTexts([one.Name, .. one.Values], onTrue, onFalse),
        Condition.TimeOfDay one =>
            Add(Key.TimeOfDay, [one.OffsetMinutes, one.FromMinute % MinutesOfDay, one.UntilMinute], onTrue, onFalse),
        Condition.DayOfWeekIn one =>
            Add(Key.DayOfWeek, [one.OffsetMinutes, Mask(one.Days.Select(each => (int)each))], onTrue, onFalse),
        _ => throw new UnreachableException(),
    };

    int EmitAll(IReadOnlyList<Condition> conditions, int onTrue, int onFalse)
    {
        for (var place = conditions.Count - 1; place >= 0; place--) onTrue = Emit(conditions[place], onTrue, onFalse);
        return onTrue;
    }

    int EmitAny(IReadOnlyList<Condition> conditions, int onTrue, int onFalse)
    {
        for (var place = conditions.Count - 1; place >= 0; place--) onFalse = Emit(conditions[place], onTrue, onFalse);
        return onFalse;
    }

    int Add(Key key, long[] compared, int onTrue, int onFalse)
    {
        emitted.Add(new Comparison(key, emittedNumbers.Count, compared.Length, onTrue, onFalse));
        emittedNumbers.AddRange(compared);
        return emitted.Count - 1;
    }

    int AddTexts(string[] compared, int onTrue, int onFalse)
    {
        emitted.Add(new Comparison(Key.Metadata, emittedTexts.Count, compared.Length, onTrue, onFalse));
        emittedTexts.AddRange(compared);
        return emitted.Count - 1;
    }

    static long Mask(IEnumerable<int> values) => values.Aggregate(0L, (mask, value) => mask | (1L << value));

    // A short code as a number: its characters, each a byte.
    static long Number(string code)
    {
        var number = 0L;
        foreach (var one in code) number = (number << 8) | (byte)one;
        return number;
    }

    static long Bin(string digits, char rest)
    {
        var number = 0L;
        for (var place = 0; place < BinDigits; place++)
            number = (number * 10) + ((place < digits.Length ? digits[place] : rest) - '0');
        return number;
    }
}
