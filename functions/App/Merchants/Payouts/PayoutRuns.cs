using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Merchants;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Routing;

namespace Railyard.App.Merchants.Payouts;

/// <summary>
/// POST /ops/v1/payout-runs, GET …/{id} and POST …/{id}/approvals: what one operator asks for, another has to approve before
/// any bank hears of it.
/// </summary>
public sealed partial class PayoutRuns(
    PayoutRunStore runs, DebtorAccounts debtors, IdempotentPost idempotent, Ids ids, TimeProvider time, ILogger<PayoutRuns> log)
{
    const string Path = "/ops/v1/payout-runs";

    [Function("StartPayoutRun")]
    public async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/payout-runs")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if (posted is null) return problem!;
        var (day, errors) = PayoutRunRequest.Read(posted.Body, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (day is not { } wanted) return Problem.Invalid(errors);
        return await idempotent.RunAsync(
            // The day is the claim's: a request that says none means the day on which it first came.
            posted.Once(Operators.Id, "payout runs", $"{wanted:yyyy-MM-dd} {ids.PayoutRequest()}"),
            claim => StartAsync(PayoutRunRequest.DayOf(claim.Resource), context.Key(), durable),
            CancellationToken.None);
    }

    [Function("GetPayoutRun")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/payout-runs/{id}")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, after) = (parameters.Limit(), parameters.Cursor(RunCursor.Read));
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await runs.FindAsync(new PayoutRunId(id), context.CancellationToken) is not { } run) return Problem.NotFound("payout run");
        var entries = await runs.EntriesAsync(run.Owner, after?.Place ?? "", limit + 1, context.CancellationToken);
        return Answer.Ok(PayoutRunWire.Of(run, entries, limit));
    }

    [Function("ApprovePayoutRun")]
    public async Task<IResult> Approve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/payout-runs/{id}/approvals")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if ((problem ?? posted!.RefuseMembers()) is { } refusal) return refusal;
        if (await runs.FindAsync(new PayoutRunId(id), context.CancellationToken) is not { } run) return Problem.NotFound("payout run");
        return await idempotent.RunAsync(
            posted!.Once(Operators.Id, $"payout approvals {id} {context.Key()}", ids.PayoutRequest()),
            _ => ApproveAsync(run.Owner, context.Key(), durable),
            CancellationToken.None);
    }

    async Task<PostResult> StartAsync(DateOnly day, ApiKeyId by, DurableTaskClient durable)
    {
        var run = await runs.CreateAsync(day, by.Value, time.GetUtcNow(), CancellationToken.None);
        await MakePayouts.StartAsync(durable, run.Owner, CancellationToken.None);
        Started(run.Owner, run.Day, by);
        return Accepted(run);
    }

    async Task<PostResult> ApproveAsync(PayoutRunId id, ApiKeyId by, DurableTaskClient durable)
    {
        Problem? refusal = null;
        var run = await runs.ChangeAsync(
            id,
            found =>
            {
                refusal = Refusal(found, by);
                return refusal is not null || found.ApprovedBy is not null ? found : found with
                {
                    Status = PayoutRunStatus.Releasing,
                    ApprovedBy = by.Value,
                    ApprovedAt = time.GetUtcNow(),
                };
            },
            CancellationToken.None);
        if (refusal is not null) return new PostResult(Answer.Of(refusal), IsFinal: true);
        await ReleasePayouts.StartAsync(durable, id, CancellationToken.None);
        Approved(id, run.CreatedBy, by);
        return Accepted(run);
    }

    static PostResult Accepted(PayoutRun run) => new(
        Answer.Of(StatusCodes.Status202Accepted, PayoutRunWire.Of(run, null, 0)) with { Location = $"{Path}/{run.Owner}" }, IsFinal: true);

    // Who has approved may say so again: it is the same approval.
    Problem? Refusal(PayoutRun run, ApiKeyId by)
    {
        if (run.CreatedBy == by.Value) return OwnRun;
        if (run.ApprovedBy == by.Value) return null;
        if (run.Status != PayoutRunStatus.AwaitingApproval) return NotWaiting;
        return run.Totals.Any(total => debtors.Find(total.Currency) is null) ? NoAccount : null;
    }

    static readonly Problem OwnRun = new(
        StatusCodes.Status403Forbidden, "approval_by_creator", "Whoever started a payout run does not approve it.")
    {
        Detail = "Another operator must look at it, with a key of their own.",
    };

    static readonly Problem NotWaiting = new(
        StatusCodes.Status409Conflict, "not_awaiting_approval", "The payout run does not wait for an approval.");

    static readonly Problem NoAccount = new(
        StatusCodes.Status409Conflict, "no_debtor_account", "There is no account of ours to pay one of its currencies from.");

    [LoggerMessage(Level = LogLevel.Information, Message = "{Run} of {Day} was started by {Operator}")]
    partial void Started(PayoutRunId run, DateOnly day, ApiKeyId @operator);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Run}, started by {Creator}, was approved by {Operator}")]
    partial void Approved(PayoutRunId run, string creator, ApiKeyId @operator);
}

