using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>What came of claiming a key: the claim is ours, or there is an answer that says why not.</summary>
abstract record ClaimResult
{
    /// <summary>Ours: do it. <paramref name="IsResumed"/> where another began it.</summary>
    public sealed record Ours(Stored<IdempotencyClaim> Claim, bool IsResumed) : ClaimResult;

    /// <summary>Somebody did it, does it, or used the key for something else.</summary>
    public sealed record Theirs(ClaimVerdict Verdict) : ClaimResult;

    ClaimResult() { }
}

/// <summary>Keeps the claims on idempotency keys for 30 days.</summary>
public sealed class IdempotencyStore(Containers containers, TimeProvider time)
{
    const int MostRounds = 5;

    /// <summary>Claims a key, or finds out who has it.</summary>
    internal async Task<ClaimResult> ClaimAsync(IdempotencyClaim wanted, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await TryCreateAsync(wanted, cancellation) is { } created)
                return new ClaimResult.Ours(created, IsResumed: false);
            var found = await containers.Idempotency.FindAsync<IdempotencyClaim>(wanted.Id, wanted.Id, cancellation);
            if (found is null) continue; // It expired between the two, or the write did not take.
            // Each request brings an id of its own making: this is ours, though its writing seemed to fail.
            if (found.Value.Resource == wanted.Resource) return new ClaimResult.Ours(found, IsResumed: false);
            var verdict = Idempotency.Decide(found.Value, wanted.Fingerprint, time.GetUtcNow());
            if (verdict is not ClaimVerdict.TakeOver) return new ClaimResult.Theirs(verdict);
            var renewed = found.Value with { LeaseUntil = wanted.LeaseUntil };
            if (await ReplaceAsync(renewed, found.ETag, cancellation) is { } taken)
                return new ClaimResult.Ours(taken, IsResumed: true);
        }
        return new ClaimResult.Theirs(new ClaimVerdict.InFlight(TimeSpan.FromSeconds(1)));
    }

    /// <summary>Keeps the answer. Where somebody has taken the claim over, theirs is the one that counts, and it is the same.</summary>
    internal Task AnswerAsync(Stored<IdempotencyClaim> claim, IdempotentAnswer answer, CancellationToken cancellation) =>
        ReplaceAsync(claim.Value with { Answer = answer }, claim.ETag, cancellation);

    /// <summary>Gives the lease back, so that the next request with the key goes on at once.</summary>
    internal Task ReleaseAsync(Stored<IdempotencyClaim> claim, CancellationToken cancellation) =>
        ReplaceAsync(claim.Value with { LeaseUntil = time.GetUtcNow() }, claim.ETag, cancellation);

    async Task<Stored<IdempotencyClaim>?> TryCreateAsync(IdempotencyClaim wanted, CancellationToken cancellation)
    {
        try
        {
            return await containers.Idempotency.TryCreateAsync(wanted, wanted.Id, cancellation);
        }
        catch (StorageFault fault) when (fault.IsUnknown)
        {
            return null;
        }
    }

    Task<Stored<IdempotencyClaim>?> ReplaceAsync(IdempotencyClaim claim, string etag, CancellationToken cancellation) =>
        containers.Idempotency.TryReplaceAsync(claim.Id, claim.Id, claim, etag, cancellation);
}
