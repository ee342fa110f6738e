using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// A discrepancy, <c>dsc_…</c>, derived from its cause and kind, so that finding it again is finding the
/// same.
/// </summary>
public readonly record struct DiscrepancyId(string Value)
{
    /// <summary>What a discrepancy id starts with.</summary>
    public const string Prefix = "dsc_";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>What does not agree.</summary>
public enum DiscrepancyKind
{
    MissingAtAcquirer,
    MissingHere,
    AmountDiffers,
    CurrencyDiffers,
    FeeDiffers,
    Duplicate,
    UnknownType,
    ControlTotalBroken,

    /// <summary>A payment that our bank should have shown by now.</summary>
    MissingAtBank,

    /// <summary>A line of a bank statement that names an acquirer of ours, and that nothing expects.</summary>
    UnexpectedAtBank,

    /// <summary>A line of a bank statement that may be one of several payments.</summary>
    AmbiguousAtBank,

    /// <summary>A line of a bank statement under the reference of a payment, of another amount.</summary>
    DiffersAtBank,

    /// <summary>A line of a bank statement under the reference of a payment that was there already.</summary>
    DuplicateAtBank,

    /// <summary>Several expectations could be meant, and nothing says which.</summary>
    Ambiguous,
}

/// <summary>One field that does not agree; a side that has nothing there is null.</summary>
public sealed record FieldDifference(string Field, string? Expected, string? Found);

/// <summary>A break between what we expect and what the acquirer's file says.</summary>
public sealed record Discrepancy
{
    public required DiscrepancyId Id { get; init; }

    public required AcquirerName Acquirer { get; init; }

    public required DiscrepancyKind Kind { get; init; }

    /// <summary>
    /// The file that shows it, by a line or by the lack of one; null where no file came at all by which it was due.
    /// </summary>
    public FileId? File { get; init; }

    /// <summary>
    /// The line that shows it; null where a line is missing, or where the file as a whole is wrong.
    /// </summary>
    public SettlementLine? Line { get; init; }

    /// <summary>What was expected, where we expected something.</summary>
    public ExpectationId? Expectation { get; init; }

    /// <summary>The acquirer's reference of the payment; empty where no payment is meant.</summary>
    public required string AcquirerReference { get; init; }

    public MerchantId? Merchant { get; init; }

    public PaymentId? Payment { get; init; }

    public OperationId? Operation { get; init; }

    /// <summary>What was expected and what was found, field by field.</summary>
    public required IReadOnlyList<FieldDifference> Fields { get; init; }

    /// <summary>
    /// What is at stake: by how much amounts or fees differ, else the amount that has no counterpart; null where it cannot be
    /// counted.
    /// </summary>
    public Money? Amount { get; init; }

    public required DiscrepancyState State { get; init; }

    /// <summary>The run of its file that no longer finds it, though a person had ended it; null as long as it is found.</summary>
    public int? GoneIn { get; init; }

    /// <summary>What people did about it, the oldest first.</summary>
    public IReadOnlyList<DiscrepancyEntry> History { get; init; } = [];

    /// <summary>
    /// A break that a line shows, with the expectation it was held against where there was one.
    /// </summary>
    public static Discrepancy OfLine(
        FileFacts file, SettlementLine line, DiscrepancyKind kind, Expectation? expected, params FieldDifference[] fields) =>
        new()
        {
            Id = IdOf(file.Acquirer, $"{file.Id} line {line.Number}", kind),
            Acquirer = file.Acquirer,
            Kind = kind,
            File = file.Id,
            Line = line,
            Expectation = expected?.Id,
            AcquirerReference = line.AcquirerReference,
            Merchant = expected?.Merchant,
            Payment = expected?.Payment,
            Operation = expected?.Operation,
            Fields = fields,
            Amount = Comparison.AtStake(line, kind, expected),
            State = new DiscrepancyState.Open(),
        };

    /// <summary>A break that the lack of a line shows, in that file, or in any.</summary>
    public static Discrepancy OfMissing(Expectation expected, FileId? file) =>
        new()
        {
            Id = IdOf(expected.Acquirer, expected.Id.Value, DiscrepancyKind.MissingAtAcquirer),
            Acquirer = expected.Acquirer,
            Kind = DiscrepancyKind.MissingAtAcquirer,
            File = file,
            Expectation = expected.Id,
            AcquirerReference = expected.AcquirerReference,
            Merchant = expected.Merchant,
            Payment = expected.Payment,
            Operation = expected.Operation,
            Fields = [new("amount", $"{expected.Amount}", null)],
            Amount = expected.Amount,
            State = new DiscrepancyState.Open(),
        };

    /// <summary>A file whose own totals disagree.</summary>
    public static Discrepancy OfControl(FileFacts file, Control control) =>
        new()
        {
            Id = IdOf(file.Acquirer, file.Id.Value, DiscrepancyKind.ControlTotalBroken),
            Acquirer = file.Acquirer,
            Kind = DiscrepancyKind.ControlTotalBroken,
            File = file.Id,
            AcquirerReference = "",
            Fields = [.. control.Findings.Select(finding => Difference(finding))],
            State = new DiscrepancyState.Open(),
        };

    /// <summary>Whether a counterpart that comes late explains a break of that kind.</summary>
    public static bool MayCloseLate(DiscrepancyKind kind) => kind switch
    {
        DiscrepancyKind.MissingAtAcquirer or DiscrepancyKind.MissingHere => true,
        DiscrepancyKind.Duplicate or DiscrepancyKind.Ambiguous => true,
        DiscrepancyKind.AmountDiffers or DiscrepancyKind.CurrencyDiffers or DiscrepancyKind.FeeDiffers => false,
        DiscrepancyKind.UnknownType or DiscrepancyKind.ControlTotalBroken => false,
        // The bank's own join closes these.
        DiscrepancyKind.MissingAtBank or DiscrepancyKind.UnexpectedAtBank or DiscrepancyKind.AmbiguousAtBank => false,
        DiscrepancyKind.DiffersAtBank or DiscrepancyKind.DuplicateAtBank => false,
    };

    static DiscrepancyId IdOf(AcquirerName acquirer, string cause, DiscrepancyKind kind) =>
        new(DerivedId.Of(DiscrepancyId.Prefix, acquirer.Value, cause, kind.ToString()));

    static FieldDifference Difference(ControlFinding finding)
    {
        var place = finding.Line is { } line ? $"line {line}" : $"batch {finding.Batch}";
        return new($"{finding.Rule} of {place}", finding.Expected, finding.Found);
    }
}
