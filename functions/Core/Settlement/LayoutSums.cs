namespace Railyard.Core.Settlement;

/// <summary>What the lines of a file of a layout come to, held against what its headers and trailers say.</summary>
sealed class LayoutSums(SettlementLayout layout, LayoutSlots slots)
{
    /// <summary>Currencies that are counted; a file with more does not know them either.</summary>
    const int MostCurrencies = 512;

    readonly bool areCounted = Array.Exists(slots.Totals, total => total.Total.Of != TotalOf.Lines);
    readonly bool hasTrailer = Array.Exists(slots.Totals, total => total.Total.Role == RecordRole.Trailer);
    readonly bool hasHeader = Array.Exists(slots.Totals, total => total.Total.Role == RecordRole.Header);
    readonly Dictionary<Currency, Sums> byCurrency = [];
    readonly List<(LayoutTotal Total, Currency? Currency, long Stated)> announced = [];
    long lines;
    long frames;
    bool isHeaderRead;
    long? linesAtTrailer;

    public void AddLine() => lines++;

    public void Add(in LineFields line, Movement gross)
    {
        if (!areCounted) return;
        SumsOf(gross.Amount.Currency)?.Gross.Add(gross.ToBalance().MinorUnits);
        var settled = SumsOf(line.Net.Amount.Currency);
        settled?.Net.Add(line.Net.ToBalance().MinorUnits);
        settled?.Fees.Add(line.FeesCharged().MinorUnits);
    }

    /// <summary>Reads the totals of a header or a trailer. What a trailer says is held now, what a header says at the end.</summary>
    public ParsedRecord Hold(in CsvRecord record, RecordRole role)
    {
        frames++;
        var checks = new List<ControlCheck>();
        foreach (var (total, at, currencyAt) in slots.Totals)
        {
            if (total.Role != role) continue;
            var (currency, stated, fault) = Read(record, total, at, currencyAt);
            if (fault is not null) return new(fault);
            if (role == RecordRole.Header) announced.Add((total, currency, stated));
            else checks.Add(Check(total, currency, stated));
        }
        if (role == RecordRole.Header) isHeaderRead = true;
        else linesAtTrailer = lines;
        return new(null, checks);
    }

    public IReadOnlyList<ControlCheck> AtEnd()
    {
        var checks = announced.ConvertAll(one => Check(one.Total, one.Currency, one.Stated));
        if (hasHeader && !isHeaderRead) checks.Add(new(ControlRule.Structure, "", "a header", "the end of the file"));
        if (hasTrailer && linesAtTrailer is null) checks.Add(new(ControlRule.Structure, "", "a trailer", "the end of the file"));
        if (hasTrailer && linesAtTrailer < lines) checks.Add(new(ControlRule.Structure, "", "the end of the file", "lines after the trailer"));
        return checks;
    }

    /// <summary>A whole number; null where the text is none.</summary>
    public static long? Number(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > AmountText.MostDigits) return null;
        long value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return null;
            value = value * 10 + (digit - '0');
        }
        return value;
    }

    (Currency? Currency, long Stated, Fault? Fault) Read(in CsvRecord record, LayoutTotal total, Slot at, Slot currencyAt)
    {
        var name = $"total of {total.Of}";
        if (total.Of == TotalOf.Lines)
            return Number(at.In(record)) is { } count ? (null, count, null) : (null, 0, new(name, "a number", at.Shown(record)));
        var reader = new SlotReader(record);
        var currency = reader.Currency(total.Currency is null ? slots.Currency : currencyAt, "currency");
        if (reader.Fault is not null) return (null, 0, reader.Fault);
        return LayoutNumber.Read(at.In(record), layout.Numbers, currency) is { } sum
            ? (currency, sum.IsNegative ? -sum.Amount.MinorUnits : sum.Amount.MinorUnits, null)
            : (null, 0, new(name, $"an amount ({currency})", at.Shown(record)));
    }

    ControlCheck Check(LayoutTotal total, Currency? currency, long stated)
    {
        if (currency is not { } of)
            return new(ControlRule.LineCount, "", $"{(total.CountsAllRecords ? lines + frames : lines)} lines", $"{stated} lines");
        var sums = byCurrency.GetValueOrDefault(of) ?? new();
        var sum = total.Of switch
        {
            TotalOf.Gross => sums.Gross,
            TotalOf.Net => sums.Net,
            TotalOf.Fees => sums.Fees,
            TotalOf.Lines => throw new InvariantBroken("A count has no currency."),
        };
        return new(ControlRule.LineSum, "", $"{(total.IsAbsolute ? sum.Absolute : sum.Signed)} {of}", $"{stated} {of}");
    }

    Sums? SumsOf(Currency currency)
    {
        if (byCurrency.TryGetValue(currency, out var sums)) return sums;
        if (byCurrency.Count >= MostCurrencies) return null;
        return byCurrency[currency] = new();
    }

    sealed class Sums
    {
        public Sum Gross { get; } = new();
        public Sum Net { get; } = new();
        public Sum Fees { get; } = new();
    }

    sealed class Sum
    {
        public Int128 Signed { get; private set; }
        public Int128 Absolute { get; private set; }

        public void Add(long value)
        {
            Signed += value;
            Absolute += Math.Abs(value);
        }
    }
}
