using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>A decline that counts at the scheme, and whether the issuer said that it would never approve.</summary>
public sealed record CountedDecline(AttemptId Attempt, MerchantId Merchant, Money Amount, DateTimeOffset At, bool IsForGood = false)
{
    internal bool IsOf(MerchantId merchant, Money amount) => Merchant == merchant && Amount == amount;
}

/// <summary>
/// The declines of one card as far as a scheme's limits can reach. It is bounded: of one merchant and amount only so many
/// are kept that no limit could need more, and where still too much had to be left out, it says so.
/// </summary>
/// <param name="Declines">In the order of their moments.</param>
/// <param name="LeftOutAt">The moment of the newest decline that there was no room for.</param>
public sealed record CardActivity(IReadOnlyList<CountedDecline> Declines, DateTimeOffset? LeftOutAt = null)
{
    /// <summary>How long a decline is kept, beyond which no limit reaches.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(31);

    /// <summary>How many are kept of one card, merchant and amount: more than any limit allows.</summary>
    public const int MostAlike = 40;

    /// <summary>How many are kept of one card.</summary>
    public const int Most = 100;

    /// <summary>A card without declines.</summary>
    public static readonly CardActivity Empty = new([]);

    /// <summary>With one decline more. One that is counted already changes nothing: then it is the very same.</summary>
    public CardActivity With(CountedDecline decline)
    {
        if (Declines.Any(one => one.Attempt == decline.Attempt)) return this;
        var newest = Declines is [.., var last] && last.At > decline.At ? last.At : decline.At;
        List<CountedDecline> kept =
        [
            .. Declines.Where(one => one.At <= decline.At),
            decline,
            .. Declines.Where(one => one.At > decline.At),
        ];
        kept.RemoveAll(one => one.At < newest - KeptFor);
        ForgetTheOldestAlike(kept, decline);
        if (kept.Count <= Most) return new CardActivity(kept, LeftOutAt);
        var left = kept[0].At;
        kept.RemoveAt(0);
        return new CardActivity(kept, LeftOutAt > left ? LeftOutAt : left);
    }

    /// <summary>When declines of that merchant and amount came within that long before now, oldest first.</summary>
    public IReadOnlyList<DateTimeOffset> Alike(MerchantId merchant, Money amount, TimeSpan within, DateTimeOffset now) =>
        [.. Within(within, now).Where(one => one.IsOf(merchant, amount)).Select(one => one.At)];

    /// <summary>When declines of the card came within that long before now, oldest first.</summary>
    public IReadOnlyList<DateTimeOffset> All(TimeSpan within, DateTimeOffset now) => [.. Within(within, now).Select(one => one.At)];

    /// <summary>The newest decline of that merchant and amount that was for good, within that long before now; null for none.</summary>
    public DateTimeOffset? ForGood(MerchantId merchant, Money amount, TimeSpan within, DateTimeOffset now) =>
        Within(within, now).LastOrDefault(one => one.IsForGood && one.IsOf(merchant, amount))?.At;

    /// <summary>Whether declines within that long before now are not among those that are kept, for want of room.</summary>
    public bool IsIncomplete(TimeSpan within, DateTimeOffset now) => LeftOutAt > now - within;

    IEnumerable<CountedDecline> Within(TimeSpan within, DateTimeOffset now) => Declines.Where(one => one.At > now - within);

    // No limit needs them: those that are kept are newer and are already more than it allows.
    static void ForgetTheOldestAlike(List<CountedDecline> kept, CountedDecline decline)
    {
        if (kept.Count(one => one.IsOf(decline.Merchant, decline.Amount)) <= MostAlike) return;
        kept.RemoveAt(kept.FindIndex(one => one.IsOf(decline.Merchant, decline.Amount)));
    }
}
