namespace Railyard.Core.Ledger;

/// <summary>When something that others tell us takes effect: files are written by others, and their dates are what they are.</summary>
public static class PostingDate
{
    /// <summary>What is told later than this takes effect when it is told.</summary>
    public static readonly TimeSpan LatestTold = TimeSpan.FromDays(45);

    /// <summary>The date it is said to have happened, if that is neither after it was told nor long before.</summary>
    /// <param name="happened">What the file says.</param>
    /// <param name="told">When the file came: the same however often it is read.</param>
    public static DateTimeOffset Of(DateTimeOffset? happened, DateTimeOffset told) =>
        happened is { } moment && moment <= told && told - moment <= LatestTold ? moment.ToUniversalTime() : told.ToUniversalTime();
}
