using System.Globalization;

namespace Railyard.Core.Settlement.Bank;

/// <summary>Reads one MT940 message: a statement, or one page of it.</summary>
sealed class SwiftStatement(StatementDraft draft, IReadOnlyList<SwiftField> fields)
{
    Currency? currency;

    public void Read()
    {
        var opening = Balance("60F", "60M");
        var closing = Balance("62F", "62M");
        currency = opening?.Amount.Currency ?? closing?.Amount.Currency ?? Balance("64", "65")?.Amount.Currency;
        for (var i = 0; i < fields.Count; i++)
            if (fields[i].Tag == "61") ReadEntry(fields[i], i + 1 < fields.Count && fields[i + 1].Tag == "86" ? fields[i + 1] : null);
        CheckBalance("60F", "60M", opening);
        CheckBalance("62F", "62M", closing);
        var (sequence, page) = Place(Find("28C") ?? Find("28"));
        draft.End(
            new()
            {
                Number = 0,
                Account = Find("25")?.Value.Trim() ?? Find("25P")?.Value.Trim() ?? "",
                Currency = currency,
                Id = Find("20")?.Value.Trim() ?? "",
                Sequence = sequence,
                Page = page,
                IsLastPage = Find("62F") is not null ? true : Find("62M") is not null ? false : null,
                Opening = opening,
                Closing = closing,
                FileLine = fields[0].Line,
                Entries = 0,
                Booked = 0,
                Control = ControlStatus.None,
            },
            hasTotals: false);
    }

    void ReadEntry(SwiftField field, SwiftField? written)
    {
        var entry = SwiftEntry.Read(field, currency, out var fault);
        if (entry is null)
        {
            draft.Quarantine(field.Line, fault!, string.Join('\n', field.Values));
            return;
        }
        var remittance = SwiftText.Of(written);
        var line = new BankLine
        {
            Number = 0,
            Statement = 0,
            Entry = draft.Entries + 1,
            Detail = 1,
            Details = 1,
            FileLine = field.Line,
            Amount = entry.Amount,
            IsReturn = entry.IsReversal,
            Status = entry.IsExpected ? EntryStatus.Pending : EntryStatus.Booked,
            BookedOn = entry.BookedOn,
            ValueOn = entry.ValueOn,
            BankReference = StatementFields.Reference(entry.BankReference),
            EndToEndId = StatementFields.Reference(remittance.EndToEndId),
            TransactionCode = entry.Type,
            Text = StatementFields.Text([remittance.Text, entry.CustomerReference, .. field.Values.Skip(1)]),
        };
        draft.Count(line.Amount, line.Status, currency, field.Line);
        draft.Add(line);
    }

    void CheckBalance(string final, string intermediate, StatementBalance? read)
    {
        if (read is null && (Find(final) ?? Find(intermediate)) is { } field)
            draft.Find(StatementRule.ClosingBalance, field.Line, "C or D, YYMMDD, a currency and an amount", StatementFields.Shown(field.Value));
    }

    StatementBalance? Balance(string final, string intermediate)
    {
        if ((Find(final) ?? Find(intermediate)) is not { } field) return null;
        var written = field.Value.Trim();
        if (written.Length < 11 || written[0] is not ('C' or 'D')) return null;
        // Banks write days here that no month has; the amount counts all the same.
        if (written.AsSpan(1, 6).IndexOfAnyExceptInRange('0', '9') >= 0) return null;
        var date = StatementFields.ShortDate(written.AsSpan(1, 6));
        if (StatementFields.CurrencyOf(written[7..10]) is not { } own) return null;
        if (StatementFields.Amount(written[10..], own, ',') is not { } amount) return null;
        return new(new(written[0] == 'D' ? -amount.MinorUnits : amount.MinorUnits, own), date, field.Tag == intermediate);
    }

    // Zero is how a bank says that it does not count.
    static (long? Sequence, int? Page) Place(SwiftField? field)
    {
        var parts = field?.Value.Trim().Split('/') ?? [];
        return (NumberAt(0) is > 0 and var sequence ? sequence : null, NumberAt(1));

        int? NumberAt(int place) =>
            parts.Length > place && int.TryParse(parts[place], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    SwiftField? Find(string tag) => fields.FirstOrDefault(field => field.Tag == tag);
}
