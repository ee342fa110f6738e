namespace Railyard.Core.Routing;

/// <summary>What is wrong with a limit: the member, and a sentence.</summary>
public sealed record LimitFlaw(string Member, string Why);

/// <summary>
/// How often a merchant lets a declined card be tried; null leaves it as the scheme has it. A limit may be lowered: one
/// above the scheme's counts as the scheme's.
/// </summary>
/// <param name="TriesIn30Days">Of one card for one amount, the first included.</param>
/// <param name="TriesIn24Hours">Of one card for any amount, the first included.</param>
/// <param name="Cascades">To another acquirer within one payment.</param>
public sealed record RetryLimits(int? TriesIn30Days = null, int? TriesIn24Hours = null, int? Cascades = null)
{
    /// <summary>As the schemes have it.</summary>
    public static readonly RetryLimits None = new();

    /// <summary>What is wrong with them; nothing where they can be kept to.</summary>
    public IReadOnlyList<LimitFlaw> Flaws() =>
    [
        .. FlawsOf(nameof(TriesIn30Days), TriesIn30Days, 1, SchemeLimits.MostTries(LimitWindow.CardAndAmountIn30Days)),
        .. FlawsOf(nameof(TriesIn24Hours), TriesIn24Hours, 1, SchemeLimits.MostTries(LimitWindow.CardIn24Hours)),
        .. FlawsOf(nameof(Cascades), Cascades, 0, Retry.MostCascades),
    ];

    /// <summary>How often a card of that scheme may be tried in that window: what the merchant says, or less.</summary>
    public int TriesWithin(SchemeLimit limit)
    {
        var wanted = limit.Window switch
        {
            LimitWindow.CardAndAmountIn30Days => TriesIn30Days,
            LimitWindow.CardIn24Hours => TriesIn24Hours,
        };
        return Math.Min(wanted ?? limit.UsualTries, limit.Tries);
    }

    /// <summary>How often a payment may go on to another acquirer.</summary>
    internal int MostCascades => Math.Min(Cascades ?? Retry.MostCascades, Retry.MostCascades);

    static IEnumerable<LimitFlaw> FlawsOf(string member, int? value, int least, int most) =>
        value is { } said && (said < least || said > most)
            ? [new LimitFlaw(member, $"It must be {least} to {most}: a scheme's limit can be lowered, not raised.")]
            : [];
}
