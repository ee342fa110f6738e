using Azure.Messaging.ServiceBus;

namespace Railyard.App;

/// <summary>A message that a person has sent again, after nobody could process it.</summary>
static class ReplayedMessage
{
    /// <summary>For whom it was sent again: a topic gives a copy to all of its subscriptions, and they can tell by this.</summary>
    public const string For = "replayed_for";

    /// <summary>Whether that is another subscription. Who cannot tell a repeat from news must not count it twice.</summary>
    public static bool IsForAnother(ServiceBusReceivedMessage message, string subscription) =>
        message.ApplicationProperties.TryGetValue(For, out var whose) && (string)whose != subscription;
}
