namespace Railyard.Local.ServiceBus;

/// <summary>
/// A correlation filter of a subscription: it takes a message that agrees with everything it names. A subscription takes
/// what any of its rules takes, and every message where it has none.
/// </summary>
public sealed record CorrelationRule(string Name)
{
    /// <summary>The subject to agree with; null for any.</summary>
    public string? Subject { get; init; }

    /// <summary>The correlation id to agree with; null for any.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The application properties to agree with, as text.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    internal bool Takes(Envelope envelope) =>
        (Subject is null || Subject == envelope.Subject)
        && (CorrelationId is null || CorrelationId == envelope.CorrelationId)
        && Properties.All(wanted =>
            envelope.Properties.TryGetValue(wanted.Key, out var value) && value is string text && text == wanted.Value);
}
