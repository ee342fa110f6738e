namespace Railyard.Core.Settlement.Bank;

/// <summary>
/// A record of BAI2 with the 88 records that continue it. A record is a line: what stands behind its slash belongs to no
/// record.
/// </summary>
sealed class BaiRecord(string code, int line, string text)
{
    // Continuations begin a new field, but must not look like a comma in a text.
    const char Continued = '\n';

    readonly List<string> pieces = [text];

    public string Code { get; } = code;

    public int Line { get; } = line;

    /// <summary>How many records it is: itself and its continuations.</summary>
    public int Records => pieces.Count;

    /// <summary>How it is written.</summary>
    public string Raw => $"{Code},{string.Join(Continued, pieces)}";

    public void Continue(string more) => pieces.Add(more);

    /// <summary>Its fields after the code; the last of them takes what is left where <paramref name="most"/> is reached.</summary>
    public string[] Fields(int most = int.MaxValue)
    {
        var fields = string.Join(Continued, pieces.Select(Ended)).Split([',', Continued], most);
        return [.. fields.Select(field => field.Replace(Continued, ' ').Trim())];
    }

    /// <summary>What stands behind the slash that ends the first of its lines; empty where nothing does.</summary>
    public string BehindTheEnd()
    {
        var end = pieces[0].IndexOf('/', StringComparison.Ordinal);
        return end < 0 ? "" : pieces[0][(end + 1)..].Trim();
    }

    /// <summary>Its fields where a slash ends it for good, as it does all but the details, whose text may have slashes.</summary>
    public string[] StrictFields()
    {
        var fields = pieces.Select(piece => piece.IndexOf('/', StringComparison.Ordinal) is >= 0 and var end ? piece[..end] : piece);
        return [.. string.Join(',', fields).Split(',').Select(field => field.Trim())];
    }

    static string Ended(string piece)
    {
        var trimmed = piece.TrimEnd();
        return trimmed.EndsWith('/') ? trimmed[..^1] : piece;
    }
}

/// <summary>Reads BAI2: accounts in groups in a file, each with a trailer that adds up everything in it.</summary>
sealed class Bai2
{
    // Where nothing says otherwise, as the format has it.
    static readonly Currency Dollar = Currency.Of("USD");

    readonly StatementDraft draft = new(StatementFormat.Bai2);
    BaiAccount? account;
    BaiSums group = new();
    BaiSums file = new();
    bool isInGroup;
    bool hasTrailer;
    DateOnly? fileDate;
    DateOnly? groupDate;
    Currency? groupCurrency;
    StatementPurpose purpose;

    /// <summary>The file of those lines.</summary>
    public static StatementFile Read(string[] lines)
    {
        var reader = new Bai2();
        foreach (var record in RecordsOf(lines)) reader.Take(record);
        reader.EndAccount(null);
        if (reader.isInGroup) reader.draft.FindInFile(StatementRule.Trailer, null, "98", "the end of the file");
        if (!reader.hasTrailer) reader.draft.FindInFile(StatementRule.Trailer, null, "99", "the end of the file");
        return reader.draft.ToFile();
    }

