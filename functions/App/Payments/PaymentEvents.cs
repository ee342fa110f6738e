using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.App.Payments;

/// <summary>An event as published to the topic, with the payment as it stood when it was published.</summary>
public sealed record PaymentEventMessage
{
    /// <summary>The event's name, such as payment.captured.</summary>
    public required string Type { get; init; }

    /// <summary>The payment.</summary>
    public required PaymentId Payment { get; init; }

    /// <summary>Whose it is.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>Its place in the payment's log, from 1.</summary>
    public required int Sequence { get; init; }

    /// <summary>Whether nothing was published of the payment before this and what was published with it.</summary>
    public bool IsNews { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    public required PaymentEvent Event { get; init; }

    /// <summary>The payment's status after the last event that was recorded by then, of <see cref="AsOf"/>.</summary>
    public required PaymentStatus Status { get; init; }

    /// <summary>The sequence number of the last event that <see cref="Status"/> and the amounts know of.</summary>
    public required int AsOf { get; init; }

    /// <summary>How much was asked for.</summary>
    public required Money Amount { get; init; }

    /// <summary>How much is captured.</summary>
    public required Money Captured { get; init; }

    /// <summary>How much is refunded.</summary>
    public required Money Refunded { get; init; }

    /// <summary>The acquirer of the attempt of which it says what came; null on all other events.</summary>
    public AcquirerName? Acquirer { get; init; }

    /// <summary>The card's scheme; only beside <see cref="Acquirer"/>.</summary>
    public CardBrand? Brand { get; init; }

    /// <summary>Where the card was issued, as far as it is known; only beside <see cref="Acquirer"/>.</summary>
    public string? IssuerCountry { get; init; }

    /// <summary>The merchant's own reference.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether something of it waits for a person by now.</summary>
    public bool IsUnderReview { get; init; }

    /// <summary>Whether something of it ever did.</summary>
    public bool WasUnderReview { get; init; }

    /// <summary>The version of the routing program that decided; null before it is planned.</summary>
    public int? ProgramVersion { get; init; }

    /// <summary>The routing experiment that it is a part of.</summary>
    public string? Experiment { get; init; }

    /// <summary>When the payment was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Reads one from the topic.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static PaymentEventMessage Read(ServiceBusReceivedMessage message) =>
        message.Body.ToObjectFromJson<PaymentEventMessage>(Json.Storage) ?? throw new JsonException("It is null.");
}

/// <summary>
/// Publishes what a payment's log holds to the topic <c>payment-events</c>, in order, under ids that make a copy
/// recognisable: a step that is repeated after a crash publishes again, and duplicate detection drops the copies.
/// </summary>
public sealed class PaymentEvents(ServiceBusClient bus)
{
    /// <summary>The topic.</summary>
    public const string Topic = "payment-events";

    // The property by which the subscription payment-index chooses (local/resources/servicebus.json, infra).
    const string IsLatest = "is_latest";

    // Likewise that by which routing-experiments does: outside of an experiment it costs nothing.
    const string IsOfExperiment = "is_of_experiment";

    // And that by which payment-reviews does, of what was published together the last: few payments wait for a person.
    const string ConcernsReview = "concerns_review";

    // A payment's events stay in order because they share a lane. A session of its own for every payment would be opened,
    // held idle and closed for a handful of messages.
    const int Lanes = 64;

    readonly ServiceBusSender sender = bus.CreateSender(Topic);

    /// <summary>Publishes every event from <paramref name="first"/> on.</summary>
    internal async Task PublishAsync(Payment payment, int first, CancellationToken cancellation)
    {
        var messages = payment.Events.Where(recorded => recorded.Sequence >= first)
            .Select(recorded => Message(payment, recorded, isNews: first == 1));
        await sender.SendMessagesAsync(messages, cancellation);
    }

    static ServiceBusMessage Message(Payment payment, RecordedEvent recorded, bool isNews)
    {
        var acquirer = AcquirerOf(payment, recorded.Event);
        var body = new PaymentEventMessage
        {
            Type = recorded.Event.Name,
            Payment = payment.Id,
            Merchant = payment.Merchant,
            Sequence = recorded.Sequence,
            IsNews = isNews,
            At = recorded.At,
            Event = recorded.Event,
            Status = payment.Status,
            AsOf = payment.Events.Count,
            Amount = payment.Amount,
            Captured = payment.Captured,
            Refunded = payment.Refunded,
            Acquirer = acquirer,
            Brand = acquirer is null ? null : payment.Card.Brand,
            IssuerCountry = acquirer is null ? null : PaymentFacts.Of(payment).IssuerCountry,
            Reference = payment.Reference,
            IsUnderReview = Reviews.Of(payment).Count > 0,
            WasUnderReview = payment.Events.Any(one =>
                one.Event is PaymentEvent.LeftUnresolved or PaymentEvent.OperationStuck or PaymentEvent.ReversalStuck),
            ProgramVersion = payment.Route?.ProgramVersion,
            Experiment = payment.Route?.Experiment,
            CreatedAt = payment.CreatedAt,
        };
        var isLatest = body.Sequence == body.AsOf;
        return new ServiceBusMessage(JsonSerializer.SerializeToUtf8Bytes(body, Json.Storage))
        {
            MessageId = $"{payment.Id}:{recorded.Sequence}",
            SessionId = $"lane-{ShardNumber.Of(payment.Id.Value).Value % Lanes}",
            Subject = body.Type,
            ContentType = "application/json",
            // What was published together tells the same of the payment: who wants only that takes the last.
            ApplicationProperties =
            {
                [IsLatest] = Word(isLatest),
                [IsOfExperiment] = Word(body.Experiment is not null),
                [ConcernsReview] = Word(isLatest && (body.IsUnderReview || body.WasUnderReview)),
            },
        };
    }

    static string Word(bool isSo) => isSo ? "true" : "false";

    static AcquirerName? AcquirerOf(Payment payment, PaymentEvent happened) => happened switch
    {
        PaymentEvent.Approved approved => approved.Acquirer,
        PaymentEvent.AttemptDeclined declined => payment.Attempts[declined.Attempt - 1].Acquirer,
        PaymentEvent.NoAnswer silent => payment.Attempts[silent.Attempt - 1].Acquirer,
        _ => null,
    };
}
