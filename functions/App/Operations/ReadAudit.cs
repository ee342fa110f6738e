using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.Core.Merchants;
using Railyard.Core.Operations;

namespace Railyard.App.Operations;

/// <summary>GET /ops/v1/audit and GET /ops/v1/audit/verification: what operators did, and that nobody changed it since.</summary>
public sealed class ReadAudit(AuditLog audit)
{
    const int VerifiedAtOnce = 1_000;

    [Function("ListAudit")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/audit")] HttpRequest request, FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, before) = (parameters.Limit(), parameters.Cursor(Sequence));
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        var rows = await audit.ListAsync(before, limit + 1, context.CancellationToken);
        var items = rows.Take(limit).Select(row => AuditWire.Of(row.Entry)).ToList();
        return Answer.Ok(new AuditPage(items, rows.Count > limit ? $"{items[^1].Sequence}" : null));
    }

    [Function("VerifyAudit")]
    public async Task<IResult> Verify(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/audit/verification")] HttpRequest request,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var after = parameters.Cursor(Sequence) ?? 0;
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        return Answer.Ok(AuditVerification.Of(await audit.VerifyAsync(after, VerifiedAtOnce, context.CancellationToken), after, VerifiedAtOnce));
    }

    static long? Sequence(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence > 0 ? sequence : null;
}

/// <summary>A page of the audit log, newest first.</summary>
sealed record AuditPage(IReadOnlyList<AuditWire> Items, string? NextCursor);

/// <summary>An entry as the contract shows it.</summary>
sealed record AuditWire(
    long Sequence,
    string Id,
    AuditStep Step,
    ApiKeyId Operator,
    string Action,
    string Subject,
    DateTimeOffset At,
    int? Status,
    string? Note,
    string Previous,
    string Hash)
{
    public static AuditWire Of(AuditEntry entry) => new(
        entry.Sequence,
        entry.Act.Id,
        entry.Act.Step,
        entry.Act.Operator,
        entry.Act.Action,
        entry.Act.Subject,
        entry.Act.At,
        entry.Act.Status,
        entry.Act.Note,
        entry.Previous,
        entry.Hash);
}

/// <summary>Whether entries are as they were written, and the hash that proves it to whoever keeps it.</summary>
sealed record AuditVerification(string Status, long Verified, string? Hash, long? BrokenAt, AuditBreak? Why, string? NextCursor)
{
    public static AuditVerification Of(AuditVerdict verdict, long after, int atOnce) => verdict switch
    {
        AuditVerdict.Intact { Until: var until } => new(
            "intact", Math.Max(0, until.Sequence - after), until.Hash, null, null, until.Sequence - after == atOnce ? $"{until.Sequence}" : null),
        AuditVerdict.Broken broken => new("broken", Math.Max(0, broken.Sequence - 1 - after), null, broken.Sequence, broken.Why, null),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
