using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>What a bank's answer to a payment file came to.</summary>
/// <param name="Reopened">Payouts that it refused, and that are to be sent again.</param>
/// <param name="KnownBefore">Refusals that were known, or are of a try that has been replaced.</param>
/// <param name="Unknown">Transfers that are not in that file.</param>
sealed record StatusReportWire(string MessageId, PayoutRunId Run, BankStatus? Group, int Accepted, int Reopened, int KnownBefore, int Unknown);

/// <summary>PUT /ops/v1/payout-status-reports/{file_name}: a pain.002, which may come again and changes nothing then.</summary>
public sealed partial class PutPayoutStatusReport(
    PayoutRunStore runs, PayoutStore payouts, PaymentOutbox outbox, ILogger<PutPayoutStatusReport> log)
{
    const int MostBytes = 16 * 1024 * 1024;
    const int MostEntries = 100_000;
    const int WritesAtOnce = 8;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    static readonly Problem InvalidName = Problem.Invalid(
        [new FieldError("file_name", "invalid_name", "It has letters, digits, '.', '_' and '-', and begins with none of these three.")]);

    static readonly Problem EmptyBody = Problem.BadRequest("empty_body", "The file is empty.");

    static readonly Problem TooLarge = new(StatusCodes.Status413PayloadTooLarge, "body_too_large", "The file is larger than 16 MB.");

    static readonly Problem NameTaken = new(StatusCodes.Status409Conflict, "name_taken", "There is another file of that name.")
    {
        Detail = "A file is never replaced: send the corrected one under a name of its own.",
    };

    [Function(nameof(PutPayoutStatusReport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "ops/v1/payout-status-reports/{name}")] HttpRequest request,
        string name,
        FunctionContext context)
    {
        if (!FileName().IsMatch(name)) return InvalidName;
        var (bytes, isTooLarge) = await RequestBody.ReadBoundedAsync(request, MostBytes, context.CancellationToken);
        if (isTooLarge) return TooLarge;
        if (bytes.Length == 0) return EmptyBody;
        var (report, problem) = Read(bytes);
        if (report is null) return problem!;
        if (await runs.FindMessageAsync(report.Message, context.CancellationToken) is not { } message) return Problem.NotFound("message to a bank");
        if (!await outbox.TryKeepAsync(name, bytes.ToArray(), context.CancellationToken)) return NameTaken;
        return Answer.Ok(await ApplyAsync(report, message, CancellationToken.None));
    }

    static (StatusReport? Report, Problem? Problem) Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var (report, fault) = StatusReportReader.Read(Strict.GetString(bytes.Span).TrimStart('\uFEFF'));
            return fault is null ? (report, null) : (null, Unreadable($"{fault.Field}: expected {fault.Expected}, found {fault.Found}."));
        }
        catch (DecoderFallbackException)
        {
            return (null, Unreadable("document: expected UTF-8, found something else."));
        }
    }

    static Problem Unreadable(string detail) => new(
        StatusCodes.Status422UnprocessableEntity, "unreadable_report", "The file is no status report that can be read.") { Detail = detail };

    async Task<StatusReportWire> ApplyAsync(StatusReport report, MessagePlace message, CancellationToken cancellation)
    {
        var sent = await SentAsync(message, cancellation);
        var refused = report.IsRefused
            ? sent.ToDictionary(endToEnd => endToEnd, _ => report.GroupReason)
            : report.Transfers.Where(transfer => transfer.Status == BankStatus.Rejected && sent.Contains(transfer.EndToEndId))
                .DistinctBy(transfer => transfer.EndToEndId)
                .ToDictionary(transfer => transfer.EndToEndId, transfer => transfer.Reason);
        var reopened = 0;
        await Parallel.ForEachAsync(
            refused,
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellation },
            async (one, stop) =>
            {
                if (await payouts.ReopenAsync(one.Key, one.Value ?? "refused", stop) == BankWord.Applied) Interlocked.Increment(ref reopened);
            });
        Applied(report.Message, message.Run, reopened, sent.Count);
        return new StatusReportWire(
            report.Message,
            message.Run,
            report.Group,
            report.Transfers.Count(transfer => transfer.Status == BankStatus.Accepted && sent.Contains(transfer.EndToEndId)),
            reopened,
            refused.Count - reopened,
            report.Transfers.Count(transfer => !sent.Contains(transfer.EndToEndId)));
    }

    /// <summary>The end-to-end ids of a message.</summary>
    async Task<HashSet<string>> SentAsync(MessagePlace message, CancellationToken cancellation)
    {
        var found = new HashSet<string>();
        var entries = await runs.EntriesAsync(message.Run, "", MostEntries, cancellation);
        foreach (var entry in entries.Where(entry => entry.Outcome == RunOutcome.ToPay && entry.Amount!.Value.Currency == message.Currency))
        {
            var payout = (await payouts.FindAsync(entry.Merchant, entry.Payout!.Value, cancellation))!.Payout;
            if (payout.Attempts.FirstOrDefault(attempt => attempt.Message == message.Owner) is { } attempt) found.Add(attempt.EndToEndId);
        }
        return found;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FileName();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bank's answer to {Message} of {Run} reopens {Reopened} of {Sent} payouts")]
    partial void Applied(string message, PayoutRunId run, int reopened, int sent);
}
