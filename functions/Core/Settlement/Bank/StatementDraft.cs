namespace Railyard.Core.Settlement.Bank;

/// <summary>Gathers a file of statements while it is read, and holds each statement to its balances when it ends.</summary>
sealed class StatementDraft(StatementFormat format)
{
    /// <summary>More findings than this are counted, not listed.</summary>
    public const int ListedFindings = 100;

    /// <summary>A file with more lines is refused: nobody could look at what came of them.</summary>
    public const int MostLines = 500_000;

    /// <summary>A file with more statements is refused.</summary>
    public const int MostStatements = 10_000;

    const int KeptOfRawEntry = 512;

    readonly List<BankStatement> statements = [];
    readonly List<BankLine> lines = [];
    readonly List<QuarantinedEntry> quarantined = [];
    readonly List<StatementFinding> findings = [];
    readonly HashSet<int> broken = [];
    readonly Dictionary<string, BankStatement> last = [];
    int findingsInAll;

    /// <summary>The statement that is being read, counted from 1; 0 before the first.</summary>
    public int Statement { get; private set; }

    /// <summary>How many entries it has so far, readable or not.</summary>
    public int Entries { get; private set; }

    /// <summary>What its booked entries come to so far.</summary>
    public Int128 Booked { get; private set; }

    /// <summary>Its credits, and how many.</summary>
    public (int Count, Int128 Sum) Credits { get; private set; }

    /// <summary>Its debits, and how many.</summary>
    public (int Count, Int128 Sum) Debits { get; private set; }

    /// <summary>Whether all its booked entries could be added up.</summary>
    public bool IsCountable { get; private set; }

    /// <summary>Begins the next statement.</summary>
    public void Begin()
    {
        Statement++;
        (Entries, Booked, Credits, Debits, IsCountable) = (0, 0, default, default, true);
    }

    /// <summary>Counts an entry of the statement and adds it up.</summary>
    public void Count(Movement amount, EntryStatus status, Currency? currency, int fileLine)
    {
        Entries++;
        Int128 minor = amount.Amount.MinorUnits;
        if (amount.Direction == Direction.Credit) Credits = (Credits.Count + 1, Credits.Sum + minor);
        else Debits = (Debits.Count + 1, Debits.Sum + minor);
        if (currency is { } own && amount.Amount.Currency != own)
        {
            IsCountable = false;
            Find(StatementRule.EntryCurrency, fileLine, own.Code, amount.Amount.Currency.Code);
        }
        else if (status == EntryStatus.Booked) Booked += amount.Direction == Direction.Credit ? minor : -minor;
    }

    /// <summary>Adds a line; its number is given here.</summary>
    public void Add(BankLine line)
    {
        if (!IsFull) lines.Add(line with { Number = NextLine, Statement = Statement });
    }

    /// <summary>Counts an entry that cannot be read.</summary>
    public void Quarantine(int fileLine, Fault fault, string raw)
    {
        Entries++;
        IsCountable = false;
        Keep(Statement, fileLine, fault, raw);
    }

    /// <summary>Counts what nobody can tell what it is: no entry of any statement.</summary>
    public void QuarantineUnknown(int fileLine, Fault fault, string raw) => Keep(statement: 0, fileLine, fault, raw);

    /// <summary>Notes a rule that does not hold for the statement being read.</summary>
    public void Find(StatementRule rule, int? line, string expected, string found) =>
        FindIn(Statement == 0 ? null : Statement, rule, line, expected, found);

    /// <summary>Notes a rule that does not hold for the file as a whole.</summary>
    public void FindInFile(StatementRule rule, int? line, string expected, string found) => FindIn(null, rule, line, expected, found);

    /// <summary>Ends the statement: what was there, and what came and went, must be what is there.</summary>
    /// <param name="statement">What its header and balances say; its counts are filled in here.</param>
    /// <param name="hasTotals">Whether it was held to totals besides its balances.</param>
    public void End(BankStatement statement, bool hasTotals)
    {
        if (IsFull) return;
        var hasBalances = statement.Opening is not null && statement.Closing is not null;
        if (hasBalances) CheckBalances(statement);
        if (statement.Purpose is StatementPurpose.Deletion or StatementPurpose.Correction)
            Find(StatementRule.Purpose, statement.FileLine, "an update", statement.Purpose == StatementPurpose.Deletion ? "a deletion" : "a correction");
        CheckSeries(statement);
        var sound = hasBalances || hasTotals ? ControlStatus.Balanced : ControlStatus.None;
        statements.Add(statement with
        {
            Number = Statement,
            Entries = Entries,
            Booked = (long)Int128.Clamp(Booked, long.MinValue, long.MaxValue),
            Control = broken.Contains(Statement) ? ControlStatus.Broken : sound,
        });
    }

    void CheckSeries(BankStatement statement)
    {
        if (last.TryGetValue(statement.Account, out var before))
            foreach (var finding in StatementSeries.Check(before, statement)) Find(finding.Rule, statement.FileLine, finding.Expected, finding.Found);
        last[statement.Account] = statement;
    }

    /// <summary>All that was gathered; nothing, where it is more than a file may have.</summary>
    public StatementFile ToFile()
    {
        if (Statement > MostStatements) return StatementReader.Rejected(0, new("file", $"at most {MostStatements} statements", "more"));
        if (NextLine > MostLines + 1) return StatementReader.Rejected(0, new("file", $"at most {MostLines} lines", "more"));
        return new()
        {
            Format = format,
            Statements = statements,
            Lines = lines,
            Quarantined = quarantined,
            Findings = findings,
            FindingsInAll = findingsInAll,
        };
    }

    void Keep(int statement, int fileLine, Fault fault, string raw)
    {
        if (!IsFull) quarantined.Add(new(NextLine, statement, fileLine, fault, raw.Length > KeptOfRawEntry ? raw[..KeptOfRawEntry] : raw));
    }

    // One more than a file may have, so that one that has as many is taken.
    bool IsFull => NextLine > MostLines + 1 || Statement > MostStatements;

    int NextLine => lines.Count + quarantined.Count + 1;

    void CheckBalances(BankStatement statement)
    {
        var (opening, closing) = (statement.Opening!.Amount, statement.Closing!.Amount);
        if (opening.Currency != closing.Currency)
            Find(StatementRule.ClosingBalance, statement.FileLine, opening.Currency.Code, closing.Currency.Code);
        else if (!IsCountable)
            Find(StatementRule.ClosingBalance, statement.FileLine, $"{closing}", $"{opening.MinorUnits + Booked} {opening.Currency} and what cannot be added");
        else if (opening.MinorUnits + Booked != closing.MinorUnits)
            Find(StatementRule.ClosingBalance, statement.FileLine, $"{closing}", $"{opening.MinorUnits + Booked} {opening.Currency}");
    }

    void FindIn(int? statement, StatementRule rule, int? line, string expected, string found)
    {
        findingsInAll++;
        if (statement is { } number) broken.Add(number);
        if (findings.Count < ListedFindings) findings.Add(new(rule, statement, line, expected, found));
    }
}
