using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>Instances as the client shows them.</summary>
static class MetadataRows
{
    // The start is always a run's first row, and a turn's time is when the instance last moved.
    const string Columns =
        """
        i.key, i.id, i.name, i.status, i.created, i.tags,
        coalesce(
            (SELECT at FROM log WHERE instance = i.key AND kind = 0 ORDER BY sequence DESC LIMIT 1),
            i.created)
        """;

    const string Payloads =
        """
        (SELECT body FROM log WHERE instance = i.key AND sequence = 1), i.output, i.custom_status, i.failure
        """;

    const string Filter =
        """
        i.key > ?1 AND (?2 IS NULL OR i.created >= ?2) AND (?3 IS NULL OR i.created <= ?3)
        AND ((1 << i.status) & ?4) <> 0 AND (?5 IS NULL OR substr(i.id, 1, length(?5)) = ?5)
        """;

    public static OrchestrationMetadata? Find(Session session, string id, DataConverter? converter) =>
        converter is null
            ? session.First($"SELECT {Columns} FROM instances i WHERE i.id = ?1", row => Bare(row), id)
            : session.First(
                $"SELECT {Columns}, {Payloads} FROM instances i WHERE i.id = ?1",
                row => Whole(row, converter),
                id);

    public static List<(long Key, OrchestrationMetadata Metadata)> ReadPage(
        Session session, InstanceFilter filter, long after, int size, DataConverter? converter) =>
        converter is null
            ? session.Query(
                $"SELECT {Columns} FROM instances i WHERE {Filter} ORDER BY i.key LIMIT ?6",
                row => (row.GetInt64(0), Bare(row)),
                filter.Parameters(after, size))
            : session.Query(
                $"SELECT {Columns}, {Payloads} FROM instances i WHERE {Filter} ORDER BY i.key LIMIT ?6",
                row => (row.GetInt64(0), Whole(row, converter)),
                filter.Parameters(after, size));

    public static List<long> ReadKeys(Session session, InstanceFilter filter, int size) =>
        session.Query(
            $"SELECT i.key FROM instances i WHERE {Filter} ORDER BY i.key LIMIT ?6",
            row => row.GetInt64(0),
            filter.Parameters(0, size));

    static OrchestrationMetadata Bare(Row row) =>
        new(row.GetString(2), row.GetString(1))
        {
            RuntimeStatus = (OrchestrationRuntimeStatus)row.GetInt32(3),
            CreatedAt = At(row, 4),
            Tags = Tags(row),
            LastUpdatedAt = At(row, 6),
        };

    static OrchestrationMetadata Whole(Row row, DataConverter converter) =>
        new(row.GetString(2), row.GetString(1))
        {
            RuntimeStatus = (OrchestrationRuntimeStatus)row.GetInt32(3),
            CreatedAt = At(row, 4),
            Tags = Tags(row),
            LastUpdatedAt = At(row, 6),
            DataConverter = converter,
            SerializedInput = row.TextAt(7),
            SerializedOutput = row.TextAt(8),
            SerializedCustomStatus = row.TextAt(9),
            FailureDetails = row.TextAt(10) is { } failure ? Failure.Decode(failure).ToDetails() : null,
        };

    static DateTimeOffset At(Row row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    static Dictionary<string, string> Tags(Row row) =>
        row.TextAt(5) is { } tags ? JsonSerializer.Deserialize<Dictionary<string, string>>(tags)! : [];
}

/// <summary>Which instances are meant.</summary>
sealed record InstanceFilter(DateTimeOffset? From, DateTimeOffset? To, long StatusBits, string? Prefix)
{
    const long EveryStatus = -1;

    public const long EndedStatuses =
        (1 << (int)OrchestrationRuntimeStatus.Completed)
        | (1 << (int)OrchestrationRuntimeStatus.Failed)
        | (1 << (int)OrchestrationRuntimeStatus.Terminated);

    public static InstanceFilter Of(OrchestrationQuery? query) =>
        new(query?.CreatedFrom, query?.CreatedTo, Bits(query?.Statuses), query?.InstanceIdPrefix);

    public static InstanceFilter Ended(PurgeInstancesFilter filter) =>
        new(filter.CreatedFrom, filter.CreatedTo, Bits(filter.Statuses) & EndedStatuses, null);

    public object?[] Parameters(long after, int size) =>
        [after, From?.UtcTicks, To?.UtcTicks, StatusBits, string.IsNullOrEmpty(Prefix) ? null : Prefix, size];

    static long Bits(IEnumerable<OrchestrationRuntimeStatus>? statuses)
    {
        var bits = statuses?.Aggregate(0L, (all, status) => all | (1L << (int)status)) ?? 0;
        return bits == 0 ? EveryStatus : bits;
    }
}
