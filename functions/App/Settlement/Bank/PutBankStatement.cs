using System.IO.Pipelines;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Settlement.Bank;

/// <summary>
/// PUT /ops/v1/bank-statements/{account}/{file_name}: the same as dropping the blob into the inbox.
/// </summary>
public sealed partial class PutBankStatement(
    StatementBlobs blobs, BankStatementStore files, BankAccounts accounts, TimeProvider time)
{
    static readonly Problem InvalidName = Problem.Invalid(
        [new FieldError("file_name", "invalid_name", "It has letters, digits, '.', '_' and '-', and begins with none of these three.")]);

    static readonly Problem EmptyBody = Problem.BadRequest("empty_body", "The file is empty.");

    static readonly Problem TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", "The file is larger than 64 MB.");

    static readonly Problem NameTaken = new(
        StatusCodes.Status409Conflict, "name_taken", "There is another file of that name.")
    {
        Detail = "A file is never replaced: send the corrected one under a name of its own.",
    };

    [Function(nameof(PutBankStatement))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "ops/v1/bank-statements/{account}/{name}")]
        HttpRequest request,
        string account,
        string name,
        FunctionContext context)
    {
        var owner = new BankAccountName(account);
        if (!accounts.Knows(owner)) return Problem.NotFound("bank account");
        if (!FileName().IsMatch(name)) return InvalidName;
        if (request.ContentLength > StatementReader.MostBytes) return TooLarge;
        AllowLargeBody(request.HttpContext);
        return await IsEmptyAsync(request.BodyReader, context.CancellationToken)
            ? EmptyBody
            : await AcceptAsync(owner, name, request.BodyReader.AsStream(), context.CancellationToken);
    }

    async Task<IResult> AcceptAsync(BankAccountName owner, string name, Stream body, CancellationToken cancellation)
    {
        await using var hashed = new HashedStream(body, StatementReader.MostBytes);
        try
        {
            var isNew = await SettlementBlobs.TryWriteAsync(blobs.Arrived(owner, name), hashed, cancellation);
            await hashed.DrainAsync(cancellation);
            if (!isNew && await HashOfAsync(owner, name, cancellation) != hashed.Hash) return NameTaken;
        }
        catch (FileTooLarge)
        {
            return TooLarge;
        }
        var file = BankStatementFile.Received(owner, name, hashed.Hash, hashed.Bytes, time.GetUtcNow());
        await files.RegisterAsync(file, cancellation);
        return Answer.Of(StatusCodes.Status202Accepted, new AcceptedFile(file.File)) with
        {
            Location = $"/ops/v1/bank-statements/{file.File}",
        };
    }

    async Task<string> HashOfAsync(BankAccountName owner, string name, CancellationToken cancellation)
    {
        await using var there = await SettlementBlobs.OpenAsync(blobs.Arrived(owner, name), null, cancellation);
        await using var hashed = new HashedStream(there, StatementReader.MostBytes);
        await hashed.DrainAsync(cancellation);
        return hashed.Hash;
    }

    // Looks at what has come and leaves it to be read.
    static async Task<bool> IsEmptyAsync(PipeReader body, CancellationToken cancellation)
    {
        var read = await body.ReadAsync(cancellation);
        body.AdvanceTo(read.Buffer.Start);
        return read.Buffer.IsEmpty;
    }

    // The bound on bodies is made for JSON; it must be widened before the first byte is read.
    static void AllowLargeBody(HttpContext http)
    {
        var feature = http.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (feature is { IsReadOnly: false }) feature.MaxRequestBodySize = StatementReader.MostBytes + 1;
    }

    // No separators and no leading dot: a name stays a name wherever it is written.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FileName();
}
