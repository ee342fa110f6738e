using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Railyard.Local.Acquirers.Bookkeeping;
using Railyard.Local.Acquirers.Settlement;

namespace Railyard.Local.Acquirers;

/// <summary>What only a simulated acquirer offers: its book laid open, a report on demand.</summary>
sealed class SimPages(AcquirerProfile profile, Book book, SettlementDesk settlement)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
    };

    const string Usage = "discrepancies are wrong_amount, missing, extra";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/sim/book", ShowBookAsync);
        app.MapPost("/sim/settlement-reports", CloseBatchAsync);
    }

    Task ShowBookAsync(HttpContext http)
    {
        var (reference, psp) = (Asked(http, "reference"), Asked(http, "psp"));
        var payments = book.Payments(reference, psp);
        return SendAsync(http, StatusCodes.Status200OK, new
        {
            Acquirer = profile.Name,
            LiveApprovals = payments.Count(payment => payment.IsLive),
            ReferencesApprovedTwice = reference is null && psp is null ? book.ReferencesApprovedTwice() : null,
            Totals = reference is null ? null : Sum(payments),
            Payments = payments.Select(Shown),
        });
    }

    async Task CloseBatchAsync(HttpContext http)
    {
        if (await WishesAsync(http) is not { } wishes)
        {
            await SendAsync(http, StatusCodes.Status400BadRequest, new { Error = Usage });
            return;
        }
        try
        {
            var closing = await settlement.CloseAsync(wishes.Wrong, wishes.WithLeftOut, http.RequestAborted);
            await AnswerAsync(http, closing);
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

    static Task AnswerAsync(HttpContext http, Closing closing) => closing switch
    {
        Closing.Closed closed => SendAsync(http, StatusCodes.Status201Created, Shown(closed.Batch)),
        Closing.Refused refused => SendAsync(http, StatusCodes.Status409Conflict, new { Error = refused.Why }),
        _ => throw new UnreachableException(),
    };

    static async Task<Wishes?> WishesAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        if (string.IsNullOrWhiteSpace(body)) return new Wishes([], false);
        try
        {
            var asked = JsonSerializer.Deserialize<ReportRequest>(body, Json);
            var kinds = (asked?.Discrepancies ?? []).Select(Discrepancies.Parse).ToList();
            if (kinds.Contains(null)) return null;
            return new Wishes([.. kinds.Select(kind => kind!.Value)], asked?.IncludeMissing ?? false);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Asked(HttpContext http, string name) =>
        http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    // What was done for one reference in all; the payments of one reference share a currency.
    static object Sum(IReadOnlyList<BookedPayment> payments) => new
    {
        Approvals = payments.Count(one => one.Payment.Authorised > 0),
        Approved = payments.Sum(one => one.Payment.Authorised),
        Captured = payments.Sum(one => one.Totals.Captured),
        Refunded = payments.Sum(one => one.Totals.Refunded),
        Reversed = payments.Sum(one => one.Reversed),
    };

    static object Shown(BookedPayment booked) => new
    {
        PspReference = booked.Payment.Psp,
        MerchantReference = booked.Payment.Reference,
        booked.Payment.Standing,
        booked.Payment.Currency,
        booked.Payment.Requested,
        booked.Payment.Authorised,
        booked.Totals.Captured,
        booked.Totals.CaptureAhead,
        booked.Totals.Refunded,
        booked.Reversed,
        Cancelled = booked.Payment.IsCancelled,
        Live = booked.IsLive,
        booked.Payment.RefusalCode,
        booked.Payment.Card,
        booked.Payment.CreatedAt,
        Modifications = booked.Modifications.Select(one => new
        {
            PspReference = one.Psp, one.Kind, one.Reference, one.Amount, one.BookedAt, one.Batch,
        }),
    };

    static object Shown(Batch batch) => new
    {
        batch.FileName, Batch = batch.Number, batch.ClosedAt, batch.Lines, batch.Discrepancies,
    };

    static Task SendAsync(HttpContext http, int status, object body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(body, Json, http.RequestAborted);
    }

    sealed record ReportRequest(IReadOnlyList<string>? Discrepancies, bool? IncludeMissing);

    sealed record Wishes(HashSet<DiscrepancyKind> Wrong, bool WithLeftOut);
}
