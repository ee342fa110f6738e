using System.Net.Http.Json;
using System.Text.Json;

namespace Railyard.Benchmarks.Payments;

/// <summary>What the app's local runtime has counted up to a moment.</summary>
sealed record MeterReading(JsonElement Totals)
{
    public static async Task<MeterReading> TakeAsync(Uri cosmos)
    {
        using var http = new HttpClient { BaseAddress = cosmos };
        return new(await http.GetFromJsonAsync<JsonElement>("/local/meters"));
    }

    /// <summary>How much of a meter came since an earlier reading, by kind.</summary>
    public IReadOnlyDictionary<string, double> Since(MeterReading earlier, string meter) =>
        Totals.GetProperty(meter).EnumerateObject().ToDictionary(
            total => total.Name,
            total => total.Value.GetDouble() - earlier.Of(meter, total.Name));

    double Of(string meter, string kind) =>
        Totals.GetProperty(meter).TryGetProperty(kind, out var total) ? total.GetDouble() : 0;
}
