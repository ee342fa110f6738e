namespace Railyard.Local.Cosmos.Wire;

/// <summary>What a hook is told about a request.</summary>
sealed record RequestFacts(string Method, string ResourceType, string? Container, string? Id, bool IsWrite);

/// <summary>An answer that a hook puts in the place of the true one.</summary>
sealed record InjectedAnswer(int Status, int SubStatus = 0, int? RetryAfterMilliseconds = null)
{
    const int ThrottledSubStatus = 3200;
    const int ThrottledMilliseconds = 10;

    public static InjectedAnswer Throttled { get; } = new(429, ThrottledSubStatus, ThrottledMilliseconds);

    public Answer ToAnswer() =>
        Answer.Refused(Status, Code, $"The status {Status} comes from a fault plan.", SubStatus) with
        {
            RetryAfterMilliseconds = RetryAfterMilliseconds,
        };

    string Code => Status switch
    {
        408 => "RequestTimeout",
        429 => "TooManyRequests",
        449 => "RetryWith",
        503 => "ServiceUnavailable",
        _ => "Injected",
    };
}

/// <summary>Decides about one request: null lets it go on.</summary>
delegate ValueTask<InjectedAnswer?> RequestHook(RequestFacts facts, CancellationToken cancellation);

/// <summary>Where a fault plan takes hold of requests; a hook may also wait, to delay one.</summary>
sealed record RequestHooks
{
    /// <summary>Asked before each request; what it returns is answered instead of doing anything.</summary>
    public RequestHook? BeforeOperation { get; init; }

    /// <summary>Asked after a write took; what it returns hides from the client that it did.</summary>
    public RequestHook? AfterCommit { get; init; }
}
