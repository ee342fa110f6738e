using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Payments;
using Railyard.Core.Merchants;

namespace Railyard.App.Operations;

/// <summary>
/// POST /ops/v1/dead-letters/{queue}/replays and /discards: sends dead letters again, or throws them away for good. Both end
/// in the audit log with the reason and the numbers.
/// </summary>
public sealed class MoveDeadLetters(DeadLetters deadLetters, IdempotentPost idempotent, Ids ids)
{
    const int LongestReason = 500;
    const int LongestNumber = 19;

    // Who repeats the call while it runs is told to wait so long; a message is moved once even if both run.
    static readonly TimeSpan TakesUsually = TimeSpan.FromSeconds(10);

    [Function("ReplayDeadLetters")]
    public Task<IResult> Replay(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/dead-letters/{queue}/replays")] HttpRequest request,
        string queue,
        FunctionContext context) =>
        MoveAsync(request, queue, "replays", needsNumbers: false, context, deadLetters.ReplayAsync);

    [Function("DiscardDeadLetters")]
    public Task<IResult> Discard(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/dead-letters/{queue}/discards")] HttpRequest request,
        string queue,
        FunctionContext context) =>
        MoveAsync(
            request, queue, "discards", needsNumbers: true, context, (source, chosen, stop) => deadLetters.DiscardAsync(source, chosen!, stop));

    async Task<IResult> MoveAsync(
        HttpRequest request,
        string queue,
        string kind,
        bool needsNumbers,
        FunctionContext context,
        Func<DeadLetterSource, IReadOnlySet<long>?, CancellationToken, Task<IReadOnlyList<long>>> move)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: !needsNumbers, context.CancellationToken);
        if (posted is null) return problem!;
        var errors = new List<FieldError>();
        var members = new Members(posted.Body, errors);
        var chosen = Numbers(members, needsNumbers);
        var reason = members.Text("reason", LongestReason, isRequired: needsNumbers);
        members.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (DeadLetterSource.Find(queue) is not { } source) return Problem.NotFound("queue");
        return await idempotent.RunAsync(
            posted.Once(Operators.Id, $"{kind} {queue}", ids.DeadLetterMove(), wait: TakesUsually),
            claim => MovedAsync(claim.Resource, source, reason, context, () => move(source, chosen, CancellationToken.None)),
            CancellationToken.None);
    }

    static async Task<PostResult> MovedAsync(
        string id, DeadLetterSource source, string? reason, FunctionContext context, Func<Task<IReadOnlyList<long>>> move)
    {
        var moved = await move();
        var numbers = moved.Select(number => $"{number}").ToList();
        context.NoteForAudit($"{reason ?? "no reason given"}: {numbers.Count} of {source.Name}: {string.Join(' ', numbers)}");
        return new PostResult(
            App.Answer.Of(StatusCodes.Status201Created, new DeadLetterMoveWire(id, source.Name, numbers.Count, numbers)), IsFinal: true);
    }

    static HashSet<long>? Numbers(Members members, bool isRequired)
    {
        const string Name = "sequence_numbers";
        if (members.Strings(Name, DeadLetters.MostMoved, LongestNumber, isRequired) is not { } texts) return null;
        var numbers = texts.Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var one) ? one : -1).ToHashSet();
        return numbers.Contains(-1) ? members.Wrong<HashSet<long>>(Name, "wrong_type", "Each must be the sequence_number of a dead letter.") : numbers;
    }
}

/// <summary>What was moved.</summary>
sealed record DeadLetterMoveWire(string Id, string Queue, int Moved, IReadOnlyList<string> SequenceNumbers);
