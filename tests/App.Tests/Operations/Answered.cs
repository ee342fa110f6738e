using System.Collections.Concurrent;
using System.Text.Json;
using Railyard.App.Operations;

namespace Railyard.App.Tests.Operations;

/// <summary>One way in which an operation is answered: its status and, where that is a problem, the problem's code.</summary>
readonly record struct Way(string Operation, string Status, string? Code)
{
    /// <summary>Every way that the document names.</summary>
    public static IEnumerable<Way> Documented =>
        from operation in Contract.Document.Operations
        from answer in operation.Answers
        from code in answer.Codes.Cast<string?>().DefaultIfEmpty()
        select new Way(operation.Id, answer.Status, code);

    public override string ToString() => $"{Operation} {Status} {Code}".TrimEnd();
}

/// <summary>The ways in which the app has really answered in this run of the tests.</summary>
static class Answered
{
    static readonly ConcurrentDictionary<Way, byte> Seen = [];

    /// <summary>What was seen until now.</summary>
    public static IReadOnlyCollection<Way> Ways => [.. Seen.Keys];

    /// <summary>Holds an answer of the app to the contract, and keeps in mind that it was given.</summary>
    public static async Task AssertAsync(HttpResponseMessage response, string text)
    {
        await Contract.AssertAsync(response, text);
        if (Contract.Find(response.RequestMessage!) is not { } operation) return;
        var code = response.Content.Headers.ContentType?.MediaType == Problem.ContentType
            ? JsonElement.Parse(text).GetProperty("code").GetString()
            : null;
        Seen.TryAdd(new Way(operation.Id, $"{(int)response.StatusCode}", code), 0);
    }
}
