using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>A POST whose body was found valid and that is about to do something.</summary>
/// <param name="Operation">What is done and to what: the scope of its key beside the merchant.</param>
/// <param name="CanonicalBody">See <see cref="IdempotencyKey.Canonical"/>.</param>
/// <param name="Resource">The id of what will be made, if the claim is new.</param>
/// <param name="Token">The card token to be made with it, or the sealed secret to make it of, if any.</param>
/// <param name="Wait">How long the caller waits for the outcome.</param>
sealed record Post(
    MerchantId Merchant,
    string Operation,
    string Key,
    byte[] CanonicalBody,
    string Resource,
    string? Token,
    TimeSpan Wait);

/// <summary>What a POST came to. An answer that is not final is not kept: the next request looks again.</summary>
sealed record PostResult(Answer Answer, bool IsFinal)
{
    /// <summary>Whether the answer shows a secret, and so is kept sealed, for nobody but who repeats the request.</summary>
    public bool HoldsSecret { get; init; }
}

/// <summary>Does what a POST asks once, however often and from wherever it is asked with the same key.</summary>
public sealed partial class IdempotentPost(
    IdempotencyStore store, VaultKeys keys, TimeProvider time, ILogger<IdempotentPost> log)
{
    // Beyond the caller's own wait: whoever has not answered by then is taken to be gone.
    static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    static readonly Problem OtherBody = new(
        StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "The Idempotency-Key was used with another body.")
    {
        Detail = "Send a new key with a new request.",
    };

    static readonly Problem InFlight = new(
        StatusCodes.Status409Conflict, "idempotency_key_in_flight", "The first request with this Idempotency-Key is still running.")
    {
        Detail = "Repeat it after the time in Retry-After.",
    };

    /// <summary>
    /// Claims the key and acts, or answers as the first request did. <paramref name="act"/> may be called for a claim
    /// that another request began and did not finish, so everything in it must be such that twice is once.
    /// </summary>
    internal async Task<IResult> RunAsync(Post post, Func<IdempotencyClaim, Task<PostResult>> act, CancellationToken cancellation)
    {
        var wanted = new IdempotencyClaim
        {
            Id = IdempotencyKey.ClaimId(post.Merchant, post.Operation, post.Key),
            Fingerprint = keys.FingerprintBody(post.CanonicalBody),
            Resource = post.Resource,
            Token = post.Token,
            LeaseUntil = time.GetUtcNow() + post.Wait + LeaseMargin,
        };
        return await store.ClaimAsync(wanted, cancellation) switch
        {
            ClaimResult.Ours ours => await ActAsync(ours.Claim, act, cancellation),
            ClaimResult.Theirs { Verdict: ClaimVerdict.Replay replay } => Again(replay.Answer, wanted.Id),
            ClaimResult.Theirs { Verdict: ClaimVerdict.InFlight wait } => InFlight with { RetryAfter = wait.RetryAfter },
            ClaimResult.Theirs { Verdict: ClaimVerdict.OtherBody } => OtherBody,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    async Task<IResult> ActAsync(
        Stored<IdempotencyClaim> claim, Func<IdempotencyClaim, Task<PostResult>> act, CancellationToken cancellation)
    {
        PostResult result;
        try
        {
            result = await act(claim.Value);
        }
        catch
        {
            // Nothing was answered: let the caller's next try go on at once rather than wait for the lease.
            await TryReleaseAsync(claim, cancellation);
            throw;
        }
        if (result.IsFinal)
            await store.AnswerAsync(claim, Keep(result, claim.Value.Id), cancellation);
        else
            await store.ReleaseAsync(claim, cancellation);
        return result.Answer;
    }

    // What went wrong first is what is told: a lease that cannot be given back ends by itself.
    async Task TryReleaseAsync(Stored<IdempotencyClaim> claim, CancellationToken cancellation)
    {
        try
        {
            await store.ReleaseAsync(claim, cancellation);
        }
        catch (Exception fault)
        {
            NotReleased(claim.Value.Resource, fault);
        }
    }

    IdempotentAnswer Keep(PostResult result, string claim)
    {
        var answer = result.Answer;
        var body = result.HoldsSecret ? keys.Seal(Encoding.UTF8.GetBytes(answer.Body), claim) : answer.Body;
        return new IdempotentAnswer(answer.Status, body, answer.Location, result.HoldsSecret);
    }

    Answer Again(IdempotentAnswer kept, string claim)
    {
        var body = kept.IsSealed ? Encoding.UTF8.GetString(keys.Open(kept.Body, claim)) : kept.Body;
        return new Answer(kept.Status, body)
        {
            Location = kept.Location,
            IsReplay = true,
            ContentType = kept.Status < StatusCodes.Status400BadRequest ? Answer.JsonContent : Problem.ContentType,
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The lease for {Resource} could not be given back; it ends by itself")]
    partial void NotReleased(string resource, Exception fault);
}

/// <summary>The Prefer header (RFC 7240): how long the caller wants to wait for the outcome.</summary>
static class Preference
{
    static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>The wait asked for, within bounds; the usual one where none or none that can be read is asked for.</summary>
    public static (TimeSpan Wait, string? Applied) Read(HttpRequest request)
    {
        foreach (var preference in request.Headers["Prefer"].SelectMany(value => (value ?? "").Split(',', ';')))
        {
            var text = preference.Trim();
            if (text.Equals("respond-async", StringComparison.OrdinalIgnoreCase)) return (TimeSpan.Zero, "respond-async");
            if (!text.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)) continue;
            if (!int.TryParse(text.AsSpan("wait=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) continue;
            var wait = TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds));
            return (wait, $"wait={(int)wait.TotalSeconds}");
        }
        return (UsualWait, null);
    }
}
