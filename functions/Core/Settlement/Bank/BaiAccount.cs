namespace Railyard.Core.Settlement.Bank;

/// <summary>One account of a BAI2 file: its balances, its entries, and the trailer that adds up both.</summary>
sealed class BaiAccount
{
    const string OpeningLedger = "010";
    const string ClosingLedger = "015";

    readonly StatementDraft draft;
    readonly BaiRecord header;
    readonly Currency currency;
    readonly DateOnly? day;
    readonly StatementPurpose purpose;
    readonly string number;
    readonly Dictionary<string, long> balances = [];
    readonly BaiSums sums = new();
    bool isSummable = true;

    public BaiAccount(StatementDraft draft, BaiRecord header, Currency usual, DateOnly? day, StatementPurpose purpose)
    {
        (this.draft, this.header, this.day, this.purpose) = (draft, header, day, purpose);
        var fields = header.StrictFields();
        number = Bai2.At(fields, 0);
        currency = StatementFields.CurrencyOf(Bai2.At(fields, 1)) ?? usual;
        sums.Records = header.Records;
        ReadSummary(fields);
    }

    /// <summary>Takes an entry.</summary>
    public void Add(BaiRecord record)
    {
        sums.Records += record.Records;
        var line = BaiEntry.Read(record, currency, day, draft.Entries + 1, out var written, out var fault);
        if (written is { } amount) sums.Total += amount;
        else isSummable = false;
        if (line is null)
        {
            draft.Quarantine(record.Line, fault!, record.Raw);
            return;
        }
        draft.Count(line.Amount, line.Status, currency, record.Line);
        draft.Add(line);
    }

    /// <summary>Ends the account, and adds it to its group as it says itself.</summary>
    public void End(BaiRecord? trailer, BaiSums group)
    {
        if (trailer is null) draft.Find(StatementRule.Trailer, header.Line, "49", "none");
        else Check(trailer);
        group.Add(sums);
        draft.End(
            new()
            {
                Number = 0,
                Account = number,
                Currency = currency,
                Id = day is { } date ? $"{number} {date:yyyy-MM-dd}" : number,
                Opening = BalanceOf(OpeningLedger),
                Closing = BalanceOf(ClosingLedger),
                Purpose = purpose,
                FileLine = header.Line,
                Entries = 0,
                Booked = 0,
                Control = ControlStatus.None,
            },
            hasTotals: trailer is not null);
    }

    void Check(BaiRecord trailer)
    {
        sums.Records += trailer.Records;
        var fields = trailer.StrictFields();
        if (Bai2.At(fields, 0) is { Length: > 0 } total && (!isSummable || BaiSums.Read(total) != sums.Total))
            draft.Find(StatementRule.ControlTotal, trailer.Line, StatementFields.Shown(total), $"{sums.Total}");
        if (Bai2.At(fields, 1) is { Length: > 0 } records && BaiSums.Read(records) != sums.Records)
            draft.Find(StatementRule.Count, trailer.Line, $"{StatementFields.Shown(records)} records", $"{sums.Records} records");
        if (trailer.BehindTheEnd() is { Length: > 0 } more)
            draft.Find(StatementRule.Trailer, trailer.Line, "nothing behind the end of a record", StatementFields.Shown(more));
    }

    // Type, amount, count and funds, over and over; what a type of funds says more is skipped.
    void ReadSummary(string[] fields)
    {
        for (var at = 2; at < fields.Length;)
        {
            var code = fields[at];
            var amount = Bai2.At(fields, at + 1);
            if (amount.Length > 0)
            {
                if (BaiSums.Read(amount) is { } value)
                {
                    sums.Total += value;
                    balances[code] = value;
                }
                else isSummable = false;
            }
            at += 4 + BaiEntry.FieldsOfFunds(fields, at + 3);
        }
    }

    StatementBalance? BalanceOf(string code) =>
        balances.TryGetValue(code, out var amount) ? new(new(amount, currency), day, IsIntermediate: false) : null;
}

/// <summary>The record 16 of BAI2: type, amount, funds, the bank's reference, the customer's, and text to its end.</summary>
static class BaiEntry
{
    const int LeastDebit = 400;
    const int MostDebit = 699;
    const int LeastCredit = 100;
    const int MostDistributions = 100;

    /// <summary>The line, or why there is none; and the amount as it is added up, where there is one.</summary>
    public static BankLine? Read(BaiRecord record, Currency currency, DateOnly? day, int entry, out long? written, out Fault? fault)
    {
        var fields = record.Fields();
        var code = BaiSums.Read(Bai2.At(fields, 0));
        var amount = written = BaiSums.Read(Bai2.At(fields, 1));
        var funds = FieldsOfFunds(fields, 2);
        var valueOn = Bai2.At(fields, 2) == "V" && Bai2.At(fields, 3) is { Length: > 0 } date ? StatementFields.ShortDate(date) : day;
        fault = code is < LeastCredit or > MostDebit or null
            ? new("16 type", $"{LeastCredit} to {MostDebit}", StatementFields.Shown(Bai2.At(fields, 0)))
            : amount is null or > AmountLimit or < -AmountLimit
                ? new("16 amount", $"minor units of {currency}", StatementFields.Shown(Bai2.At(fields, 1)))
                : valueOn is null
                    ? new("16 value date", "YYMMDD", StatementFields.Shown(Bai2.At(fields, 3)))
                    : null;
        if (fault is not null) return null;
        var isCredit = code < LeastDebit != amount < 0;
        // Text may hold commas, so it is cut off before they are looked for.
        var rest = record.Fields(3 + funds + 3);
        return new()
        {
            Number = 0,
            Statement = 0,
            Entry = entry,
            Detail = 1,
            Details = 1,
            FileLine = record.Line,
            Amount = new(new(Math.Abs(amount!.Value), currency), isCredit ? Direction.Credit : Direction.Debit),
            Status = EntryStatus.Booked,
            BookedOn = day ?? valueOn!.Value,
            ValueOn = valueOn!.Value,
            BankReference = StatementFields.Reference(Bai2.At(rest, 3 + funds)),
            TransactionCode = Bai2.At(fields, 0),
            Text = StatementFields.Text([Bai2.At(rest, 4 + funds), Bai2.At(rest, 5 + funds)]),
        };
    }

    /// <summary>How many fields a type of funds has after it: three (S), two (V), pairs (D), or none.</summary>
    public static int FieldsOfFunds(string[] fields, int place) => Bai2.At(fields, place) switch
    {
        "S" => 3,
        "V" => 2,
        "D" => BaiSums.Read(Bai2.At(fields, place + 1)) is >= 0 and <= MostDistributions and { } pairs ? 1 + 2 * (int)pairs : 1,
        _ => 0,
    };

    // As many digits as an amount may have anywhere.
    const long AmountLimit = 999_999_999_999_999;
}
