using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Merchants;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants.Payouts;

/// <summary>GET and PUT /ops/v1/merchants/{id}/payout-terms. A merchant who was given none is paid in no currency.</summary>
public sealed partial class PayoutTermsOfMerchant(
    MerchantStore merchants, TermsStore terms, TimeProvider time, ILogger<PayoutTermsOfMerchant> log)
{
    // The ETag of what was never put.
    const string Nothing = "\"none\"";

    [Function("GetPayoutTerms")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/merchants/{id}/payout-terms")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        if (await merchants.FindAsync(new MerchantId(id), context.CancellationToken) is null) return Problem.NotFound("merchant");
        var (found, etag) = await terms.LoadAsync(new MerchantId(id), context.CancellationToken);
        return Show(found, etag);
    }

    [Function("PutPayoutTerms")]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "ops/v1/merchants/{id}/payout-terms")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var (body, problem) = await RequestBody.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (problem is not null) return problem;
        var (wanted, errors) = TermsRequest.Read(body);
        if (wanted is null) return Problem.Invalid(errors);
        if (!IfMatch.IsIn(request)) return IfMatch.Missing;
        var merchant = new MerchantId(id);
        if (await merchants.FindAsync(merchant, context.CancellationToken) is null) return Problem.NotFound("merchant");
        var (_, etag) = await terms.LoadAsync(merchant, context.CancellationToken);
        if (!IfMatch.Allows(request, etag ?? Nothing)) return IfMatch.Failed;
        if (await terms.TrySaveAsync(merchant, wanted, etag, time.GetUtcNow(), context.CancellationToken) is not { } saved) return IfMatch.Failed;
        Changed(merchant, context.Key(), wanted.Hold is not null);
        return Show(wanted, saved);
    }

    static Answer Show(MerchantTerms terms, string? etag) => Answer.Ok(TermsWire.Of(terms)) with { ETag = etag ?? Nothing };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The payout terms of {Merchant} were changed by {Operator}; held: {IsHeld}")]
    partial void Changed(MerchantId merchant, ApiKeyId @operator, bool isHeld);
}
