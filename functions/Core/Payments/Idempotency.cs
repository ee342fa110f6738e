namespace Railyard.Core.Payments;

/// <summary>
/// The claim on an idempotency key (IETF draft-ietf-httpapi-idempotency-key-header-07): who has it, for which body,
/// and what was answered. The ids of what is to be made are fixed with the claim, so whoever takes it over after a
/// crash makes the same things.
/// </summary>
public sealed record IdempotencyClaim
{
    /// <summary>Hash of merchant, operation and key.</summary>
    public required string Id { get; init; }

    /// <summary>Hash of the canonical body.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The id of the payment or operation that the request makes.</summary>
    public required string Resource { get; init; }

    /// <summary>The id of the card token that goes with it, or the sealed secret it is made of, where there is one.</summary>
    public string? Token { get; init; }

    /// <summary>Until then the first caller is taken to be alive.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }

    /// <summary>What was answered, once it was.</summary>
    public IdempotentAnswer? Answer { get; init; }
}

/// <summary>An answer as it was given. One that shows a secret has its body sealed.</summary>
public sealed record IdempotentAnswer(int Status, string Body, string? Location, bool IsSealed = false);

/// <summary>What a request may do that finds its key claimed.</summary>
public abstract record ClaimVerdict
{
    /// <summary>Give the same answer again.</summary>
    public sealed record Replay(IdempotentAnswer Answer) : ClaimVerdict;

    /// <summary>Refuse: the key was used with another body.</summary>
    public sealed record OtherBody : ClaimVerdict;

    /// <summary>Come back later: the first request is still running.</summary>
    public sealed record InFlight(TimeSpan RetryAfter) : ClaimVerdict;

    /// <summary>Go on in its place: whoever ran it is gone.</summary>
    public sealed record TakeOver : ClaimVerdict;

    ClaimVerdict() { }
}

/// <summary>The rule for a key that is claimed already.</summary>
public static class Idempotency
{
    static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);

    /// <summary>What a request with that fingerprint may do about that claim.</summary>
    public static ClaimVerdict Decide(IdempotencyClaim claim, string fingerprint, DateTimeOffset now)
    {
        if (claim.Fingerprint != fingerprint) return new ClaimVerdict.OtherBody();
        if (claim.Answer is { } answer) return new ClaimVerdict.Replay(answer);
        if (claim.LeaseUntil <= now) return new ClaimVerdict.TakeOver();
        var left = claim.LeaseUntil - now;
        return new ClaimVerdict.InFlight(left > ShortestRetry ? left : ShortestRetry);
    }
}
