using System.Globalization;

namespace Railyard.App.Tests.Routing;

/// <summary>Routing programs and what is done with them, as a merchant writes them.</summary>
static class Programs
{
    public const string Path = "/v1/routing";

    public static object Priority(params string[] acquirers) => new { priority = acquirers };

    public static object Rule(string name, object when, object then) => new { name, when, then };

    public static object Program(object otherwise, params object[] rules) => new { rules, otherwise };

    /// <summary>Puts a program in place whatever is there.</summary>
    public static Task<Reply> PutProgramAsync(this Client client, object program, string ifMatch = "*") =>
        client.SendAsync(HttpMethod.Put, Path, new { program }, ("If-Match", ifMatch));

    /// <summary>The acquirers of a payment's route with whether they were kept and why.</summary>
    public static async Task<(Reply Attempts, List<(string Acquirer, bool IsKept, string Reason)> Candidates)> RouteOfAsync(
        this Client client, Reply payment)
    {
        var attempts = await client.GetAsync($"/v1/payments/{payment["id"]}/attempts");
        return (attempts, [.. attempts.Body.GetProperty("routing").GetProperty("candidates").EnumerateArray().Select(one => (
            one.GetProperty("acquirer").GetString()!,
            one.GetProperty("kept").GetBoolean(),
            one.GetProperty("reason").GetString()!))]);
    }

    /// <summary>A moment as a request has it, so many minutes from now.</summary>
    public static string Moment(int minutes) => TimeProvider.System.GetUtcNow().AddMinutes(minutes)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
