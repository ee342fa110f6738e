namespace Railyard.Core.Payments;

/// <summary>A fee that a scheme charges for trying again when it should not have been.</summary>
public sealed record SchemeFee(string Name, Money Amount);

/// <summary>What is done after a decline.</summary>
public abstract record RetryDecision
{
    /// <summary>Another acquirer is tried at once.</summary>
    public sealed record NextAcquirer : RetryDecision;

    /// <summary>It ends here, and the merchant may try again after that long.</summary>
    public sealed record Wait(TimeSpan For) : RetryDecision;

    /// <summary>It ends here until the cardholder authenticates.</summary>
    public sealed record Authenticate : RetryDecision;

    /// <summary>It ends here until what is wrong with the card's details is put right.</summary>
    public sealed record FixDetails : RetryDecision;

    /// <summary>It ends here.</summary>
    public sealed record Stop : RetryDecision
    {
        /// <summary>The fee that one more try would have cost, where the scheme has one.</summary>
        public SchemeFee? Avoided { get; init; }

        /// <summary>Whether only we stop: the merchant may try the same card again when they think it right.</summary>
        public bool MerchantMayRetry { get; init; }

        /// <summary>When a limit that is reached has room again.</summary>
        public DateTimeOffset? NotBefore { get; init; }
    }

    RetryDecision() { }

    /// <summary>Why, in a sentence that the merchant reads.</summary>
    public required string Why { get; init; }

    /// <summary>Whether the merchant may try the same card again, once what it asks for is done.</summary>
    public bool AllowsMerchant => this is not Stop { MerchantMayRetry: false };

    /// <summary>When the merchant may try again at the earliest, where that is known.</summary>
    public DateTimeOffset? AllowedFrom(DateTimeOffset decidedAt) => this switch
    {
        Wait wait => decidedAt + wait.For,
        Stop stop => stop.NotBefore,
        _ => null,
    };
}
