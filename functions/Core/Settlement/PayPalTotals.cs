namespace Railyard.Core.Settlement;

/// <summary>What the rows of a section or a report come to, to be held against its footers.</summary>
sealed class PayPalTotals
{
    const int CurrencyPlace = 1;
    const int FirstTotal = 2;
    const int Totals = 4;
    const int FirstBalance = FirstTotal + Totals;
    const int Balances = 4;
    const int Decimals = 2;

    /// <summary>Currencies that are counted; a file with more does not know them either.</summary>
    const int MostCurrencies = 512;

    readonly SortedDictionary<string, Sums> byCurrency = new(StringComparer.Ordinal);

    /// <summary>Rows of the body, also those that could not be read.</summary>
    public long Lines { get; private set; }

    public void AddLine() => Lines++;

    public void Add(Movement gross, Movement? fee)
    {
        if (!byCurrency.TryGetValue(gross.Amount.Currency.Code, out var sums))
        {
            if (byCurrency.Count >= MostCurrencies) return;
            byCurrency[gross.Amount.Currency.Code] = sums = new();
        }
        sums.Gross.Add(gross);
        if (fee is { } charged) sums.Fees.Add(charged);
    }

    public void Clear()
    {
        byCurrency.Clear();
        Lines = 0;
    }

    /// <summary>Holds a footer against the rows of its currency.</summary>
    public ParsedRecord Hold(in CsvRecord record, string batch, bool isWhole)
    {
        if (record.Count < FirstBalance) return new(new("footer", $"at least {FirstBalance} fields", $"{record.Count} fields"));
        var fields = new FieldReader(record);
        var currency = fields.CurrencyOfAnyCase(CurrencyPlace, "currency");
        if (fields.Fault is not null) return new(fields.Fault);
        Span<Int128> stated = stackalloc Int128[Totals];
        for (var i = 0; i < Totals; i++)
        {
            if (Amount(record, FirstTotal + i, currency) is not { } total) return Unreadable(record, FirstTotal + i, "a total");
            stated[i] = total;
        }
        var sums = byCurrency.GetValueOrDefault(currency.Code) ?? new();
        sums.IsHeld = true;
        if (!isWhole) return new(null, []);
        var checks = new List<ControlCheck>
        {
            Check(batch, currency, "gross credits", sums.Gross.Credits, stated[0]),
            Check(batch, currency, "gross debits", sums.Gross.Debits, stated[1]),
        };
        // Some reports print the debits of the fees first.
        var isSwapped = sums.Fees.Credits == stated[3] && sums.Fees.Debits == stated[2];
        checks.Add(Check(batch, currency, "fee credits", sums.Fees.Credits, isSwapped ? stated[3] : stated[2]));
        checks.Add(Check(batch, currency, "fee debits", sums.Fees.Debits, isSwapped ? stated[2] : stated[3]));
        return HoldBalances(record, batch, currency, sums, checks);
    }

    /// <summary>Currencies of rows that no footer was about.</summary>
    public IEnumerable<ControlCheck> NotHeld(string batch)
    {
        foreach (var (currency, sums) in byCurrency)
            if (!sums.IsHeld) yield return new(ControlRule.Structure, batch, $"SF for {currency}", "none");
    }

    /// <summary>A number without sign; null where it is none.</summary>
    public static long? Number(in CsvRecord record, int place) =>
        place < record.Count && Digits(record[place]) is { } number && number <= long.MaxValue ? (long)number : null;

    public static ParsedRecord Unreadable(in CsvRecord record, int place, string expected) =>
        new(new($"field {place + 1}", expected, place < record.Count ? record.Shown(place) : "none"));

    // Available and payable balance together: what is withdrawn goes from the one to the other first.
    static ParsedRecord HoldBalances(in CsvRecord record, string batch, Currency currency, Sums sums, List<ControlCheck> checks)
    {
        if (record.Count < FirstBalance + 2 * Balances) return new(null, checks);
        Span<Int128> balances = stackalloc Int128[Balances];
        for (var i = 0; i < Balances; i++)
        {
            var (direction, place) = (FirstBalance + 2 * i, FirstBalance + 2 * i + 1);
            if (Amount(record, place, currency) is not { } balance) return Unreadable(record, place, "a balance");
            balances[i] = record[direction].SequenceEqual("DR"u8) ? -balance : balance;
        }
        var closing = balances[0] + balances[2] + sums.Gross.Net + sums.Fees.Net;
        checks.Add(new(ControlRule.ClosingBalance, batch, $"{closing} {currency}", $"{balances[1] + balances[3]} {currency}"));
        return new(null, checks);
    }

    static ControlCheck Check(string batch, Currency currency, string what, Int128 counted, Int128 stated) =>
        new(ControlRule.LineSum, batch, $"{counted} {currency} {what}", $"{stated} {currency} {what}");

    // Totals may be larger than any amount, yet not than what can be counted.
    static Int128? Amount(in CsvRecord record, int place, Currency currency)
    {
        if (record[place].IsEmpty) return 0;
        if (Digits(record[place]) is not { } digits) return null;
        for (var i = Decimals; i < currency.Exponent; i++) digits *= 10;
        for (var i = currency.Exponent; i < Decimals; i++)
        {
            if (digits % 10 != 0) return null;
            digits /= 10;
        }
        return digits;
    }

    static Int128? Digits(ReadOnlySpan<byte> text)
    {
        const int MostDigits = 24;
        if (text.Length is 0 or > MostDigits) return null;
        Int128 value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return null;
            value = value * 10 + (digit - '0');
        }
        return value;
    }

    sealed class Sums
    {
        public Sides Gross { get; } = new();
        public Sides Fees { get; } = new();
        public bool IsHeld { get; set; }
    }

    sealed class Sides
    {
        public Int128 Credits { get; private set; }
        public Int128 Debits { get; private set; }
        public Int128 Net => Credits - Debits;

        public void Add(Movement movement)
        {
            if (movement.Direction == Direction.Credit) Credits += movement.Amount.MinorUnits;
            else Debits += movement.Amount.MinorUnits;
        }
    }
}
