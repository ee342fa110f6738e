namespace Railyard.Core.Settlement.Bank;

/// <summary>Reads one entry of a camt.053 statement: a line for each of its payments, or one for itself.</summary>
sealed class CamtEntry(StatementDraft draft, CamtHeader header, XmlElement entry)
{
    static readonly IReadOnlyList<string> Parties = ["Dbtr", "UltmtDbtr", "Cdtr", "UltmtCdtr"];

    Fault? fault;

    /// <summary>Adds the entry's lines to the draft, or puts it to quarantine.</summary>
    public void Read()
    {
        var line = Whole();
        if (fault is not null)
        {
            draft.Quarantine(entry.Line, fault, entry.Raw);
            return;
        }
        draft.Count(line.Amount, line.Status, header.Currency, entry.Line);
        var details = entry.All("NtryDtls").SelectMany(one => one.All("TxDtls")).ToList();
        var amounts = details.Select(detail => AmountOf(detail, line.Amount)).ToList();
        if (details.Count < 2 || !AreWhole(amounts, line))
            draft.Add(details.Count == 1 ? WithDetail(line, details[0]) : line);
        else
            for (var i = 0; i < details.Count; i++)
                draft.Add(WithDetail(line, details[i]) with { Amount = amounts[i]!.Value, Detail = i + 1, Details = details.Count });
    }

    BankLine Whole()
    {
        var amount = RequiredAmount();
        var bookedOn = DateOf("BookgDt") ?? DateOf("ValDt") ?? header.Day;
        if (bookedOn is null) Fail("BookgDt", "a day", "nothing");
        return new()
        {
            Number = 0,
            Statement = 0,
            Entry = draft.Entries + 1,
            Detail = 1,
            Details = 1,
            FileLine = entry.Line,
            Amount = amount,
            IsReturn = IsTrue(entry.TextOf("RvslInd")) || IsReturnCode(entry.Find("BkTxCd")),
            Status = Status(),
            BookedOn = bookedOn.GetValueOrDefault(),
            ValueOn = DateOf("ValDt") ?? bookedOn.GetValueOrDefault(),
            BankReference = StatementFields.Reference(entry.TextOf("AcctSvcrRef") ?? entry.TextOf("NtryRef")),
            MessageId = StatementFields.Reference(entry.TextOf("NtryDtls", "Btch", "MsgId")),
            PaymentInformationId = StatementFields.Reference(entry.TextOf("NtryDtls", "Btch", "PmtInfId")),
            TransactionCode = CodeOf(entry.Find("BkTxCd")),
            Text = StatementFields.Text([entry.TextOf("AddtlNtryInf") ?? ""]),
        };
    }

    static BankLine WithDetail(BankLine line, XmlElement detail)
    {
        string? Reference(string name) => StatementFields.Reference(detail.TextOf("Refs", name));
        return line with
        {
            IsReturn = line.IsReturn || detail.Find("RtrInf") is not null || IsReturnCode(detail.Find("BkTxCd")),
            BankReference = Reference("AcctSvcrRef") ?? line.BankReference,
            EndToEndId = Reference("EndToEndId") ?? StatementFields.Reference(detail.TextOf("RtrInf", "OrgnlEndToEndId")),
            MessageId = Reference("MsgId") ?? line.MessageId,
            PaymentInformationId = Reference("PmtInfId") ?? line.PaymentInformationId,
            TransactionCode = CodeOf(detail.Find("BkTxCd")) ?? line.TransactionCode,
            Text = StatementFields.Text([.. Written(detail), line.Text]),
        };
    }

    static IEnumerable<string> Written(XmlElement detail)
    {
        foreach (var remittance in detail.All("RmtInf"))
        {
            foreach (var free in remittance.All("Ustrd")) yield return free.Text;
            foreach (var structured in remittance.All("Strd"))
                yield return $"{structured.TextOf("CdtrRefInf", "Ref")} {structured.TextOf("AddtlRmtInf")}";
        }
        yield return detail.TextOf("AddtlTxInf") ?? "";
        foreach (var party in Parties)
            yield return detail.TextOf("RltdPties", party, "Nm") ?? detail.TextOf("RltdPties", party, "Pty", "Nm") ?? "";
    }

