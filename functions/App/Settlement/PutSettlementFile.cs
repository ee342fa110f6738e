using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.App.Settlement;

/// <summary>
/// PUT /ops/v1/settlement-files/{acquirer}/{file_name}: the same as dropping the blob into the inbox.
/// </summary>
public sealed class PutSettlementFile(
    SettlementBlobs blobs, SettlementFileStore files, Acquirers acquirers, TimeProvider time)
{
    static readonly FileUpload Upload = new(SettlementFileArrived.MostBytes, "2 GB");

    [Function(nameof(PutSettlementFile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "ops/v1/settlement-files/{acquirer}/{name}")]
        HttpRequest request,
        string acquirer,
        string name,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var sender = new AcquirerName(acquirer);
        if (!acquirers.Knows(sender)) return Problem.NotFound("acquirer");
        var (content, problem) = await Upload.TakeAsync(request, name, blobs.Arrived(sender, name), cancellation);
        if (content is null) return problem!;
        var file = SettlementFileArrived.Received(sender, name, content, time.GetUtcNow());
        await files.RegisterAsync(file, cancellation);
        return FileUpload.Accepted(file.File, "/ops/v1/settlement-files");
    }
}
