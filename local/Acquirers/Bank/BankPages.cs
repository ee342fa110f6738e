using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Railyard.Local.Acquirers.Settlement;

namespace Railyard.Local.Acquirers.Bank;

/// <summary>The bank that acquirers pay to and merchants are paid from, asked for a statement; it is the same one at every acquirer.</summary>
sealed class BankPages(BankDesk bank)
{
    const string Usage = "discrepancies are wrong_amount, missing, duplicate, returned";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        // What is answered is read by people, and holds XML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public void Map(IEndpointRouteBuilder app) => app.MapPost("/sim/bank-statements", WriteAsync);

    async Task WriteAsync(HttpContext http)
    {
        if (await WrongAsync(http) is not { } wrong)
        {
            await SendAsync(http, StatusCodes.Status400BadRequest, new { Error = Usage });
            return;
        }
        try
        {
            await AnswerAsync(http, await bank.WriteAsync(wrong, http.RequestAborted));
        }
        catch (ReportRefused refused)
        {
            await SendAsync(http, StatusCodes.Status409Conflict, new { Error = refused.Message });
        }
        catch (InboxNotStarted early)
        {
            await SendAsync(http, StatusCodes.Status503ServiceUnavailable, new { Error = early.Message });
        }
    }

    static Task AnswerAsync(HttpContext http, Statement? statement) => statement is null
        ? SendAsync(http, StatusCodes.Status409Conflict, new { Error = "nothing_to_show" })
        : SendAsync(http, StatusCodes.Status201Created, new { statement.FileName, statement.Number, statement.Entries, statement.Content });

    static async Task<HashSet<BankFault>?> WrongAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        if (string.IsNullOrWhiteSpace(body)) return [];
        try
        {
            return [.. JsonSerializer.Deserialize<StatementRequest>(body, Json)?.Discrepancies ?? []];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static Task SendAsync(HttpContext http, int status, object body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(body, Json, http.RequestAborted);
    }

    sealed record StatementRequest(IReadOnlyList<BankFault>? Discrepancies);
}
