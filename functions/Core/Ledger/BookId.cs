using System.Globalization;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Ledger;

/// <summary>Whose books they are: a merchant's, or our own for an acquirer or a bank account.</summary>
public readonly record struct BookOwner(string Value)
{
    const string PlatformPrefix = "platform:";
    const string BankPrefix = "bank:";

    // A merchant with 100 million payments a year posts some 30 GB a month: a partition holds 20.
    const int LanesOfMerchant = 8;
    const int LanesOfPlatform = 1;

    /// <summary>A merchant's.</summary>
    public static BookOwner Of(MerchantId merchant) => new(merchant.Value);

    /// <summary>Ours for an acquirer.</summary>
    public static BookOwner Of(AcquirerName acquirer) => new($"{PlatformPrefix}{acquirer}");

    /// <summary>Ours for a bank account.</summary>
    public static BookOwner OfBank(string account) => new($"{BankPrefix}{account}");

    /// <summary>Whether it is a merchant.</summary>
    public bool IsMerchant =>
        !Value.StartsWith(PlatformPrefix, StringComparison.Ordinal) && !Value.StartsWith(BankPrefix, StringComparison.Ordinal);

    /// <summary>
    /// Among how many books a month's entries are divided. It must never change for a month that has entries: a repeated
    /// cause looks for its entry where it was posted.
    /// </summary>
    public int Lanes => IsMerchant ? LanesOfMerchant : LanesOfPlatform;

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// A book, <c>owner|yyyy-MM|lane</c>: the entries of one owner that took effect in a month, or one part of them. It is
/// a partition, and small enough to be one.
/// </summary>
public readonly record struct BookId(string Value)
{
    const char Separator = '|';
    const string MonthFormat = "yyyy-MM";

    /// <summary>The book of an entry.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="effectiveAt">When it takes effect; the month counts, in UTC.</param>
    /// <param name="about">What it is about, such as a payment: what is about the same goes to the same lane.</param>
    public static BookId Of(BookOwner owner, DateTimeOffset effectiveAt, string about) =>
        Of(owner, MonthOf(effectiveAt), ShardNumber.Of(about).Value % owner.Lanes);

    /// <summary>The book of a lane of a month.</summary>
    public static BookId Of(BookOwner owner, DateOnly month, int lane) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{owner}{Separator}{month.ToString(MonthFormat, CultureInfo.InvariantCulture)}{Separator}{lane}"));

    /// <summary>Whose it is.</summary>
    public BookOwner Owner => new(Parts[0]);

    /// <summary>Its month, by the first day.</summary>
    public DateOnly Month => DateOnly.ParseExact(Parts[1], MonthFormat, CultureInfo.InvariantCulture);

    /// <summary>Which of its owner's books of that month it is.</summary>
    public int Lane => int.Parse(Parts[2], CultureInfo.InvariantCulture);

    /// <summary>The same lane a month later.</summary>
    public BookId Next => Of(Owner, Month.AddMonths(1), Lane);

    /// <summary>The same lane a month earlier.</summary>
    public BookId Previous => Of(Owner, Month.AddMonths(-1), Lane);

    /// <summary>The month of a moment, by its first day.</summary>
    public static DateOnly MonthOf(DateTimeOffset moment) => new(moment.UtcDateTime.Year, moment.UtcDateTime.Month, 1);

    /// <summary>The book of a text from outside, or null where it is none.</summary>
    public static BookId? Read(string text)
    {
        var parts = text.Split(Separator);
        if (parts.Length != 3 || parts[0].Length == 0) return null;
        if (!DateOnly.TryParseExact(parts[1], MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)) return null;
        if (!int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var lane)) return null;
        return lane < new BookOwner(parts[0]).Lanes ? Of(new BookOwner(parts[0]), month, lane) : null;
    }

    string[] Parts => Value.Split(Separator) is [_, _, _] parts ? parts : throw new InvariantBroken($"'{Value}' is no book.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
