using System.Security.Cryptography;
using Railyard.Core.Acquiring;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Webhooks;

namespace Railyard.App;

/// <summary>Makes ids, at the edge and nowhere else: a prefix and a UUIDv7, so that they sort by time.</summary>
public sealed class Ids(TimeProvider time)
{
    /// <summary>What a rewrap's id starts with.</summary>
    internal const string RewrapPrefix = "rwr_";

    /// <summary>What a simulation's id starts with.</summary>
    internal const string SimulationPrefix = "sim_";

    /// <summary>A new payment's.</summary>
    public PaymentId Payment() => new(New(PaymentId.Prefix));

    /// <summary>A new card token's.</summary>
    public TokenId Token() => new(New(TokenId.Prefix));

    /// <summary>A new merchant's.</summary>
    public MerchantId Merchant() => new(New(Core.Merchants.Merchant.IdPrefix));

    /// <summary>A new API key's.</summary>
    public ApiKeyId ApiKey() => new(New(ApiKeyId.Prefix));

    /// <summary>A new rewrap's, of the vault.</summary>
    internal string Rewrap() => New(RewrapPrefix);

    /// <summary>A new capture's, refund's or void's.</summary>
    public OperationId Operation(OperationKind kind) => new(New(kind switch
    {
        OperationKind.Capture => "cap_",
        OperationKind.Refund => "ref_",
        OperationKind.Void => "voi_",
    }));

    /// <summary>A new webhook endpoint's.</summary>
    public EndpointId Endpoint() => new(New(EndpointId.Prefix));

    /// <summary>A new webhook secret's.</summary>
    public SecretId WebhookSecret() => new(New(SecretId.Prefix));

    /// <summary>That of a merchant's wish to have deliveries again.</summary>
    public string Replay() => New("whr_");

    /// <summary>
    /// The capture that a payment makes of itself. It is derived from the payment's id, so that it is the same one
    /// however often the payment is begun anew.
    /// </summary>
    public static OperationId AutomaticCapture(PaymentId payment) =>
        new($"cap_{payment.Value.AsSpan(PaymentId.Prefix.Length)}");

    /// <summary>The void that releases the hold of an authorisation that has ended; derived like the automatic capture.</summary>
    public static OperationId Release(PaymentId payment) => new($"voi_{payment.Value.AsSpan(PaymentId.Prefix.Length)}");

    /// <summary>That of a merchant's wish to have an older routing program again.</summary>
    internal string Rollback() => New("rbk_");

    /// <summary>A new routing experiment's.</summary>
    internal ExperimentId Experiment() => new(New(ExperimentId.Prefix));

    /// <summary>That of a merchant's wish to end one.</summary>
    internal string Stop() => New("stp_");

    /// <summary>A new routing simulation's.</summary>
    internal string Simulation() => New(SimulationPrefix);

    /// <summary>That of something an operator does, in the audit log.</summary>
    internal string Audited() => New("aud_");

    /// <summary>That of an operator's wish to move dead letters.</summary>
    internal string DeadLetterMove() => New("dlm_");

    /// <summary>Bytes that nobody can guess.</summary>
    public static byte[] Secret(int length) => RandomNumberGenerator.GetBytes(length);

    /// <summary>That of an operator's wish to start a payout run or to approve one.</summary>
    internal string PayoutRequest() => New("prq_");

    /// <summary>A person's word on what no machine could find out.</summary>
    public ResolutionId Resolution() => new(New("rsl_"));

    /// <summary>That of an operator's wish to have a settlement file read again.</summary>
    internal string Redrive() => New("rdv_");

    /// <summary>That of an operator's wish to try a layout.</summary>
    internal string DryRun() => New("dry_");

    /// <summary>What an operator puts in the place of a line.</summary>
    internal string Correction() => New("cor_");

    /// <summary>What a bulk resolution's id starts with.</summary>
    internal const string BulkPrefix = "blk_";

    /// <summary>A new bulk resolution's, of discrepancies.</summary>
    internal string Bulk() => New(BulkPrefix);

    /// <summary>What an export's id starts with.</summary>
    internal const string ExportPrefix = "xpt_";

    /// <summary>A new export's, of a settlement file's lines.</summary>
    internal string Export() => New(ExportPrefix);

    string New(string prefix) => $"{prefix}{Guid.CreateVersion7(time.GetUtcNow()):N}";
}
