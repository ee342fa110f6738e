using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>A discrepancy as the contract shows it: what does not agree, per field, and what was done about it.</summary>
sealed record DiscrepancyWire(
    DiscrepancyId Id,
    DiscrepancyKind Kind,
    DiscrepancyStatus Status,
    AcquirerName Acquirer,
    FileId? FileId,
    int? Line,
    string? Type,
    string? AcquirerReference,
    string? ModificationReference,
    PaymentId? Payment,
    OperationId? Operation,
    IReadOnlyList<FieldDifference> Fields,
    long? Amount,
    string? Currency,
    AgeBucket? Age,
    DateTimeOffset FoundAt,
    string? AssignedTo,
    ResolutionWire? Resolution,
    IReadOnlyList<EntryWire> History,
    DateTimeOffset? ClosedAt,
    ClosedByWire? ClosedBy)
{
    public static DiscrepancyWire Of(DiscrepancyDocument document, DateTimeOffset now)
    {
        var found = document.Discrepancy;
        return new(
            found.Id,
            found.Kind,
            document.Status,
            found.Acquirer,
            found.File,
            found.Line?.Number,
            found.Line?.Type,
            found.AcquirerReference.Length == 0 ? null : found.AcquirerReference,
            found.Line?.ModificationReference,
            found.Payment,
            found.Operation,
            found.Fields,
            found.Amount?.MinorUnits,
            found.Amount?.Currency.Code,
            found.State.IsOpen ? Ageing.BucketOf(document.FoundAt, now) : null,
            document.FoundAt,
            AssigneeOf(found.State),
            ResolutionWire.Of(found.State),
            [.. found.History.Select(EntryWire.Of)],
            document.ClosedAt,
            found.State is DiscrepancyState.Closed { File: { } file, Line: { } line } ? new ClosedByWire(file, line) : null);
    }

    static string? AssigneeOf(DiscrepancyState state) => state switch
    {
        DiscrepancyState.Assigned assigned => assigned.To,
        DiscrepancyState.Proposed proposed => proposed.To,
        _ => null,
    };
}

/// <summary>How a person ended a discrepancy, or would.</summary>
sealed record ResolutionWire(
    ResolutionKind Kind, string Reason, DiscrepancyId? DuplicateOf, string By, string? ApprovedBy, string? Bulk)
{
    public static ResolutionWire? Of(DiscrepancyState state) => state switch
    {
        DiscrepancyState.Proposed proposed => Of(proposed.Resolution, proposed.By, null),
        DiscrepancyState.Resolved resolved => Of(resolved.Resolution, resolved.By, resolved.ApprovedBy),
        _ => null,
    };

    static ResolutionWire Of(Resolution resolution, string by, string? approvedBy) =>
        new(resolution.Kind, resolution.Reason, resolution.DuplicateOf, by, approvedBy, resolution.Bulk);
}

/// <summary>Who did what, when and why.</summary>
sealed record EntryWire(DateTimeOffset At, string By, DiscrepancyAct Act, string? Text, string? To, ResolutionKind? Kind)
{
    public static EntryWire Of(DiscrepancyEntry entry) => new(entry.At, entry.By, entry.Act, entry.Text, entry.To, entry.Resolution);
}

/// <summary>The line that explained a discrepancy.</summary>
sealed record ClosedByWire(FileId FileId, int Line);
