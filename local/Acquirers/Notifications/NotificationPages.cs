using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Notifications;

/// <summary>Shows what was notified, and notifies of anything by hand.</summary>
sealed class NotificationPages(Book book, TimeProvider time)
{
    const string Path = "/sim/notifications";
    const int MostTimes = 10;

    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    static readonly string Usage =
        "the body is {\"pspReference\" or \"merchantReference\" of a payment, \"eventCode\", and perhaps \"success\" " +
        "(true), \"reason\", \"amount\" {\"value\", \"currency\"}, \"times\" (1)}; eventCode is one of " +
        string.Join(", ", Enum.GetValues<EventCode>().Select(code => code.Word()));

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, ShowAsync);
        app.MapPost(Path, SendByHandAsync);
    }

    Task ShowAsync(HttpContext http)
    {
        var reference = http.Request.Query["reference"].ToString();
        var found = book.Notifications(reference.Length > 0 ? reference : null);
        return AnswerAsync(http, StatusCodes.Status200OK, new { Notifications = found.Select(Shown) });
    }

    async Task SendByHandAsync(HttpContext http)
    {
        if (await WishAsync(http) is not { } wish || EventCodes.Parse(wish.EventCode) is not { } code)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, Usage);
            return;
        }
        if (Find(wish) is not { } booked)
        {
            await RefuseAsync(http, StatusCodes.Status404NotFound, "no such payment");
            return;
        }
        var notice = Notices.ByHand(code, booked, wish.IsSuccess, wish.Amount, time.GetUtcNow());
        if (wish.Reason is { } reason) notice = notice with { Reason = reason };
        await book.PostAsync(new Outgoing(notice) { Times = wish.Times ?? 1 });
        await AnswerAsync(http, StatusCodes.Status202Accepted, new
        {
            PspReference = notice.Psp, OriginalReference = notice.OriginalPsp, EventCode = code.Word(),
        });
    }

    // The newest of a reference is what an operator means.
    BookedPayment? Find(Wish wish) =>
        book.Payments(wish.MerchantReference, wish.PspReference) is [var found, ..] ? found : null;

    static async Task<Wish?> WishAsync(HttpContext http)
    {
        try
        {
            var wish = await JsonSerializer.DeserializeAsync<Wish>(
                http.Request.Body, Strict, http.RequestAborted);
            return wish?.IsUnderstood == true ? wish : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static object Shown(Posted posted) => new
    {
        EventCode = posted.Notice.Code.Word(),
        Success = posted.Notice.IsSuccess,
        PspReference = posted.Notice.Psp,
        OriginalReference = posted.Notice.OriginalPsp,
        MerchantReference = posted.Notice.Reference,
        posted.Notice.Amount,
        posted.Notice.Reason,
        posted.Tries,
        posted.DueAt,
        posted.TakenAt,
        posted.Problem,
    };

    static Task RefuseAsync(HttpContext http, int status, string why) =>
        AnswerAsync(http, status, new { Error = why });

    static Task AnswerAsync(HttpContext http, int status, object body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(body, Strict, http.RequestAborted);
    }

    sealed record Wish(
        string? PspReference, string? MerchantReference, string? EventCode, JsonElement? Success, string? Reason,
        Amount? Amount, int? Times)
    {
        // Adyen writes its truth in quotes, and so may whoever copies it.
        public bool IsSuccess => Success is null || Success.Value.ToString() is "true" or "True";

        public bool IsUnderstood =>
            (PspReference ?? MerchantReference) is not null
                && Times is null or (>= 1 and <= MostTimes)
                && Amount is null or { Value: >= 0, Currency.Length: 3 }
                && Success?.ToString().ToLowerInvariant() is null or "true" or "false";
    }
}
