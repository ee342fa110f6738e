namespace Railyard.Core.Settlement;

/// <summary>
/// Reads the slots of one record and keeps the first fault it meets; after one, what it returns is void.
/// </summary>
ref struct SlotReader(CsvRecord record)
{
    readonly CsvRecord record = record;

    /// <summary>The first slot that could not be read.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>A currency, in capitals or not.</summary>
    public Currency Currency(Slot at, string name)
    {
        var code = at.In(record);
        Span<char> chars = stackalloc char[3];
        var isCode = code.Length == chars.Length && System.Text.Ascii.ToUtf16(code, chars, out _) == default;
        for (var i = 0; i < chars.Length; i++) chars[i] = char.ToUpperInvariant(chars[i]);
        var found = isCode ? Core.Currency.Find(chars) : null;
        Require(found is not null, at, name, "an ISO 4217 currency code");
        return found.GetValueOrDefault();
    }

    /// <summary>An amount and its direction; null where the layout has none there.</summary>
    public Movement? Amount(AmountSlots slots, string name, LayoutNumbers numbers, Currency currency, Direction? ofType)
    {
        if (Fault is not null || slots.Signs == AmountSigns.Absent) return null;
        var (amount, isNegative) = Number(slots.At, name, numbers, currency);
        return slots.Signs switch
        {
            AmountSigns.Signed => Moved(amount, isNegative),
            AmountSigns.Sided => Sided(amount, Number(slots.Other, name, numbers, currency).Amount, slots, name),
            AmountSigns.Marked => Moved(amount, slots.Other.In(record).SequenceEqual(slots.Debit) != isNegative),
            // An unknown type says no direction; the line is a discrepancy whichever way it goes.
            AmountSigns.ByType => Moved(amount, ofType == Direction.Debit != isNegative),
            AmountSigns.Absent => null,
        };
    }

    /// <summary>A rate; null where it is empty.</summary>
    public ExchangeRate? Rate(Slot at, string name)
    {
        if (at.In(record).IsEmpty) return null;
        var rate = ExchangeRate.Read(at.In(record));
        Require(rate is not null, at, name, "a rate above zero");
        return rate;
    }

    /// <summary>A reference in UTF-8.</summary>
    public ReadOnlySpan<byte> Reference(Slot at, string name, string tooLong)
    {
        Require(at.In(record).Length <= SettlementLine.LongestReference, at, name, tooLong);
        return Fault is null ? at.Utf8(record) : default;
    }

    public void Require(bool holds, Slot at, string name, string expected)
    {
        if (!holds) Fail(at, name, expected);
    }

    /// <summary>The first fault counts: what follows from it would only mislead.</summary>
    public void Fail(Slot at, string name, string expected) => Fault ??= new(name, expected, at.Shown(record));

    (Money Amount, bool IsNegative) Number(Slot at, string name, LayoutNumbers numbers, Currency currency)
    {
        if (Fault is not null) return default;
        if (LayoutNumber.Read(at.In(record), numbers, currency) is { } number) return number;
        Fail(at, name, $"an amount ({currency})");
        return (Money.Zero(currency), false);
    }

    Movement? Sided(Money debit, Money credit, AmountSlots slots, string name)
    {
        if (Fault is not null) return null;
        Require(debit.IsZero || credit.IsZero, slots.At, name, "a debit or a credit, not both");
        return debit.IsZero ? Moved(credit, isDebit: false) : Moved(debit, isDebit: true);
    }

    static Movement Moved(Money amount, bool isDebit) => new(amount, isDebit && !amount.IsZero ? Direction.Debit : Direction.Credit);
}
