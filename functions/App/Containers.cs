using Microsoft.Azure.Cosmos;

namespace Railyard.App;

/// <summary>The Cosmos DB containers (DESIGN section 5), by what they hold.</summary>
public sealed class Containers(CosmosClient cosmos, string database)
{
    /// <summary>Payments, the truth; partition key /id.</summary>
    public Container Payments { get; } = cosmos.GetContainer(database, "payments");

    /// <summary>Rows for listing, projected from events; /bucket = merchant|yyyy-MM.</summary>
    public Container PaymentIndex { get; } = cosmos.GetContainer(database, "payment-index");

    /// <summary>Claims on idempotency keys, kept 30 days; /id.</summary>
    public Container Idempotency { get; } = cosmos.GetContainer(database, "idempotency");

    /// <summary>Merchants, and the ring of keys beside each; /id.</summary>
    public Container Merchants { get; } = cosmos.GetContainer(database, "merchants");

    /// <summary>Where the key of a hash is; /id.</summary>
    public Container ApiKeys { get; } = cosmos.GetContainer(database, "api-keys");

    /// <summary>Routing programs by merchant; /id.</summary>
    public Container Routing { get; } = cosmos.GetContainer(database, "routing");

    /// <summary>What is known of each acquirer's approvals, answers and fees; /id.</summary>
    public Container RoutingStats { get; } = cosmos.GetContainer(database, "routing-stats");

    /// <summary>The vault; /id.</summary>
    public Container Cards { get; } = cosmos.GetContainer(database, "cards");

    /// <summary>Declines of cards by their fingerprint, kept 31 days; /id.</summary>
    public Container CardActivity { get; } = cosmos.GetContainer(database, "card-activity");

    /// <summary>What acquirers owe us or take back; /shard = acquirer|0..255.</summary>
    public Container Expectations { get; } = cosmos.GetContainer(database, "expectations");

    /// <summary>Settlement files with all that came of them; /file.</summary>
    public Container Settlements { get; } = cosmos.GetContainer(database, "settlements");

    /// <summary>Open and closed breaks; /acquirer.</summary>
    public Container Discrepancies { get; } = cosmos.GetContainer(database, "discrepancies");

    /// <summary>Books: journal entries and their balances; /book = owner|yyyy-MM|lane.</summary>
    public Container Ledger { get; } = cosmos.GetContainer(database, "ledger");

    /// <summary>What was settled for merchants, in packets; /bucket = merchant|yyyy-MM.</summary>
    public Container Payables { get; } = cosmos.GetContainer(database, "payables");

    /// <summary>Payouts with their merchant, runs with their entries, terms; /owner.</summary>
    public Container Payouts { get; } = cosmos.GetContainer(database, "payouts");

    /// <summary>What operators did, one chain; /chain.</summary>
    public Container Audit { get; } = cosmos.GetContainer(database, "audit");

    /// <summary>Merchants' webhook endpoints; /merchant.</summary>
    public Container Webhooks { get; } = cosmos.GetContainer(database, "webhooks");

    /// <summary>Events on their way to endpoints, kept 30 days; /endpoint = endpoint|yyyy-MM.</summary>
    public Container WebhookDeliveries { get; } = cosmos.GetContainer(database, "webhook-deliveries");
}
