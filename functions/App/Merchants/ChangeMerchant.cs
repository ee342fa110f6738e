using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>PATCH /ops/v1/merchants/{id}: its name, its rate limit, and whether it is suspended.</summary>
public sealed partial class ChangeMerchant(
    MerchantStore merchants, Credentials credentials, TimeProvider time, ILogger<ChangeMerchant> log)
{
    [Function(nameof(ChangeMerchant))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "ops/v1/merchants/{id}")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var (body, problem) = await RequestBody.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (problem is not null) return problem;
        var (change, errors) = MerchantChange.Read(body);
        if (change is null) return Problem.Invalid(errors);
        if (!IfMatch.IsIn(request)) return IfMatch.Missing;
        if (await merchants.FindAsync(new MerchantId(id), context.CancellationToken) is not { } found) return Problem.NotFound("merchant");
        if (!IfMatch.Allows(request, found.ETag)) return IfMatch.Failed;
        return await SaveAsync(found, change, context);
    }

    async Task<IResult> SaveAsync(Stored<Merchant> found, MerchantChange change, FunctionContext context)
    {
        var changed = change.Of(found.Value, time.GetUtcNow());
        var saved = await merchants.TryReplaceAsync(changed, found.ETag, context.CancellationToken);
        if (saved is null) return IfMatch.Failed;
        credentials.Forget(changed.Id);
        Changed(changed.Id, context.Key(), changed.Status);
        return Answer.Ok(MerchantWire.Of(changed)) with { ETag = saved.ETag };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Merchant} was changed by {Operator} and is {Status}")]
    partial void Changed(MerchantId merchant, ApiKeyId @operator, MerchantStatus status);
}
