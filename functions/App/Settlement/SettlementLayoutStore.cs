using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>A layout as an operator wrote it; every change is a version more.</summary>
sealed record StoredLayout(string Id, string File, int Version, JsonElement Content, string ChangedBy, DateTimeOffset ChangedAt)
{
    public string ETag => TagOf(Version);

    public static string TagOf(int version) => $"\"{version}\"";
}

/// <summary>Keeps the layouts of settlement files, all in one partition: they are few.</summary>
public sealed class SettlementLayoutStore(Containers containers)
{
    /// <summary>More layouts than this are refused.</summary>
    internal const int MostLayouts = 200;

    const string Partition = "layouts";
    const int PageRows = 50;

    /// <summary>The layout of a name, or null.</summary>
    internal async Task<StoredLayout?> FindAsync(string name, CancellationToken cancellation) =>
        (await containers.Settlements.FindAsync<StoredLayout>(name, Partition, cancellation))?.Value;

    /// <summary>All layouts, by name.</summary>
    internal async Task<IReadOnlyList<StoredLayout>> ListAsync(CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c");
        var rows = await containers.Settlements.FirstAsync<StoredLayout>(query, Partition, MostLayouts, cancellation, PageRows);
        return [.. rows.OrderBy(row => row.Id, StringComparer.Ordinal)];
    }

    /// <summary>The layouts that an acquirer's files may have, ready to be read by, in the order of their names.</summary>
    internal async Task<IReadOnlyList<CompiledLayout>> OfAsync(AcquirerName acquirer, CancellationToken cancellation) =>
    [
        .. (await ListAsync(cancellation))
            .Select(Compiled)
            .Where(layout => layout.Layout.Acquirers.Count == 0 || layout.Layout.Acquirers.Contains(acquirer.Value)),
    ];

    /// <summary>A layout of ours, ready to be read by.</summary>
    /// <exception cref="InvariantBroken">It was not valid when it was kept.</exception>
    internal static CompiledLayout Compiled(StoredLayout stored) =>
        LayoutRequest.Read(stored.Id, stored.Content).Layout ?? throw new InvariantBroken($"The layout {stored.Id} cannot be read by.");

    /// <summary>Saves the version that follows the one that was there; null where somebody was faster.</summary>
    internal async Task<StoredLayout?> SaveAsync(string name, JsonElement content, int version, string by, DateTimeOffset now)
    {
        var stored = await containers.Settlements.FindAsync<StoredLayout>(name, Partition, CancellationToken.None);
        if ((stored?.Value.Version ?? 0) != version) return null;
        var changed = new StoredLayout(name, Partition, version + 1, content, by, now);
        var saved = await containers.Settlements.TrySaveAsync(name, Partition, changed, stored?.ETag, CancellationToken.None);
        return saved?.Value;
    }
}
