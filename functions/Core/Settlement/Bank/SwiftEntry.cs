namespace Railyard.Core.Settlement.Bank;

/// <summary>
/// The field 61 of MT940: value date, perhaps entry date, debit or credit, amount, type, the customer's reference and the
/// bank's.
/// </summary>
sealed record SwiftEntry
{
    const int MonthsInYear = 12;

    public required Movement Amount { get; init; }

    /// <summary>It takes an earlier credit back (RC) or an earlier debit (RD).</summary>
    public required bool IsReversal { get; init; }

    /// <summary>It is announced only (EC, ED).</summary>
    public required bool IsExpected { get; init; }

    public required DateOnly ValueOn { get; init; }

    public required DateOnly BookedOn { get; init; }

    public required string Type { get; init; }

    public required string CustomerReference { get; init; }

    public required string BankReference { get; init; }

    /// <summary>The entry, or why it cannot be read.</summary>
    public static SwiftEntry? Read(SwiftField field, Currency? currency, out Fault? fault)
    {
        var text = field.Value;
        fault = currency is null ? new("60F", "a balance with a currency", "none") : null;
        if (fault is not null) return null;
        if (text.Length < 6 || StatementFields.ShortDate(text.AsSpan(0, 6)) is not { } valueOn)
        {
            fault = Not("61 value date", "YYMMDD", text);
            return null;
        }
        var at = 6;
        var isDated = text.Length >= at + 4 && text.AsSpan(at, 4).IndexOfAnyExceptInRange('0', '9') < 0;
        var bookedOn = isDated ? EntryDate(valueOn, text.AsSpan(at, 4)) : valueOn;
        if (bookedOn is null) fault = Not("61 entry date", "MMDD", text[at..]);
        if (isDated) at += 4;
        var mark = MarkAt(text, at);
        if (mark.Length == 0) fault ??= Not("61 mark", "C, D, RC, RD, EC or ED", text[at..]);
        at += mark.Length;
        // One letter of the currency may stand before the amount.
        if (at < text.Length && char.IsAsciiLetterUpper(text[at])) at++;
        var end = at;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == ',')) end++;
        if (StatementFields.Amount(text[at..end], currency!.Value, ',') is not { } amount || !text.AsSpan(at, end - at).Contains(','))
        {
            fault ??= Not("61 amount", $"an amount with a comma and at most {currency!.Value.Exponent} decimals ({currency})", text[at..]);
            return null;
        }
        return fault is null ? Whole(text[end..].TrimStart(), mark, amount, valueOn, bookedOn!.Value) : null;
    }

    static SwiftEntry Whole(string rest, string mark, Money amount, DateOnly valueOn, DateOnly bookedOn)
    {
        var isReversal = mark[0] == 'R';
        var isCredit = mark[^1] == 'C' != isReversal;
        var type = rest[..Math.Min(4, rest.Length)];
        var references = rest[type.Length..].Split("//", 2);
        return new()
        {
            Amount = new(amount, isCredit ? Direction.Credit : Direction.Debit),
            IsReversal = isReversal || type.EndsWith("RTI", StringComparison.Ordinal),
            IsExpected = mark[0] == 'E',
            ValueOn = valueOn,
            BookedOn = bookedOn,
            Type = type,
            CustomerReference = StatementFields.Reference(references[0]) ?? "",
            BankReference = references.Length > 1 ? references[1] : "",
        };
    }

    static string MarkAt(string text, int at)
    {
        foreach (var mark in (ReadOnlySpan<string>)["RC", "RD", "EC", "ED", "C", "D"])
            if (text.AsSpan(at).StartsWith(mark)) return mark;
        return "";
    }

    // The entry date has no year: it is the one that brings it nearest to the value date, so that it may wrap at New Year.
    static DateOnly? EntryDate(DateOnly valueOn, ReadOnlySpan<char> written)
    {
        var month = (written[0] - '0') * 10 + (written[1] - '0');
        var day = (written[2] - '0') * 10 + (written[3] - '0');
        if (month is < 1 or > MonthsInYear) return null;
        var apart = month - valueOn.Month;
        var year = valueOn.Year + (apart > MonthsInYear / 2 ? -1 : apart < -MonthsInYear / 2 ? 1 : 0);
        return day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
    }

    static Fault Not(string field, string expected, string found) => new(field, expected, StatementFields.Shown(found));
}
