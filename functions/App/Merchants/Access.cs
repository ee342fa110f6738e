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

        new("GetBalances", "GET", "v1/balances", Scope.PaymentsRead),

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

        new("ListPayouts", "GET", "v1/payouts", Scope.Reports),
        new("GetPayout", "GET", "v1/payouts/{id}", Scope.Reports),
        new("ListPayoutLines", "GET", "v1/payouts/{id}/lines", Scope.Reports),
        new("GetPayoutStatement", "GET", "v1/payouts/{id}/statement", Scope.Reports),

        new("PutSettlementFile", "PUT", "ops/v1/settlement-files/{acquirer}/{name}", Scope.OperationsWrite),
        new("GetSettlementFile", "GET", "ops/v1/settlement-files/{file}", Scope.OperationsRead),
        new("RedriveSettlementFile", "POST", "ops/v1/settlement-files/{file}/redrives", Scope.OperationsWrite),
        new("ListQuarantinedLines", "GET", "ops/v1/settlement-files/{file}/quarantined-lines", Scope.OperationsRead),
        new("CorrectQuarantinedLine", "POST", "ops/v1/settlement-files/{file}/quarantined-lines/{line}/corrections", Scope.OperationsWrite),
        new("ListSettlementLayouts", "GET", "ops/v1/settlement-layouts", Scope.OperationsRead),
        new("GetSettlementLayout", "GET", "ops/v1/settlement-layouts/{name}", Scope.OperationsRead),
        new("PutSettlementLayout", "PUT", "ops/v1/settlement-layouts/{name}", Scope.OperationsWrite),
        new("TrySettlementLayout", "POST", "ops/v1/settlement-layouts/{name}/dry-runs", Scope.OperationsWrite),
        new("PutBankStatement", "PUT", "ops/v1/bank-statements/{account}/{name}", Scope.OperationsWrite),
        new("GetBankStatement", "GET", "ops/v1/bank-statements/{file}", Scope.OperationsRead),
        new("ListDiscrepancies", "GET", "ops/v1/discrepancies", Scope.OperationsRead),
        new("GetDiscrepancy", "GET", "ops/v1/discrepancies/{id}", Scope.OperationsRead),
        new("AssignDiscrepancy", "POST", "ops/v1/discrepancies/{id}/assignments", Scope.OperationsWrite),
        new("NoteOnDiscrepancy", "POST", "ops/v1/discrepancies/{id}/notes", Scope.OperationsWrite),
        new("ResolveDiscrepancy", "POST", "ops/v1/discrepancies/{id}/resolutions", Scope.OperationsWrite),
        new("ApproveDiscrepancy", "POST", "ops/v1/discrepancies/{id}/approvals", Scope.OperationsWrite),
        new("RejectDiscrepancy", "POST", "ops/v1/discrepancies/{id}/rejections", Scope.OperationsWrite),
        new("GetDiscrepancySummary", "GET", "ops/v1/discrepancy-summary", Scope.OperationsRead),
        new("StartBulkResolution", "POST", "ops/v1/discrepancies/bulk-resolutions", Scope.OperationsWrite),
        new("GetBulkResolution", "GET", "ops/v1/bulk-resolutions/{id}", Scope.OperationsRead),
        new("GetSettlementFileReport", "GET", "ops/v1/settlement-files/{file}/report", Scope.OperationsRead),
        new("GetReconciliation", "GET", "ops/v1/acquirers/{acquirer}/reconciliation/{date}", Scope.OperationsRead),
        new("StartExport", "POST", "ops/v1/settlement-files/{file}/exports", Scope.OperationsWrite),
        new("GetExport", "GET", "ops/v1/settlement-files/{file}/exports/{id}", Scope.OperationsRead),

        new("ListBooks", "GET", "ops/v1/ledger/books", Scope.OperationsRead),
        new("ListEntries", "GET", "ops/v1/ledger/books/{book}/entries", Scope.OperationsRead),
        new("GetTrialBalance", "GET", "ops/v1/ledger/trial-balance", Scope.OperationsRead),
        new("ListOpenItems", "GET", "ops/v1/ledger/open-items", Scope.OperationsRead),

        new("GetPayoutTerms", "GET", "ops/v1/merchants/{id}/payout-terms", Scope.OperationsRead),
        new("PutPayoutTerms", "PUT", "ops/v1/merchants/{id}/payout-terms", Scope.OperationsWrite),
        new("StartPayoutRun", "POST", "ops/v1/payout-runs", Scope.OperationsWrite),
        new("GetPayoutRun", "GET", "ops/v1/payout-runs/{id}", Scope.OperationsRead),
        new("ApprovePayoutRun", "POST", "ops/v1/payout-runs/{id}/approvals", Scope.OperationsWrite),
        new("PutPayoutStatusReport", "PUT", "ops/v1/payout-status-reports/{name}", Scope.OperationsWrite),

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
