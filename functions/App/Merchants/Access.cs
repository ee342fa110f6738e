using System.Collections.Frozen;
using Railyard.Core;
using Railyard.Core.Merchants;

namespace Railyard.App.Merchants;

/// <summary>What an HTTP function asks of a key; nothing at all where it is public.</summary>
sealed record Access(string Function, string Method, string Route, Scope? Needs)
{
    const string MerchantApi = "v1/";
    const string OperatorApi = "ops/";

    /// <summary>Every HTTP function. One that is not here is refused to everybody, and a test misses it.</summary>
    public static readonly IReadOnlyList<Access> Table =
    [
        new("CreatePayment", "POST", "v1/payments", Scope.PaymentsWrite),
        new("ListPayments", "GET", "v1/payments", Scope.PaymentsRead),
        new("GetPayment", "GET", "v1/payments/{id}", Scope.PaymentsRead),
        new("GetAttempts", "GET", "v1/payments/{id}/attempts", Scope.PaymentsRead),
        new("GetEvents", "GET", "v1/payments/{id}/events", Scope.PaymentsRead),
        new("CapturePayment", "POST", "v1/payments/{id}/captures", Scope.PaymentsWrite),
        new("RefundPayment", "POST", "v1/payments/{id}/refunds", Scope.PaymentsWrite),
        new("VoidPayment", "POST", "v1/payments/{id}/voids", Scope.PaymentsWrite),
        new("CreateCardToken", "POST", "v1/card-tokens", Scope.PaymentsWrite),
        new("GetCardToken", "GET", "v1/card-tokens/{id}", Scope.PaymentsRead),
        new("DeleteCardToken", "DELETE", "v1/card-tokens/{id}", Scope.PaymentsWrite),

        new("GetRouting", "GET", "v1/routing", Scope.Routing),
        new("PutRouting", "PUT", "v1/routing", Scope.Routing),
        new("ListRoutingVersions", "GET", "v1/routing/versions", Scope.Routing),
        new("RollBackRouting", "POST", "v1/routing/rollbacks", Scope.Routing),
        new("StartExperiment", "POST", "v1/routing/experiments", Scope.Routing),
        new("GetExperiment", "GET", "v1/routing/experiments/{id}", Scope.Routing),
        new("StopExperiment", "POST", "v1/routing/experiments/{id}/stops", Scope.Routing),
        new("StartSimulation", "POST", "v1/routing/simulations", Scope.Routing),
        new("GetSimulation", "GET", "v1/routing/simulations/{id}", Scope.Routing),

        new("CreateWebhookEndpoint", "POST", "v1/webhook-endpoints", Scope.Webhooks),
        new("ListWebhookEndpoints", "GET", "v1/webhook-endpoints", Scope.Webhooks),
        new("GetWebhookEndpoint", "GET", "v1/webhook-endpoints/{id}", Scope.Webhooks),
        new("ChangeWebhookEndpoint", "PATCH", "v1/webhook-endpoints/{id}", Scope.Webhooks),
        new("RemoveWebhookEndpoint", "DELETE", "v1/webhook-endpoints/{id}", Scope.Webhooks),
        new("RotateWebhookSecret", "POST", "v1/webhook-endpoints/{id}/secret-rotations", Scope.Webhooks),
        new("ListDeliveries", "GET", "v1/webhook-endpoints/{id}/deliveries", Scope.Webhooks),
        new("ResendDelivery", "POST", "v1/webhook-endpoints/{id}/deliveries/{delivery}/resends", Scope.Webhooks),
        new("StartReplay", "POST", "v1/webhook-endpoints/{id}/replays", Scope.Webhooks),
        new("SendTestEvent", "POST", "v1/webhook-endpoints/{id}/test-events", Scope.Webhooks),

        new("PutSettlementFile", "PUT", "ops/v1/settlement-files/{acquirer}/{name}", Scope.OperationsWrite),
        new("GetSettlementFile", "GET", "ops/v1/settlement-files/{file}", Scope.OperationsRead),
        new("ListDiscrepancies", "GET", "ops/v1/discrepancies", Scope.OperationsRead),

        new("ListUnresolvedPayments", "GET", "ops/v1/unresolved-payments", Scope.OperationsRead),
        new("ResolvePayment", "POST", "ops/v1/unresolved-payments/{id}/resolutions", Scope.OperationsWrite),

        new("ListAcquirers", "GET", "ops/v1/acquirers", Scope.OperationsRead),
        new("ListDeadLetterQueues", "GET", "ops/v1/dead-letters", Scope.OperationsRead),
        new("ListDeadLetters", "GET", "ops/v1/dead-letters/{queue}", Scope.OperationsRead),
        new("ReplayDeadLetters", "POST", "ops/v1/dead-letters/{queue}/replays", Scope.OperationsWrite),
        new("DiscardDeadLetters", "POST", "ops/v1/dead-letters/{queue}/discards", Scope.OperationsWrite),
        new("ListAudit", "GET", "ops/v1/audit", Scope.OperationsRead),
        new("VerifyAudit", "GET", "ops/v1/audit/verification", Scope.OperationsRead),

        new("StartRewrap", "POST", "ops/v1/vault/rewraps", Scope.OperationsWrite),
        new("GetRewrap", "GET", "ops/v1/vault/rewraps/{id}", Scope.OperationsRead),
        new("CreateMerchant", "POST", "ops/v1/merchants", Scope.OperationsWrite),
        new("ListMerchants", "GET", "ops/v1/merchants", Scope.OperationsRead),
        new("GetMerchant", "GET", "ops/v1/merchants/{id}", Scope.OperationsRead),
        new("ChangeMerchant", "PATCH", "ops/v1/merchants/{id}", Scope.OperationsWrite),
        new("IssueKey", "POST", "ops/v1/merchants/{id}/keys", Scope.OperationsWrite),
        new("ListKeys", "GET", "ops/v1/merchants/{id}/keys", Scope.OperationsRead),
        new("RollKey", "POST", "ops/v1/merchants/{id}/keys/{key}/rolls", Scope.OperationsWrite),
        new("RevokeKey", "POST", "ops/v1/merchants/{id}/keys/{key}/revocations", Scope.OperationsWrite),

        new("Health", "GET", "health", Needs: null),
        new("IsAlive", "GET", "health/live", Needs: null),
        new("GetOpenApi", "GET", "openapi.json", Needs: null),
        new("GetDocs", "GET", "docs", Needs: null),

        // Each of these proves by itself who it is: by the signature in the address, or of the body.
        new("ReturnCardholder", "GET", "return/{id}/{proof}", Needs: null),
        new("ReturnCardholder", "POST", "return/{id}/{proof}", Needs: null),
        new("ReceiveAdyenNotifications", "POST", "notifications/adyen/{account}", Needs: null),
        new("ReceiveStripeNotifications", "POST", "notifications/stripe/{account}", Needs: null),
    ];

    static readonly FrozenDictionary<(string, string), Access> ByFunction =
        Table.ToFrozenDictionary(access => (access.Function, access.Method));

    /// <summary>Whether merchants call it, at a limited rate.</summary>
    public bool IsMerchants => Route.StartsWith(MerchantApi, StringComparison.Ordinal);

    /// <summary>Whether operators call it: what they change goes into the audit log.</summary>
    public bool IsOperators => Route.StartsWith(OperatorApi, StringComparison.Ordinal);

    /// <summary>What that function asks for, called with that method.</summary>
    /// <exception cref="InvariantBroken">Nobody has said.</exception>
    public static Access Of(string function, string method) =>
        ByFunction.TryGetValue((function, method.ToUpperInvariant()), out var access)
            ? access
            : throw new InvariantBroken($"{method} {function} is not in the table of access.");
}
