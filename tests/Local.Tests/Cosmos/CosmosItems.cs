using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Railyard.Local.Tests.Cosmos;

/// <summary>Items as streams, and pages of them as lists.</summary>
static class CosmosItems
{
    const int PagesMax = 200;

    public static MemoryStream Json(string text) => new(Encoding.UTF8.GetBytes(text));

    public static MemoryStream Json(Order order) =>
        new(JsonSerializer.SerializeToUtf8Bytes(order, JsonSerializerOptions.Web));

    public static async Task<IReadOnlyList<T>> AllAsync<T>(this FeedIterator<T> iterator)
    {
        var all = new List<T>();
        for (var page = 0; iterator.HasMoreResults; page++)
        {
            Assert.True(page < PagesMax, "The iterator does not come to an end.");
            all.AddRange(await iterator.ReadNextAsync(TestContext.Current.CancellationToken));
        }
        return all;
    }
}
