using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Railyard.App.Merchants;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>Where a rewrap stands.</summary>
enum RewrapStatus { Running, Done, Incomplete, Failed }

/// <summary>A rewrap as the contract shows it.</summary>
sealed record RewrapWire(
    string Id, RewrapStatus Status, string? KeyVersion, IReadOnlyDictionary<string, int> RewrappedByVersion, int Failed)
{
    public static RewrapWire Of(OrchestrationMetadata instance)
    {
        var progress = instance.SerializedCustomStatus is null
            ? RewrapProgress.None
            : instance.ReadCustomStatusAs<RewrapProgress>() ?? RewrapProgress.None;
        var status = instance.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Completed => progress.IsComplete ? RewrapStatus.Done : RewrapStatus.Incomplete,
            OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => RewrapStatus.Failed,
            _ => RewrapStatus.Running,
        };
        return new(instance.InstanceId, status, progress.Version, progress.RewrappedByVersion, progress.Failed);
    }
}

/// <summary>POST /ops/v1/vault/rewraps puts all cards under the newest wrapping key; GET …/{id} says how far it is.</summary>
public sealed class VaultRewraps(IdempotentPost idempotent, Ids ids)
{
    const string Path = "/ops/v1/vault/rewraps";

    [Function("StartRewrap")]
    public async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/vault/rewraps")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (read, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if ((problem ?? read!.RefuseMembers()) is { } refusal) return refusal;
        return await idempotent.RunAsync(
            read!.Once(Operators.Id, "rewraps", ids.Rewrap()), claim => StartAsync(claim, durable), CancellationToken.None);
    }

    [Function("GetRewrap")]
    public static async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/vault/rewraps/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context) =>
        id.StartsWith(Ids.RewrapPrefix, StringComparison.Ordinal)
            && await durable.GetInstanceAsync(id, getInputsAndOutputs: true, context.CancellationToken) is { } instance
            ? Answer.Ok(RewrapWire.Of(instance))
            : Problem.NotFound("rewrap");

    static async Task<PostResult> StartAsync(IdempotencyClaim claim, DurableTaskClient durable)
    {
        await Orchestrations.StartOnceAsync(
            durable, nameof(RewrapCards), claim.Resource, new RewrapState(null, RewrapProgress.None), CancellationToken.None);
        var started = new RewrapWire(claim.Resource, RewrapStatus.Running, null, new Dictionary<string, int>(), 0);
        var answer = Answer.Of(StatusCodes.Status202Accepted, started) with { Location = $"{Path}/{claim.Resource}" };
        return new PostResult(answer, IsFinal: true);
    }
}
