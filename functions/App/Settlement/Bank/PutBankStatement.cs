using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Settlement.Bank;

/// <summary>
/// PUT /ops/v1/bank-statements/{account}/{file_name}: the same as dropping the blob into the inbox.
/// </summary>
public sealed class PutBankStatement(
    StatementBlobs blobs, BankStatementStore files, BankAccounts accounts, TimeProvider time)
{
    static readonly FileUpload Upload = new(StatementReader.MostBytes, "64 MB");

    [Function(nameof(PutBankStatement))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "ops/v1/bank-statements/{account}/{name}")]
        HttpRequest request,
        string account,
        string name,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var owner = new BankAccountName(account);
        if (!accounts.Knows(owner)) return Problem.NotFound("bank account");
        var (content, problem) = await Upload.TakeAsync(request, name, blobs.Arrived(owner, name), cancellation);
        if (content is null) return problem!;
        var file = BankStatementFile.Received(owner, name, content, time.GetUtcNow());
        await files.RegisterAsync(file, cancellation);
        return FileUpload.Accepted(file.File, "/ops/v1/bank-statements");
    }
}
