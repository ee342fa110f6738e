using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Railyard.Local.Cosmos.Query;

/// <summary>How much of a result a client asks for, and where it goes on.</summary>
sealed record Page(int ItemsMax, string? Continuation)
{
    const int ItemsMaxByDefault = 1_000;
    const int ItemsMaxAtAll = 10_000;

    public static Page From(IHeaderDictionary headers)
    {
        var asked = int.TryParse(
            headers["x-ms-max-item-count"], NumberStyles.Integer, CultureInfo.InvariantCulture, out var count)
            && count > 0 ? Math.Min(count, ItemsMaxAtAll) : ItemsMaxByDefault;
        var continuation = headers["x-ms-continuation"].ToString();
        return new Page(asked, continuation.Length == 0 ? null : continuation);
    }
}
