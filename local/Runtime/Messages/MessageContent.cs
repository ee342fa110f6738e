using System.Reflection;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Railyard.Local.Runtime.Functions;

namespace Railyard.Local.Runtime.Messages;

/// <summary>
/// The types that a message can be bound to, and the pieces of it that parameters can name.
/// </summary>
internal static class MessageContent
{
    static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    static readonly Dictionary<string, (Type Type, Func<ServiceBusReceivedMessage, object?> Read)> Pieces =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["MessageId"] = (typeof(string), message => message.MessageId),
            ["SessionId"] = (typeof(string), message => message.SessionId),
            ["CorrelationId"] = (typeof(string), message => message.CorrelationId),
            ["Subject"] = (typeof(string), message => message.Subject),
            ["LockToken"] = (typeof(string), message => message.LockToken),
            ["DeliveryCount"] = (typeof(int), message => message.DeliveryCount),
            ["SequenceNumber"] = (typeof(long), message => message.SequenceNumber),
            ["EnqueuedTimeUtc"] = (typeof(DateTime), message => message.EnqueuedTime.UtcDateTime),
        };

    /// <summary>Anything that is not a message or its plain body is read from the body's JSON.</summary>
    public static object? Read(ServiceBusReceivedMessage message, Type type)
    {
        if (type == typeof(ServiceBusReceivedMessage)) return message;
        if (type == typeof(BinaryData)) return message.Body;
        if (type == typeof(byte[])) return message.Body.ToArray();
        if (type == typeof(string)) return message.Body.ToString();
        return JsonSerializer.Deserialize(message.Body, type, Json);
    }

    public static object ReadAll(IReadOnlyList<ServiceBusReceivedMessage> messages, Type element)
    {
        var array = Array.CreateInstance(element, messages.Count);
        for (var i = 0; i < messages.Count; i++) array.SetValue(Read(messages[i], element), i);
        return array;
    }

    public static Binding? PieceOf(ParameterInfo parameter) =>
        Pieces.TryGetValue(parameter.Name!, out var piece) && piece.Type == parameter.ParameterType
            ? invocation => new(piece.Read(invocation.Features.Get<ServiceBusReceivedMessage>()!))
            : null;

    /// <summary>The trace that the sender was part of, which the processing goes on with; none where it was in none.</summary>
    public static string? TraceOf(ServiceBusReceivedMessage message) =>
        message.ApplicationProperties.TryGetValue("Diagnostic-Id", out var trace) ? trace as string : null;

    public static IReadOnlyDictionary<string, object?> BindingData(ServiceBusReceivedMessage message) =>
        Pieces.ToDictionary(
            piece => piece.Key, piece => piece.Value.Read(message), StringComparer.OrdinalIgnoreCase);
}
