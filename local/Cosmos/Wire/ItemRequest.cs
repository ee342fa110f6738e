using Microsoft.AspNetCore.Http;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Items;

namespace Railyard.Local.Cosmos.Wire;

/// <summary>The headers of a request on items that change what it does.</summary>
sealed record ItemRequest(
    Container Container,
    PartitionKey? PartitionKey,
    KeyInterval? Interval,
    string? Id,
    string? IfMatch,
    string? IfNoneMatch,
    bool IsMinimal,
    ReadOnlyMemory<byte> Body)
{
    public static ItemRequest From(
        IHeaderDictionary headers,
        Container container,
        PartitionKey? key,
        KeyInterval? interval,
        string? id,
        ReadOnlyMemory<byte> body) =>
        new(
            container,
            key,
            interval,
            id,
            Header(headers.IfMatch.ToString()),
            Header(headers.IfNoneMatch.ToString()),
            headers["Prefer"].ToString().Contains("return=minimal", StringComparison.OrdinalIgnoreCase),
            body);

    static string? Header(string value) => value.Length == 0 ? null : value;
}
