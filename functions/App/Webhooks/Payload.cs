using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>A message as Standard Webhooks wants it.</summary>
sealed record PayloadWire<T>(string Type, DateTimeOffset Timestamp, T Data);

/// <summary>A payment as it stood after an event, and the event's place in its log; what was too long for a message is left out.</summary>
sealed record PaymentTold(
    PaymentWire Payment,
    int Sequence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Omitted = null);

/// <summary>What is said of an endpoint in a message.</summary>
sealed record EndpointTold(EndpointId Endpoint, string Url, DisabledReason? DisabledReason, DateTimeOffset? FailingSince);

/// <summary>Writes the bodies of messages.</summary>
static class Payload
{
    const int MostBytes = 20_000;

    /// <summary>Of a payment's event.</summary>
    public static string Of(Payment payment, RecordedEvent recorded)
    {
        var shown = PaymentWire.Of(PaymentAsOf.Event(payment, recorded.Sequence));
        PaymentTold[] forms =
        [
            new(shown, recorded.Sequence),
            new(shown with { Metadata = new Dictionary<string, string>() }, recorded.Sequence, ["metadata"]),
            new(shown with { Metadata = new Dictionary<string, string>(), Action = null }, recorded.Sequence, ["metadata", "action"]),
        ];
        return forms.Select(form => Write(recorded.Event.Name, recorded.At, form))
            .First(body => Encoding.UTF8.GetByteCount(body) < MostBytes);
    }

    /// <summary>About an endpoint itself.</summary>
    public static string Of(string type, WebhookEndpoint endpoint, DateTimeOffset at) =>
        Write(type, at, new EndpointTold(endpoint.Id, endpoint.Url, endpoint.DisabledReason, endpoint.FailingSince));

    static string Write<T>(string type, DateTimeOffset at, T data) =>
        JsonSerializer.Serialize(new PayloadWire<T>(type, at, data), Json.Wire);
}
