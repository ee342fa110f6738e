using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace Railyard.Local.Durable;

/// <summary>A failure as it is stored.</summary>
sealed record Failure(string Type, string Message, string? Stack, Failure? Inner, bool IsNonRetriable)
{
    public static Failure NotFound(string kind, string name) =>
        new(
            $"{kind}TaskNotFound",
            $"No {kind.ToLowerInvariant()} task named '{name}' was found.",
            Stack: null,
            Inner: null,
            IsNonRetriable: true);

    public static Failure From(Exception exception) => From(TaskFailureDetails.FromException(exception));

    public static Failure Decode(string text) =>
        JsonSerializer.Deserialize(text, FailureJson.Default.Failure)
        ?? throw new InvalidDataException("A stored failure is empty.");

    public string Encode() => JsonSerializer.Serialize(this, FailureJson.Default.Failure);

    public TaskFailureDetails ToDetails() => new(Type, Message, Stack, Inner?.ToDetails(), null);

    static Failure From(TaskFailureDetails details) =>
        new(
            details.ErrorType,
            details.ErrorMessage,
            details.StackTrace,
            details.InnerFailure is { } inner ? From(inner) : null,
            IsNonRetriable: false);
}

[JsonSerializable(typeof(Failure))]
sealed partial class FailureJson : JsonSerializerContext;

/// <summary>The code no longer does what it did when its history was written.</summary>
sealed class NonDeterministicOrchestration(string message) : Exception(message)
{
    // The name under which the official framework reports it.
    public Failure ToFailure() => new(
        "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", Message, null, null, false);
}
