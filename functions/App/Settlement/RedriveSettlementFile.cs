using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.App.Reconciliation;
using Railyard.Core.Merchants;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>The run that a file is read in now.</summary>
sealed record StartedRun(FileId FileId, int Run);

/// <summary>
/// POST /ops/v1/settlement-files/{file_id}/redrives: reads the file once more, with today's layouts and corrections. What
/// was matched stays matched, and nothing is counted twice.
/// </summary>
public sealed class RedriveSettlementFile(SettlementFileStore files, IdempotentPost idempotent, Ids ids, TimeProvider time)
{
    const int LongestReason = 500;

    static readonly Problem InProgress = new(
        StatusCodes.Status409Conflict, "file_in_progress", "The file is still being read and matched.")
    {
        Detail = "Wait until its status is reconciled, reconciled_with_discrepancies or rejected.",
    };

    [Function(nameof(RedriveSettlementFile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/settlement-files/{file}/redrives")] HttpRequest request,
        string file,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if (posted is null) return problem!;
        var (reason, errors) = ReasonIn(posted.Body);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await files.FindAsync(new FileId(file), context.CancellationToken) is null) return Problem.NotFound("settlement file");
        return await idempotent.RunAsync(
            posted.Once(Operators.Id, $"redrives {file}", ids.Redrive()),
            claim => StartAsync(new FileRun(new FileId(file), 0, context.Key().Value, reason, claim.Resource), durable),
            CancellationToken.None);
    }

    async Task<PostResult> StartAsync(FileRun wanted, DurableTaskClient durable)
    {
        var id = wanted.File;
        var file = await files.LoadAsync(id, CancellationToken.None);
        if (file.Redrives.FirstOrDefault(one => one.Request == wanted.Request) is { } mine) return Started(id, mine.Run);
        if (!file.IsConcluded) return new PostResult(Answer.Of(InProgress), IsFinal: false);
        var run = wanted with { Run = file.Run + 1 };
        // Started before the file says so: cut short in between, the run itself says so, and nobody waits for a run that never comes.
        await Orchestrations.StartOnceAsync(
            durable, nameof(ReconcileSettlementFile), ReconcileSettlementFile.InstanceOf(id, run.Run), run, CancellationToken.None);
        await files.ChangeAsync(id, found => found.BeginRun(run, time.GetUtcNow()), CancellationToken.None);
        return Started(id, run.Run);
    }

    static PostResult Started(FileId file, int run) => new(
        Answer.Of(StatusCodes.Status202Accepted, new StartedRun(file, run)) with { Location = $"/ops/v1/settlement-files/{file}" },
        IsFinal: true);

    static (string? Reason, IReadOnlyList<FieldError> Errors) ReasonIn(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var reason = members.Text("reason", LongestReason);
        members.RefuseOthers();
        return (reason, errors);
    }
}
