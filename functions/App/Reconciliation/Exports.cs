using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Merchants;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>Where an export stands.</summary>
enum ExportStatus { Running, Done, Failed }

/// <summary>An export as the contract shows it.</summary>
/// <param name="Blob">The container and the name of the blob in it, once it is done.</param>
sealed record ExportWire(string Id, FileId FileId, ExportFormat Format, ExportStatus Status, string? Blob, long? Rows)
{
    public static ExportWire Of(OrchestrationMetadata instance)
    {
        var order = instance.ReadInputAs<ExportOrder>()!;
        var status = instance.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Completed => ExportStatus.Done,
            OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => ExportStatus.Failed,
            _ => ExportStatus.Running,
        };
        var result = status == ExportStatus.Done ? instance.ReadOutputAs<ExportResult>() : null;
        return new(instance.InstanceId, order.File, order.Format, status, result?.Blob, result?.Rows);
    }
}

/// <summary>
/// POST /ops/v1/settlement-files/{file_id}/exports writes its lines, with what became of each, to a blob; GET …/{id} says
/// where.
/// </summary>
public sealed class Exports(SettlementFileStore files, IdempotentPost idempotent, Ids ids)
{
    static readonly IReadOnlyDictionary<string, ExportFormat> Formats = Json.Words<ExportFormat>();

    static readonly Problem NotReconciled = new(
        StatusCodes.Status409Conflict, "not_reconciled", "The file is not reconciled, or was rejected.");

    [Function("StartExport")]
    public async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/settlement-files/{file}/exports")] HttpRequest request,
        string file,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (format, errors) = Read(posted.Body);
        if (format is not { } wanted) return Problem.Invalid(errors);
        if (await files.FindAsync(new FileId(file), context.CancellationToken) is not { } found) return Problem.NotFound("settlement file");
        if (found.Report is null) return NotReconciled;
        return await idempotent.RunAsync(
            posted.Once(Operators.Id, $"exports {file}", ids.Export()),
            claim => StartAsync(new ExportOrder(found.File, claim.Resource, wanted), durable),
            CancellationToken.None);
    }

    [Function("GetExport")]
    public static async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/settlement-files/{file}/exports/{id}")] HttpRequest request,
        string file,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context) =>
        id.StartsWith(Ids.ExportPrefix, StringComparison.Ordinal)
            && await durable.GetInstanceAsync(id, getInputsAndOutputs: true, context.CancellationToken) is { } instance
            && ExportWire.Of(instance) is { } export && export.FileId.Value == file
            ? Answer.Ok(export)
            : Problem.NotFound("export");

    static async Task<PostResult> StartAsync(ExportOrder order, DurableTaskClient durable)
    {
        await Orchestrations.StartOnceAsync(durable, nameof(ExportSettlementFile), order.Id, order, CancellationToken.None);
        var instance = await durable.GetInstanceAsync(order.Id, getInputsAndOutputs: true, CancellationToken.None)
            ?? throw new InvariantBroken($"{order.Id} was started and is not there.");
        return new PostResult(
            Answer.Of(StatusCodes.Status202Accepted, ExportWire.Of(instance)) with
            {
                Location = $"/ops/v1/settlement-files/{order.File}/exports/{order.Id}",
            },
            IsFinal: true);
    }

    static (ExportFormat? Format, IReadOnlyList<FieldError> Errors) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var format = members.OneOf("format", Formats, isRequired: true);
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (format, errors);
    }
}
