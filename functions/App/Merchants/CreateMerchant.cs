using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>POST /ops/v1/merchants.</summary>
public sealed partial class CreateMerchant(
    IdempotentPost idempotent, MerchantStore merchants, Ids ids, TimeProvider time, ILogger<CreateMerchant> log)
{
    [Function(nameof(CreateMerchant))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/merchants")] HttpRequest request,
        FunctionContext context)
    {
        var (read, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (read is null) return problem!;
        var (asked, errors) = NewMerchant.Read(read.Body);
        if (asked is null) return Problem.Invalid(errors);
        var post = read.Once(Operators.Id, "merchants", ids.Merchant().Value);
        return await idempotent.RunAsync(post, claim => CreateAsync(claim, asked, context.Key()), CancellationToken.None);
    }

    async Task<PostResult> CreateAsync(IdempotencyClaim claim, NewMerchant asked, ApiKeyId by)
    {
        var merchant = asked.Merchant(new MerchantId(claim.Resource), time.GetUtcNow());
        var created = await merchants.CreateAsync(merchant, CancellationToken.None);
        Created(merchant.Id, by);
        var answer = Answer.Of(StatusCodes.Status201Created, MerchantWire.Of(created.Value)) with
        {
            Location = $"/ops/v1/merchants/{merchant.Id}",
            ETag = created.ETag,
        };
        return new PostResult(answer, IsFinal: true);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Merchant} was created by {Operator}")]
    partial void Created(MerchantId merchant, ApiKeyId @operator);
}