    // What a payment of a collective entry came to; where its amount stands depends on the version.
    static Movement? AmountOf(XmlElement detail, Movement whole)
    {
        var written = detail.Find("Amt") ?? detail.Find("AmtDtls", "TxAmt", "Amt") ?? detail.Find("AmtDtls", "InstdAmt", "Amt");
        if (written is null || StatementFields.CurrencyOf(written.Attribute("Ccy")) is not { } currency) return null;
        if (currency != whole.Amount.Currency || StatementFields.Amount(written.Text, currency) is not { } amount) return null;
        return new(amount, DirectionOf(detail.TextOf("CdtDbtInd")) ?? whole.Direction);
    }

    // Where its payments do not say in the account's currency what they came to, the entry stays one line.
    bool AreWhole(List<Movement?> amounts, BankLine line)
    {
        if (amounts.Contains(null)) return false;
        Int128 sum = 0;
        foreach (var amount in amounts)
            sum += amount!.Value.Direction == line.Amount.Direction ? amount.Value.Amount.MinorUnits : -(Int128)amount.Value.Amount.MinorUnits;
        Int128 whole = line.Amount.Amount.MinorUnits;
        var gap = Int128.Abs(whole - sum);
        if (gap != 0 && gap != Charges(line.Amount.Amount.Currency))
            draft.Find(StatementRule.Details, entry.Line, $"{line.Amount.Amount}", $"{sum} {line.Amount.Amount.Currency}");
        return true;
    }

    Int128 Charges(Currency currency)
    {
        var places = entry.All("NtryDtls").SelectMany(one => one.All("TxDtls")).Append(entry);
        Int128 sum = 0;
        foreach (var charge in places.SelectMany(place => place.All("Chrgs")))
        {
            var parts = charge.All("Rcrd").Select(record => record.TextOf("Amt")).Append(charge.TextOf("Amt")).OfType<string>().ToList();
            var written = charge.TextOf("TtlChrgsAndTaxAmt") is { } total ? [total] : parts;
            foreach (var one in written) sum += StatementFields.Amount(one, currency)?.MinorUnits ?? 0;
        }
        return sum;
    }

    Movement RequiredAmount()
    {
        var written = entry.Find("Amt");
        if (StatementFields.CurrencyOf(written?.Attribute("Ccy") ?? "") is not { } currency)
        {
            Fail("Amt/@Ccy", "an ISO 4217 currency code", written?.Attribute("Ccy"));
            return default;
        }
        var amount = StatementFields.Amount(written!.Text, currency);
        if (amount is null) Fail("Amt", $"an amount with at most {currency.Exponent} decimals ({currency})", written.Text);
        var direction = DirectionOf(entry.TextOf("CdtDbtInd"));
        if (direction is null) Fail("CdtDbtInd", "CRDT or DBIT", entry.TextOf("CdtDbtInd"));
        return new(amount ?? Money.Zero(currency), direction.GetValueOrDefault());
    }

    EntryStatus Status()
    {
        var written = entry.TextOf("Sts", "Cd") ?? entry.TextOf("Sts") ?? "BOOK";
        if (written is not ("BOOK" or "PDNG" or "INFO" or "FUTR")) Fail("Sts", "BOOK, PDNG, INFO or FUTR", written);
        return written == "BOOK" ? EntryStatus.Booked : EntryStatus.Pending;
    }

    DateOnly? DateOf(string name)
    {
        if ((entry.TextOf(name, "Dt") ?? entry.TextOf(name, "DtTm")) is not { } written) return null;
        var date = StatementFields.IsoDate(written);
        if (date is null) Fail(name, "YYYY-MM-DD", written);
        return date;
    }

    static Direction? DirectionOf(string? written) => written switch
    {
        "CRDT" => Direction.Credit,
        "DBIT" => Direction.Debit,
        _ => null,
    };

    static string? CodeOf(XmlElement? code)
    {
        if (code?.TextOf("Domn", "Cd") is { } domain)
            return $"{domain}/{code.TextOf("Domn", "Fmly", "Cd")}/{code.TextOf("Domn", "Fmly", "SubFmlyCd")}";
        return code?.TextOf("Prtry", "Cd");
    }

    static bool IsReturnCode(XmlElement? code) => CodeOf(code)?.Contains("RRTN", StringComparison.Ordinal) ?? false;

    static bool IsTrue(string? written) => written is "true" or "1";

    // The first fault counts.
    void Fail(string field, string expected, string? found) => fault ??= new(field, expected, StatementFields.Shown(found));
}
