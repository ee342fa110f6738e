using System.Globalization;

namespace Railyard.Core.Settlement.Bank;

/// <summary>What a camt.053 statement says besides its entries: whose it is, its place in the series, balances and summary.</summary>
sealed class CamtHeader(int fileLine, XmlElement? filePage)
{
    readonly List<(string Kind, StatementBalance Balance)> balances = [];
    XmlElement? account;
    XmlElement? summary;
    XmlElement? page = filePage;
    string id = "";
    string? created;
    long? sequence;

    /// <summary>The currency of the account: what it says, else that of its balances.</summary>
    public Currency? Currency =>
        StatementFields.CurrencyOf(account?.TextOf("Ccy") ?? "") ?? balances.Select(one => (Currency?)one.Balance.Amount.Currency).FirstOrDefault();

    /// <summary>The day that an entry is booked which does not say so itself.</summary>
    public DateOnly? Day =>
        balances.Select(one => one.Balance.Date).LastOrDefault(date => date is not null) ?? StatementFields.IsoDate(created ?? "");

    /// <summary>Takes one of the statement's elements.</summary>
    public void Add(XmlElement element)
    {
        switch (element.Name)
        {
            case "Id": id = element.Text; break;
            case "CreDtTm": created = element.Text; break;
            case "ElctrncSeqNb": sequence = Number(element.Text); break;
            case "LglSeqNb": sequence ??= Number(element.Text); break;
            case "StmtPgntn": page = element; break;
            case "Acct": account = element; break;
            case "TxsSummry": summary = element; break;
            case "Bal" when BalanceOf(element) is { } balance: balances.Add(balance); break;
            default: break;
        }
    }

    /// <summary>Ends the statement.</summary>
    public void End(StatementDraft draft)
    {
        if (summary is not null) new CamtSummary(draft, Currency).Check(summary);
        draft.End(
            new()
            {
                Number = 0,
                Account = account?.TextOf("Id", "IBAN") ?? account?.TextOf("Id", "Othr", "Id") ?? account?.TextOf("Id", "PrtryAcct", "Id") ?? "",
                Currency = Currency,
                Id = id,
                Sequence = sequence,
                Page = (int?)Number(page?.TextOf("PgNb")),
                IsLastPage = page?.TextOf("LastPgInd") is { } last ? last is "true" or "1" : null,
                Opening = Opening(),
                Closing = Closing(),
                FileLine = fileLine,
                Entries = 0,
                Booked = 0,
                Control = ControlStatus.None,
            },
            hasTotals: summary is not null);
    }

    // A page in the middle begins and ends with an intermediate balance.
    StatementBalance? Opening() =>
        Of("OPBD") ?? Of("PRCD") ?? balances.Where(one => one.Kind == "ITBD").Select(one => one.Balance).FirstOrDefault();

    StatementBalance? Closing()
    {
        if (Of("CLBD") is { } closing) return closing;
        var between = balances.Where(one => one.Kind == "ITBD").ToList();
        var isLeft = Of("OPBD") is null && Of("PRCD") is null ? between.Count > 1 : between.Count > 0;
        return isLeft ? between[^1].Balance : null;
    }

    StatementBalance? Of(string kind) => balances.Where(one => one.Kind == kind).Select(one => one.Balance).FirstOrDefault();

    static (string, StatementBalance)? BalanceOf(XmlElement element)
    {
        if (element.TextOf("Tp", "CdOrPrtry", "Cd") is not { } kind || element.Find("Amt") is not { } amount) return null;
        if (StatementFields.CurrencyOf(amount.Attribute("Ccy")) is not { } currency) return null;
        if (StatementFields.Amount(amount.Text, currency) is not { } money) return null;
        var isDebit = element.TextOf("CdtDbtInd") == "DBIT";
        var date = StatementFields.IsoDate(element.TextOf("Dt", "Dt") ?? element.TextOf("Dt", "DtTm") ?? "");
        return (kind, new(new(isDebit ? -money.MinorUnits : money.MinorUnits, currency), date, kind == "ITBD"));
    }

    static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue ? number : null;
}

/// <summary>Holds a statement's entries to the summary of them: how many, and what they come to.</summary>
sealed class CamtSummary(StatementDraft draft, Currency? currency)
{
    public void Check(XmlElement summary)
    {
        var credits = draft.Credits;
        var debits = draft.Debits;
        if (summary.Find("TtlNtries") is { } all) Check(all, draft.Entries, credits.Sum + debits.Sum);
        if (summary.Find("TtlCdtNtries") is { } credited) Check(credited, credits.Count, credits.Sum);
        if (summary.Find("TtlDbtNtries") is { } debited) Check(debited, debits.Count, debits.Sum);
    }

    void Check(XmlElement total, int count, Int128 sum)
    {
        if (total.TextOf("NbOfNtries") is { } written && written != $"{count}" && written.TrimStart('0') != $"{count}")
            draft.Find(StatementRule.Count, total.Line, StatementFields.Shown(written), $"{count}");
        if (total.TextOf("Sum") is not { } expected || currency is not { } own) return;
        var amount = StatementFields.Amount(expected, own);
        if (amount is null || !draft.IsCountable || amount.Value.MinorUnits != sum)
            draft.Find(StatementRule.Sum, total.Line, amount is null ? StatementFields.Shown(expected) : $"{amount}", $"{sum} {own}");
    }
}
