using Railyard.Core.Payments;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.Core.Reconciliation.Bank;

/// <summary>The discrepancies that bank statements show, with ids that derive from what shows them.</summary>
public static class BankBreaks
{
    /// <summary>Whose the breaks are that are no acquirer's: they are listed under this name.</summary>
    public static readonly AcquirerName OwnBank = new("bank");

    /// <summary>Whose a break of that expectation is.</summary>
    public static AcquirerName OwnerOf(BankExpectation expected) =>
        expected.Kind == BankExpectationKind.AcquirerPayout ? new(expected.Party) : OwnBank;

    /// <summary>A payment that has not come within the agreed days; where we pay, no file says so.</summary>
    public static Discrepancy Missing(BankExpectation expected) => Of(
        OwnerOf(expected), DiscrepancyKind.MissingAtBank, expected.Id.Value, expected.File, expected,
        [new("amount", Text(expected.Paid), null), new("value_date", $"until {expected.OverdueAfter:yyyy-MM-dd}", null)]) with { Amount = expected.Paid.Amount };

    /// <summary>A line that names an acquirer and that nothing expects.</summary>
    public static Discrepancy Unexpected(PlacedLine placed, AcquirerName acquirer) =>
        OfLine(acquirer, DiscrepancyKind.UnexpectedAtBank, placed, null, [new("amount", null, Text(placed.Line.Amount))]);

    /// <summary>A line that may be any of several payments.</summary>
    public static Discrepancy Ambiguous(PlacedLine placed, IReadOnlyList<BankExpectation> candidates) =>
        OfLine(OwnerOf(candidates[0]), DiscrepancyKind.AmbiguousAtBank, placed, null,
            [new("payment", string.Join(", ", candidates.Take(MostShown).Select(one => $"{one.Party} {one.For}")), Text(placed.Line.Amount))]);

    /// <summary>A line under a payment's reference that is not its amount.</summary>
    public static Discrepancy Differs(PlacedLine placed, IReadOnlyList<BankExpectation> named)
    {
        var expected = string.Join(" + ", named.Take(MostShown).Select(one => Text(one.Paid)));
        return OfLine(OwnerOf(named[0]), DiscrepancyKind.DiffersAtBank, placed, named[0], [new("amount", expected, Text(placed.Line.Amount))]);
    }

    /// <summary>A line under the reference of a payment that was there already.</summary>
    public static Discrepancy Duplicate(PlacedLine placed, BankExpectation expected) =>
        OfLine(OwnerOf(expected), DiscrepancyKind.DuplicateAtBank, placed, expected, [new("amount", null, Text(placed.Line.Amount))]);

    /// <summary>A file whose own totals disagree.</summary>
    public static Discrepancy OfControl(FileId file, IReadOnlyList<StatementFinding> findings) => Of(
        OwnBank, DiscrepancyKind.ControlTotalBroken, file.Value, file, null,
        [.. findings.Take(MostShown).Select(finding => new FieldDifference(Place(finding), finding.Expected, finding.Found))]);

    const int MostShown = 20;

    static Discrepancy OfLine(
        AcquirerName owner, DiscrepancyKind kind, PlacedLine placed, BankExpectation? expected, IReadOnlyList<FieldDifference> fields) =>
        Of(owner, kind, $"{placed.File} line {placed.Line.Number}", placed.File, expected,
            [.. fields, new("bank_line", null, $"{placed.Line.Number}"), new("value_date", null, $"{placed.Line.ValueOn:yyyy-MM-dd}")]);

    static Discrepancy Of(
        AcquirerName owner, DiscrepancyKind kind, string cause, FileId? file, BankExpectation? expected, IReadOnlyList<FieldDifference> fields) =>
        new()
        {
            Id = new(DerivedId.Of(DiscrepancyId.Prefix, owner.Value, cause, kind.ToString())),
            Acquirer = owner,
            Kind = kind,
            File = file,
            Expectation = expected?.Id,
            AcquirerReference = expected?.Reference ?? expected?.EndToEndId ?? "",
            Merchant = expected?.Kind == BankExpectationKind.MerchantPayout ? new MerchantId(expected.Party) : null,
            Fields = fields,
            State = new DiscrepancyState.Open(),
        };

    static string Place(StatementFinding finding) => (finding.Statement, finding.Line) switch
    {
        ({ } statement, { } line) => $"{finding.Rule} of statement {statement} at line {line}",
        ({ } statement, null) => $"{finding.Rule} of statement {statement}",
        (null, { } line) => $"{finding.Rule} at line {line}",
        _ => $"{finding.Rule} of the file",
    };

    static string Text(Movement amount) => amount.Direction == Direction.Credit ? $"{amount.Amount}" : $"-{amount.Amount}";
}