/// <summary>The body of POST /ops/v1/payout-runs.</summary>
static class PayoutRunRequest
{
    const int DateLength = 10;
    const int MostDaysBack = 31;
    const int MostDaysAhead = 60;

    /// <summary>The day that a claim begins with.</summary>
    public static DateOnly DayOf(string claimed) =>
        DateOnly.ParseExact(claimed.AsSpan(0, DateLength), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>
    /// The day, or what is wrong with it. Where none is said it is today, or the first day after it on which TARGET is open:
    /// on any other nobody is paid in euro.
    /// </summary>
    public static (DateOnly? Day, IReadOnlyList<FieldError> Errors) Read(JsonElement body, DateOnly today)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var text = members.Text("date", DateLength);
        var isDate = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        if (text is not null && !isDate) members.Wrong<string>("date", "invalid_date", "It must be a date such as 2026-11-24.");
        if (isDate && (day < today.AddDays(-MostDaysBack) || day > today.AddDays(MostDaysAhead)))
            members.Wrong<string>("date", "out_of_range", $"It must be at most {MostDaysBack} days back and {MostDaysAhead} ahead.");
        members.RefuseOthers();
        if (errors.Count > 0) return (null, errors);
        return (text is null ? BusinessCalendar.Target.OnOrAfter(today) : day, errors);
    }
}

/// <summary>Where the list of a run's payouts goes on.</summary>
readonly record struct RunCursor(string Place)
{
    const int Longest = 100;

    public static RunCursor? Read(string cursor) =>
        cursor.Length <= Longest && cursor.All(one => char.IsAsciiLetterOrDigit(one) || one is '_' or '-') ? new(cursor) : null;
}

/// <summary>A run as the contract shows it.</summary>
sealed record PayoutRunWire(
    PayoutRunId Id,
    DateOnly Date,
    PayoutRunStatus Status,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    string? ApprovedBy,
    DateTimeOffset? ApprovedAt,
    IReadOnlyList<RunTotalWire> Totals,
    int Carried,
    int Held,
    IReadOnlyList<RunEntryWire>? Payouts,
    string? NextCursor)
{
    public static PayoutRunWire Of(PayoutRun run, List<RunEntry>? entries, int limit) => new(
        run.Owner,
        run.Day,
        run.Status,
        run.CreatedBy,
        run.CreatedAt,
        run.ApprovedBy,
        run.ApprovedAt,
        [.. run.Totals.Select(total => new RunTotalWire(total.Currency.Code, total.Payouts, total.Amount.MinorUnits, total.Message, total.File))],
        run.Carried,
        run.Held,
        entries is null ? null : [.. entries.Take(limit).Select(RunEntryWire.Of)],
        entries?.Count > limit ? entries[limit - 1].Place : null);
}

/// <summary>What a run pays in a currency, and the file that tells the bank.</summary>
sealed record RunTotalWire(string Currency, int Payouts, long Amount, string MessageId, string? File);

/// <summary>A payout in a run, or why there is none.</summary>
sealed record RunEntryWire(
    RunOutcome Outcome, string Merchant, PayoutId? Payout, long? Amount, string? Currency, string? AccountName, string? Iban, string? Hold)
{
    public static RunEntryWire Of(RunEntry entry) => new(
        entry.Outcome,
        entry.Merchant.Value,
        entry.Payout,
        entry.Amount?.MinorUnits,
        entry.Amount?.Currency.Code,
        entry.Account?.Name,
        entry.Account?.Iban.Value,
        entry.Hold);
}
