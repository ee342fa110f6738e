using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>A delivery as the log shows it: what is sent, and how that went.</summary>
sealed record DeliveryWire(
    DeliveryId Id,
    string Type,
    PaymentId? Payment,
    int? Sequence,
    DeliveryStatus Status,
    DateTimeOffset? NextTryAt,
    IReadOnlyList<TryWire> Tries,
    JsonElement Event)
{
    public static DeliveryWire Of(Delivery delivery) => new(
        delivery.Id,
        delivery.Type,
        delivery.Payment,
        delivery.Sequence,
        delivery.Status,
        delivery.Status == DeliveryStatus.Pending ? delivery.NextTryAt : null,
        [.. delivery.Tries.Select(TryWire.Of)],
        JsonElement.Parse(delivery.Body));
}

/// <summary>A try as the log shows it. Only the last one still has what the endpoint said.</summary>
sealed record TryWire(int Number, DateTimeOffset At, int DurationMs, int? StatusCode, TryError? Error, string? Response)
{
    public static TryWire Of(DeliveryTry one) =>
        new(one.Number, one.At, one.DurationMilliseconds, one.StatusCode, one.Error, one.Response);
}

/// <summary>A page of a delivery log, newest first.</summary>
sealed record DeliveryPage(IReadOnlyList<DeliveryWire> Items, string? NextCursor);

/// <summary>Which deliveries are listed.</summary>
sealed record DeliveryQuery(int Limit, DeliveryId? Before, DeliveryStatus? Status)
{
    /// <summary>The query, or everything that is wrong with it.</summary>
    public static (DeliveryQuery? Query, IReadOnlyList<FieldError> Errors) Read(IQueryCollection query)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(query, errors);
        var read = new DeliveryQuery(
            parameters.Limit(), parameters.Cursor(DeliveryId.Read), parameters.OneOf<DeliveryStatus>("status"));
        parameters.RefuseOthers();
        return (errors.Count > 0 ? null : read, errors);
    }
}
