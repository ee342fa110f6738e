using System.Text.Json.Nodes;

namespace Railyard.Local.Cosmos.Wire;

/// <summary><c>GET /local/meters</c>: what the process has counted so far, for a load test that looks twice.</summary>
static class MeterReading
{
    public static Answer Take() => Answer.Json(200, new JsonObject(
        Meters.All.Select(tally => KeyValuePair.Create(tally.Name, (JsonNode?)Of(tally)))));

    static JsonObject Of(Tally tally) =>
        new(tally.Totals.Select(total => KeyValuePair.Create(total.Key, (JsonNode?)total.Value)));
}
