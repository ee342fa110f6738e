using Microsoft.Azure.Cosmos;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>Whether anybody still has to look at a discrepancy, and who.</summary>
enum DiscrepancyStatus { Open, Assigned, Proposed, Resolved, Closed, Superseded }

/// <summary>A discrepancy as a document.</summary>
sealed record DiscrepancyDocument
{
    public required DiscrepancyId Id { get; init; }

    /// <summary>The partition.</summary>
    public required AcquirerName Acquirer { get; init; }

    public required DiscrepancyStatus Status { get; init; }

    /// <summary>The shard of its reference.</summary>
    public required int Shard { get; init; }

    /// <summary>When it was found first, and its id: the order of lists.</summary>
    public required string Place { get; init; }

    public required DateTimeOffset FoundAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Whether the ledger may not have been told of its resolution: it is told again until this is false.</summary>
    public bool IsDueToLedger { get; init; }

    public required Discrepancy Discrepancy { get; init; }

    /// <summary>The document of what has become of the discrepancy.</summary>
    public DiscrepancyDocument As(Discrepancy changed, DateTimeOffset now) => this with
    {
        Status = StatusOf(changed.State),
        ClosedAt = changed.State.IsOpen ? null : ClosedAt ?? now,
        IsDueToLedger = IsDueToLedger || changed.State is DiscrepancyState.Resolved && Discrepancy.State is not DiscrepancyState.Resolved,
        Discrepancy = changed,
    };

    /// <summary>A moment as places begin with it.</summary>
    public static string PlaceOf(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffff}Z";

    static DiscrepancyStatus StatusOf(DiscrepancyState state) => state switch
    {
        DiscrepancyState.Open => DiscrepancyStatus.Open,
        DiscrepancyState.Assigned => DiscrepancyStatus.Assigned,
        DiscrepancyState.Proposed => DiscrepancyStatus.Proposed,
        DiscrepancyState.Resolved => DiscrepancyStatus.Resolved,
        DiscrepancyState.Closed => DiscrepancyStatus.Closed,
        DiscrepancyState.Superseded => DiscrepancyStatus.Superseded,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>Which discrepancies of an acquirer are meant; what is not said is any.</summary>
sealed record DiscrepancyFilter
{
    public static readonly IReadOnlyList<DiscrepancyStatus> OpenOnes =
        [DiscrepancyStatus.Open, DiscrepancyStatus.Assigned, DiscrepancyStatus.Proposed];

    /// <summary>One of these; of every status where none is named.</summary>
    public IReadOnlyList<DiscrepancyStatus> Statuses { get; init; } = [];

    public DiscrepancyKind? Kind { get; init; }

    public string? File { get; init; }

    public string? AssignedTo { get; init; }

    /// <summary>Found at that moment or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Found before that moment.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>What goes on after a place, newest first.</summary>
    public QueryDefinition ToQuery(string? after)
    {
        var conditions = new List<(string Text, string Name, string Value)>();
        var statuses = string.Join(", ", Statuses.Select(status => $"'{Json.Word(status)}'"));
        if (Kind is { } kind) conditions.Add(("c.discrepancy.kind = @kind", "@kind", Json.Word(kind)));
        if (File is not null) conditions.Add(("c.discrepancy.file = @file", "@file", File));
        if (AssignedTo is not null) conditions.Add(("c.discrepancy.state.to = @to", "@to", AssignedTo));
        if (From is { } from) conditions.Add(("c.place >= @from", "@from", DiscrepancyDocument.PlaceOf(from)));
        if (Before is { } before) conditions.Add(("c.place < @before", "@before", DiscrepancyDocument.PlaceOf(before)));
        if (after is not null) conditions.Add(("c.place < @after", "@after", after));
        var texts = conditions.Select(one => one.Text).Concat(Statuses.Count > 0 ? [$"c.status IN ({statuses})"] : []).ToList();
        var query = new QueryDefinition(
            $"SELECT * FROM c{(texts.Count == 0 ? "" : $" WHERE {string.Join(" AND ", texts)}")} ORDER BY c.place DESC");
        foreach (var (_, name, value) in conditions) query = query.WithParameter(name, value);
        return query;
    }
}
