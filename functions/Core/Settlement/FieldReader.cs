namespace Railyard.Core.Settlement;

/// <summary>Reads a moment; null where the text is none.</summary>
delegate DateTimeOffset? ReadMoment(ReadOnlySpan<byte> text);

/// <summary>
/// Reads the fields of one record and keeps the first fault it meets; after one, what it returns is void.
/// </summary>
ref struct FieldReader(CsvRecord record)
{
    static readonly string Short = $"at most {SettlementLine.LongestReference} characters";

    readonly CsvRecord record = record;

    /// <summary>The first field that could not be read.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>A currency by its code; null where it is empty.</summary>
    public Currency? OptionalCurrency(int column, string name)
    {
        var code = record[column];
        if (code.IsEmpty) return null;

        var found = Currency.Find(code);
        if (found is null) Fail(column, name, "an ISO 4217 currency code");
        return found;
    }

    /// <summary>A currency that must be there, in capitals or not.</summary>
    public Currency CurrencyOfAnyCase(int column, string name)
    {
        if (Fault is not null) return default;
        Span<char> chars = stackalloc char[3];
        var isCode = record[column].Length == chars.Length && System.Text.Ascii.ToUtf16(record[column], chars, out _) == default;
        for (var i = 0; i < chars.Length; i++) chars[i] = char.ToUpperInvariant(chars[i]);
        var found = isCode ? Currency.Find(chars) : null;
        if (found is null) Fail(column, name, "an ISO 4217 currency code");
        return found.GetValueOrDefault();
    }

    /// <summary>A currency that must be there.</summary>
    public Currency RequiredCurrency(int column, string name)
    {
        if (OptionalCurrency(column, name) is { } found) return found;
        Fail(column, name, "an ISO 4217 currency code");
        return default;
    }

    /// <summary>An amount in whichever of two columns is filled; zero where neither is.</summary>
    public Movement Movement((int Place, string Name) debitColumn, (int Place, string Name) creditColumn, Currency currency)
    {
        if (Fault is not null) return default;
        var debit = Amount(debitColumn.Place, debitColumn.Name, currency);
        var credit = Amount(creditColumn.Place, creditColumn.Name, currency);
        if (Fault is null && !debit.IsZero && !credit.IsZero)
            Fail(debitColumn.Place, debitColumn.Name, "a debit or a credit, not both");
        return debit.IsZero ? new(credit, Direction.Credit) : new(debit, Direction.Debit);
    }

    /// <summary>An amount with its sign: a minus takes from our balance. Empty is zero.</summary>
    public Movement Signed(int column, string name, Currency currency)
    {
        if (Fault is not null) return default;
        var isNegative = record[column].StartsWith("-"u8);
        var amount = isNegative && record[column].Length > 1 ? AmountText.Read(record[column][1..], currency) : Amount(column, name, currency);
        if (amount is null) Fail(column, name, AmountOf(currency));
        var found = amount.GetValueOrDefault(Money.Zero(currency));
        return new(found, isNegative && !found.IsZero ? Direction.Debit : Direction.Credit);
    }

    /// <summary>A fee: charged, or given back where it carries a minus.</summary>
    public LineFee Fee(FeeKind kind, int column, string name, Currency currency)
    {
        if (Fault is not null) return default;
        var isGivenBack = record[column].StartsWith("-"u8);
        var amount = isGivenBack ? AmountText.Read(record[column][1..], currency) : Amount(column, name, currency);
        if (amount is null) Fail(column, name, AmountOf(currency));
        return new(kind, amount.GetValueOrDefault(), isGivenBack ? Direction.Credit : Direction.Debit);
    }

    /// <summary>A rate; null where it is empty.</summary>
    public ExchangeRate? Rate(int column, string name)
    {
        if (record[column].IsEmpty) return null;
        var rate = ExchangeRate.Read(record[column]);
        if (rate is null) Fail(column, name, "a rate above zero");
        return rate;
    }

    /// <summary>A local time in the zone that another column names.</summary>
    public DateTimeOffset Time(int column, string name, int zoneColumn, string zoneName, string zone)
    {
        if (ZonedTime.Offset(zone) is not { } offset)
        {
            Fail(zoneColumn, zoneName, "a known time zone");
            return default;
        }
        var time = ZonedTime.Read(record[column], offset);
        if (time is null) Fail(column, name, "YYYY-MM-DD HH:MM:SS");
        return time.GetValueOrDefault();
    }

    /// <summary>A moment by a function that reads how it is written.</summary>
    public DateTimeOffset Moment(int column, string name, ReadMoment read, string shape)
    {
        if (Fault is not null) return default;
        var moment = read(record[column]);
        if (moment is null) Fail(column, name, shape);
        return moment.GetValueOrDefault();
    }

    /// <summary>A reference in UTF-8.</summary>
    public ReadOnlySpan<byte> Reference(int column, string name)
    {
        if (record[column].Length <= SettlementLine.LongestReference) return record.Utf8(column);
        Fail(column, name, $"at most {SettlementLine.LongestReference} bytes");
        return default;
    }

    /// <summary>Where a field must not be empty for a line of that kind.</summary>
    public void Require(bool isThere, int column, string name, string what)
    {
        if (!isThere) Fail(column, name, what);
    }

    /// <summary>Where a text that is kept must not be too long to be one.</summary>
    public void RequireShort(string text, int column, string name) =>
        Require(text.Length <= SettlementLine.LongestReference, column, name, Short);

    /// <summary>The first fault counts: what follows from it would only mislead.</summary>
    public void Fail(int column, string name, string expected) => Fault ??= new(name, expected, record.Shown(column));

    Money Amount(int column, string name, Currency currency)
    {
        var amount = AmountText.Read(record[column], currency);
        if (amount is null) Fail(column, name, AmountOf(currency));
        return amount ?? Money.Zero(currency);
    }

    static string AmountOf(Currency currency) => $"an amount with at most {currency.Exponent} decimals ({currency})";
}