    // A record is whole when the next one begins; what is no record at all does not come between one and its continuation.
    static List<BaiRecord> RecordsOf(string[] lines)
    {
        var records = new List<BaiRecord>();
        BaiRecord? last = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimStart();
            if (line.Length == 0) continue;
            var code = line.Length > 2 && line[2] == ',' ? line[..2] : "";
            if (code == "88" && last is not null) last.Continue(line[3..]);
            else records.Add(new(code, i + 1, code.Length == 0 ? line : line[3..]));
            if (code is not ("88" or "")) last = records[^1];
        }
        return records;
    }

    void Take(BaiRecord record)
    {
        switch (record.Code)
        {
            case "01": BeginFile(record); break;
            case "02": BeginGroup(record); break;
            case "03": BeginAccount(record); break;
            case "16": (account ??= Nameless(record)).Add(record); break;
            case "49": EndAccount(record); break;
            case "98": EndGroup(record); break;
            case "99": EndFile(record); break;
            default: draft.QuarantineUnknown(record.Line, Unknown(record), record.Raw); break;
        }
    }

    static Fault Unknown(BaiRecord record) => new("record", "01, 02, 03, 16, 49, 88, 98 or 99", StatementFields.Shown(record.Raw));

    void BeginFile(BaiRecord record)
    {
        fileDate = StatementFields.ShortDate(At(record.StrictFields(), 2));
        file.Records += record.Records;
        CheckEnd(record);
    }

    void BeginGroup(BaiRecord record)
    {
        EndAccount(null);
        if (isInGroup) draft.FindInFile(StatementRule.Trailer, record.Line, "98", "02");
        var fields = record.StrictFields();
        (isInGroup, group) = (true, new BaiSums { Records = record.Records });
        groupDate = StatementFields.ShortDate(At(fields, 3));
        groupCurrency = StatementFields.CurrencyOf(At(fields, 5));
        purpose = At(fields, 2) switch
        {
            "2" => StatementPurpose.Deletion,
            "3" => StatementPurpose.Correction,
            "4" => StatementPurpose.Test,
            _ => StatementPurpose.Update,
        };
        CheckEnd(record);
    }

    void BeginAccount(BaiRecord record)
    {
        EndAccount(null);
        if (!isInGroup) FindNoGroup(record);
        draft.Begin();
        account = new BaiAccount(draft, record, groupCurrency ?? Dollar, groupDate ?? fileDate, purpose);
        CheckEnd(record);
    }

    // A detail before any account has an account of its own, so that it is counted.
    BaiAccount Nameless(BaiRecord record)
    {
        draft.Begin();
        draft.Find(StatementRule.Trailer, record.Line, "03", record.Code);
        return new BaiAccount(draft, new BaiRecord("03", record.Line, ""), groupCurrency ?? Dollar, groupDate ?? fileDate, purpose);
    }

    void EndAccount(BaiRecord? trailer)
    {
        if (account is null)
        {
            if (trailer is not null) draft.FindInFile(StatementRule.Trailer, trailer.Line, "03", "49");
            return;
        }
        account.End(trailer, group);
        account = null;
    }

    void EndGroup(BaiRecord record)
    {
        EndAccount(null);
        if (!isInGroup) draft.FindInFile(StatementRule.Trailer, record.Line, "02", "98");
        group.Records += record.Records;
        Check(record, group, "accounts");
        file.Add(group);
        (isInGroup, group) = (false, new());
    }

    void EndFile(BaiRecord record)
    {
        EndAccount(null);
        hasTrailer = true;
        file.Records += record.Records;
        Check(record, file, "groups");
    }

    void Check(BaiRecord record, BaiSums sums, string parts)
    {
        var fields = record.StrictFields();
        if (At(fields, 0) is { Length: > 0 } total && BaiSums.Read(total) != sums.Total)
            draft.FindInFile(StatementRule.ControlTotal, record.Line, StatementFields.Shown(total), $"{sums.Total}");
        if (At(fields, 1) is { Length: > 0 } count && BaiSums.Read(count) != sums.Parts)
            draft.FindInFile(StatementRule.Count, record.Line, $"{StatementFields.Shown(count)} {parts}", $"{sums.Parts} {parts}");
        if (At(fields, 2) is { Length: > 0 } records && BaiSums.Read(records) != sums.Records)
            draft.FindInFile(StatementRule.Count, record.Line, $"{StatementFields.Shown(records)} records", $"{sums.Records} records");
    }

    void FindNoGroup(BaiRecord record)
    {
        isInGroup = true;
        draft.FindInFile(StatementRule.Trailer, record.Line, "02", "03");
    }

    void CheckEnd(BaiRecord record)
    {
        if (record.BehindTheEnd() is { Length: > 0 } more)
            draft.FindInFile(StatementRule.Trailer, record.Line, "nothing behind the end of a record", StatementFields.Shown(more));
    }

    internal static string At(string[] fields, int place) => place < fields.Length ? fields[place] : "";
}

/// <summary>What an account, a group or a file of BAI2 comes to.</summary>
sealed class BaiSums
{
    const int LongestNumber = 18;

    /// <summary>Every amount in it, without regard to debit and credit.</summary>
    public Int128 Total { get; set; }

    /// <summary>The accounts of a group, the groups of a file.</summary>
    public int Parts { get; set; }

    public int Records { get; set; }

    /// <summary>Adds a part of it, as that part's own trailer says.</summary>
    public void Add(BaiSums part)
    {
        Total += part.Total;
        Records += part.Records;
        Parts++;
    }

    /// <summary>A number that may have a sign; null where it is none.</summary>
    public static long? Read(string text)
    {
        var digits = text.StartsWith('+') || text.StartsWith('-') ? text.AsSpan(1) : text;
        digits = digits.Length > 1 ? digits.TrimStart('0') : digits;
        if (digits.Length > LongestNumber) return null;
        long value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit)) return null;
            value = value * 10 + (digit - '0');
        }
        return text.Length == 0 ? null : text[0] == '-' ? -value : value;
    }
}
