using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Settlement;

/// <summary>The lines a batch will show, after what was scripted to be wrong with them.</summary>
sealed class Draft
{
    const long ExtraMajorUnits = 12;
    const string UsualCurrency = "EUR";
    const string UsualBrand = "visa";

    public List<BatchLine> Lines { get; private init; } = [];
    public List<ScriptedDiscrepancy> Discrepancies { get; } = [];

    /// <summary>The place in the book of the line that is missing.</summary>
    public long? LeftOut { get; private set; }

    /// <summary>Null when there are not enough lines to make all of it wrong.</summary>
    public static Draft? Of(List<OpenLine> open, IReadOnlySet<DiscrepancyKind> wrong, DateTimeOffset closedAt)
    {
        var draft = new Draft { Lines = open.ConvertAll(line => line.Line) };
        // Removing comes last: the places before it are still those of the book.
        if (wrong.Contains(DiscrepancyKind.WrongAmount) && !draft.RaiseOneAmount()) return null;
        if (wrong.Contains(DiscrepancyKind.Missing) && !draft.LeaveOneOut(open)) return null;
        if (wrong.Contains(DiscrepancyKind.Extra)) draft.InventOne(closedAt);
        return draft;
    }

    bool RaiseOneAmount()
    {
        var index = Lines.FindIndex(line => line.Kind == LineKind.Settled);
        if (index < 0) return false;
        var line = Lines[index];
        Lines[index] = line with { Gross = line.Gross + MinorUnits.OneMajor(line.Currency) };
        Note(DiscrepancyKind.WrongAmount, Lines[index]);
        return true;
    }

    // The last line goes, unless it is the one whose amount is wrong already.
    bool LeaveOneOut(List<OpenLine> open)
    {
        var index = Lines.FindLastIndex(line =>
            Discrepancies.TrueForAll(one => one.ModificationReference != line.ModificationPsp));
        if (index < 0) return false;
        Note(DiscrepancyKind.Missing, Lines[index]);
        LeftOut = open[index].Ordinal;
        Lines.RemoveAt(index);
        return true;
    }

    void InventOne(DateTimeOffset closedAt)
    {
        var currency = Lines.Count > 0 ? Lines[0].Currency : UsualCurrency;
        var psp = Entries.NewPsp();
        Lines.Add(new BatchLine
        {
            Kind = LineKind.Settled,
            Psp = psp,
            Reference = $"nobody-{psp}",
            Brand = UsualBrand,
            ModificationPsp = Entries.NewPsp(),
            Currency = currency,
            Gross = ExtraMajorUnits * MinorUnits.OneMajor(currency),
            Commission = 0,
            BookedAt = closedAt,
        });
        Note(DiscrepancyKind.Extra, Lines[^1]);
    }

    void Note(DiscrepancyKind kind, BatchLine line) =>
        Discrepancies.Add(new ScriptedDiscrepancy(kind.Word(), line.Psp, line.ModificationPsp));
}
