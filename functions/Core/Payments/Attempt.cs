namespace Railyard.Core.Payments;

/// <summary>One try to authorise a payment at one acquirer.</summary>
public sealed record Attempt
{
    /// <summary>Counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Its id, also the idempotency key sent to the acquirer.</summary>
    public required AttemptId Id { get; init; }

    /// <summary>Where it was sent.</summary>
    public required AcquirerName Acquirer { get; init; }

    /// <summary>Why there, in a sentence of the router's.</summary>
    public required string Why { get; init; }

    /// <summary>When it was written down, which is before the acquirer was called.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether another step was to send it before the first had written what came of it, and both may have.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>What came of it; null while no answer has been recorded.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>When the outcome was recorded.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Every time that the acquirer was asked to undo it, in order.</summary>
    public IReadOnlyList<Reversal> Reversals { get; init; } = [];

    /// <summary>Whether an answer that comes now is that to its only call.</summary>
    public bool IsOnlyCall => !IsRepeated && Outcome is null;

    /// <summary>What was decided after its decline; null where it was not declined.</summary>
    public RetryDecision? Next => (Outcome as AttemptOutcome.Declined)?.Next;

    /// <summary>Whether a reversal was asked for that nobody has acknowledged: what was approved must not be used any more.</summary>
    public bool IsBeingReversed => Reversals is [.., { EndedAt: null }];
}

/// <summary>What came of an attempt.</summary>
public abstract record AttemptOutcome
{
    /// <summary>Authorised under the acquirer's reference.</summary>
    public sealed record Approved(string AcquirerReference, string? AuthorisationCode) : AttemptOutcome;

    /// <summary>Refused, and certainly so: there is no authorisation.</summary>
    public sealed record Declined(DeclineCode Code, string RawCode, string? RawMessage) : AttemptOutcome
    {
        /// <summary>The scheme's response code (ISO 8583 DE 39), where the acquirer passes it on.</summary>
        public string? NetworkCode { get; init; }

        /// <summary>Mastercard's merchant advice code (DE 48.84), where the acquirer passes it on.</summary>
        public string? AdviceCode { get; init; }

        /// <summary>The acquirer's reference of the refused attempt, where it gave one.</summary>
        public string? AcquirerReference { get; init; }

        /// <summary>
        /// Whether only this call was refused, at the door or before it left: of an earlier call under the same key it says
        /// nothing.
        /// </summary>
        public bool IsOfThisCallOnly { get; init; }

        /// <summary>What is done after it, decided once, when it is recorded; null while it is not.</summary>
        public RetryDecision? Next { get; init; }
    }

    /// <summary>Nothing of this call left: whoever has never called before may go elsewhere.</summary>
    public static Declined NotSent(string evidence) =>
        new(DeclineCode.AcquirerUnavailable, "not_sent", evidence) { IsOfThisCallOnly = true };

    /// <summary>The cardholder must authenticate first, at that address.</summary>
    public sealed record ActionRequired(string AcquirerReference, string Url) : AttemptOutcome;

    /// <summary>No answer that can be believed came. Timeout is not failure: ask again.</summary>
    public sealed record Unknown(string Evidence) : AttemptOutcome;

    /// <summary>What came of it was not found out, and the acquirer acknowledged its reversal: nothing of it lives.</summary>
    public sealed record Reversed(string Evidence) : AttemptOutcome;

    /// <summary>An answer came that contradicts what was asked (amount, currency): a person must look.</summary>
    public sealed record Contradicted(string AcquirerReference, string Evidence) : AttemptOutcome;

    AttemptOutcome() { }
}

/// <summary>Why a payment was refused, in our words; each acquirer's codes are mapped to these.</summary>
public enum DeclineCode
{
    DoNotHonor,
    InsufficientFunds,
    LimitExceeded,
    ExpiredCard,
    InvalidCard,
    InvalidCvc,
    InvalidAmount,
    LostOrStolen,
    RestrictedCard,
    SuspectedFraud,
    ClosedAccount,
    NotPermitted,
    RevokedByCardholder,
    PinRequired,
    AuthenticationRequired,
    AuthenticationFailed,
    IssuerUnavailable,
    AcquirerUnavailable,
    AcquirerError,
    ConfigurationError,
}

/// <summary>What a decline means for what may be done next (the schemes' retry categories).</summary>
public enum DeclineClass
{
    /// <summary>Never again with this card.</summary>
    Hard,

    /// <summary>The issuer says not now: later, by advice, not elsewhere.</summary>
    Issuer,

    /// <summary>The way there failed: another acquirer may try now.</summary>
    Technical,

    /// <summary>No reason given: another acquirer may try, once.</summary>
    Generic,

    /// <summary>Something that was entered is wrong: it must be corrected first.</summary>
    FixDetails,

    /// <summary>The cardholder must authenticate.</summary>
    Authenticate,

    /// <summary>Our account or set-up at that acquirer is at fault: another acquirer may try now.</summary>
    Configuration,
}

/// <summary>The class of every decline code.</summary>
public static class DeclineCodes
{
    /// <summary>What that code means for what may be done next.</summary>
    public static DeclineClass Class(this DeclineCode code) => code switch
    {
        DeclineCode.DoNotHonor => DeclineClass.Generic,
        DeclineCode.InsufficientFunds => DeclineClass.Issuer,
        DeclineCode.LimitExceeded => DeclineClass.Issuer,
        DeclineCode.ExpiredCard => DeclineClass.FixDetails,
        DeclineCode.InvalidCard => DeclineClass.Hard,
        DeclineCode.InvalidCvc => DeclineClass.FixDetails,
        DeclineCode.InvalidAmount => DeclineClass.FixDetails,
        DeclineCode.LostOrStolen => DeclineClass.Hard,
        DeclineCode.RestrictedCard => DeclineClass.Hard,
        DeclineCode.SuspectedFraud => DeclineClass.Hard,
        DeclineCode.ClosedAccount => DeclineClass.Hard,
        DeclineCode.NotPermitted => DeclineClass.Hard,
        DeclineCode.RevokedByCardholder => DeclineClass.Hard,
        DeclineCode.PinRequired => DeclineClass.Issuer,
        DeclineCode.AuthenticationRequired => DeclineClass.Authenticate,
        DeclineCode.AuthenticationFailed => DeclineClass.Authenticate,
        DeclineCode.IssuerUnavailable => DeclineClass.Technical,
        DeclineCode.AcquirerUnavailable => DeclineClass.Technical,
        DeclineCode.AcquirerError => DeclineClass.Technical,
        DeclineCode.ConfigurationError => DeclineClass.Configuration,
    };

    /// <summary>What the merchant should do about it, as an imperative sentence.</summary>
    public static string Advice(this DeclineCode code) => code.Class() switch
    {
        DeclineClass.Hard => "Do not try this card again; ask for another.",
        DeclineClass.Issuer => "Try again later, or ask for another card.",
        DeclineClass.Technical => "Try again in a few minutes.",
        DeclineClass.Generic => "Ask the cardholder to contact the issuer or to use another card.",
        DeclineClass.FixDetails => "Ask the cardholder to check the card details.",
        DeclineClass.Authenticate => "Ask the cardholder to authenticate.",
        DeclineClass.Configuration => "Contact us: the set-up of an acquirer needs attention.",
    };
}
