using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Railyard.App.Operations;

namespace Railyard.App.Tests.Operations;

/// <summary>
/// Holds what the app answers to what its own document says: the operation is there, with this status, these headers,
/// this body and this code; and what was asked, where it was taken, is what the document says can be asked.
/// </summary>
static class Contract
{
    const string Json = "application/json";
    const string ProblemJson = "application/problem+json";

    // The simulated acquirers' own pages are no part of it.
    const string Elsewhere = "/sim";

    // Those of our headers that a caller acts on: none of them comes undocumented.
    static readonly string[] Told =
    [
        "Location", "ETag", "Retry-After", "Idempotent-Replayed", "Preference-Applied", "RateLimit", "RateLimit-Policy",
        "WWW-Authenticate", "Cache-Control",
    ];

    public static ApiDocument Document { get; } = ApiDocument.At(new Uri("http://localhost/"));

    public static Schema Schema { get; } = new(Document.Root);

    static readonly IReadOnlyList<(ApiOperation Operation, Regex Path)> Routes =
        [.. Document.Operations.Select(operation => (operation, PathOf(operation)))];

    /// <summary>Fails with everything in which the answer is not as the contract says.</summary>
    public static async Task AssertAsync(HttpResponseMessage response, string text)
    {
        var request = response.RequestMessage!;
        if (request.RequestUri!.AbsolutePath.StartsWith(Elsewhere, StringComparison.Ordinal)) return;
        var operation = Find(request);
        var flaws = operation is null
            ? ["is no operation of the contract"]
            : FlawsOfAnswer(operation, response, text).Concat(await FlawsOfRequestAsync(operation, response)).ToList();
        Assert.True(
            flaws.Count == 0,
            $"{request.Method} {request.RequestUri.PathAndQuery} {(int)response.StatusCode} {string.Join("; ", flaws)}\n{text}");
    }

    /// <summary>The operation that a request calls; null where it calls none.</summary>
    public static ApiOperation? Find(HttpRequestMessage request) => Routes
        .Where(route => route.Operation.Method == request.Method.Method && route.Path.IsMatch(request.RequestUri!.AbsolutePath))
        .Select(route => route.Operation)
        .SingleOrDefault();

    static IEnumerable<string> FlawsOfAnswer(ApiOperation operation, HttpResponseMessage response, string text)
    {
        var answer = operation.Answers.SingleOrDefault(one => one.Status == $"{(int)response.StatusCode}");
        return answer is null
            ? [$"{operation.Id} has no such status"]
            : FlawsOfBody(answer, response, text).Concat(FlawsOfHeaders(answer, response));
    }

    static IEnumerable<string> FlawsOfBody(ApiAnswer answer, HttpResponseMessage response, string text)
    {
        if (answer.Bodies.Count == 0) return text.Length == 0 ? [] : ["there must be no body"];
        var type = response.Content.Headers.ContentType?.MediaType;
        if (answer.Bodies.SingleOrDefault(body => body.ContentType == type) is not { } body) return [$"is no {type}"];
        if (type is not (Json or ProblemJson)) return [];
        var value = JsonElement.Parse(text);
        var flaws = Schema.Flaws(body.Schema, value);
        var code = type == ProblemJson && value.TryGetProperty("code", out var found) ? found.GetString()! : null;
        return code is null || answer.Codes.Contains(code) ? flaws : [.. flaws, $"{code} is not answered with this status"];
    }

    static IEnumerable<string> FlawsOfHeaders(ApiAnswer answer, HttpResponseMessage response)
    {
        foreach (var header in answer.Headers)
        {
            var spec = Document.Resolve(header.Value);
            var value = ValueOf(response, header.Name);
            var isRequired = spec.TryGetProperty("required", out var required) && required.GetBoolean();
            if (value is null && isRequired) yield return $"the header {header.Name} is missing";
            if (value is null) continue;
            foreach (var flaw in Schema.Flaws(spec.GetProperty("schema"), JsonSerializer.SerializeToElement(value), header.Name))
                yield return flaw;
        }
        foreach (var name in Told.Where(name => ValueOf(response, name) is not null))
            if (answer.Headers.All(header => header.Name != name)) yield return $"the header {name} is not documented";
    }

    static async Task<IEnumerable<string>> FlawsOfRequestAsync(ApiOperation operation, HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode) return [];
        var request = response.RequestMessage!;
        var names = operation.Parameters.Where(one => one.GetProperty("in").GetString() == "query")
            .Select(one => one.GetProperty("name").GetString()!);
        var flaws = QueryHelpers.ParseQuery(request.RequestUri!.Query).Keys.Except(names)
            .Select(name => $"the parameter {name} was taken and is not documented");
        if (request.Content?.Headers.ContentType?.MediaType != Json) return flaws;
        var body = await request.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var documented = operation.Bodies.SingleOrDefault(one => one.ContentType == Json);
        if (documented is null) return operation.Bodies.Count > 0 || body.Length == 0 ? flaws : [.. flaws, "the body is not documented"];
        return body.Length == 0 ? flaws : flaws.Concat(Schema.Flaws(documented.Schema, JsonElement.Parse(body), "request"));
    }

    static string? ValueOf(HttpResponseMessage response, string name) =>
        Of(response.Headers, name) ?? Of(response.Content.Headers, name);

    static string? Of(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    static Regex PathOf(ApiOperation operation)
    {
        var parts = operation.Path.Split('/').Select(part => part.StartsWith('{') ? "[^/]+" : Regex.Escape(part));
        return new Regex($"^{string.Join('/', parts)}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
