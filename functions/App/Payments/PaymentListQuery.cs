using System.Globalization;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>
/// What is listed. The cursor is the id of the last payment that was seen, or a place between ids, so new payments do not
/// shift the pages. A range of creation begins with its first moment and ends before its last.
/// </summary>
sealed record PaymentListQuery(
    int Limit,
    PaymentId? Before,
    PaymentStatus? Status,
    string? Reference,
    DateTimeOffset? CreatedFrom,
    DateTimeOffset? CreatedTo)
{
    const int LongestReference = 80;

    // A payment's id is fixed before its moment of creation, and by a crash in between much before.
    internal static readonly TimeSpan BornWithin = TimeSpan.FromDays(1);

    /// <summary>The query, or everything that is wrong with it.</summary>
    public static (PaymentListQuery? Query, IReadOnlyList<FieldError> Errors) Read(IQueryCollection query)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(query, errors);
        var read = new PaymentListQuery(
            parameters.Limit(),
            parameters.Cursor(Place),
            parameters.OneOf<PaymentStatus>("status"),
            parameters.Text("reference", LongestReference),
            parameters.Moment("created_from"),
            parameters.Moment("created_to"));
        if (read.CreatedTo <= read.CreatedFrom)
            parameters.Wrong("created_to", "out_of_range", "It must be later than created_from.");
        parameters.RefuseOthers();
        return (errors.Count > 0 ? null : read, errors);
    }

    /// <summary>The month with which the list begins: the newest in which there can be any.</summary>
    public DateOnly NewestMonth(DateTimeOffset now)
    {
        var newest = Months.Of(CreatedTo < now ? CreatedTo.Value : now);
        return Before is { } before && Months.Of(before)!.Value is var reached && reached < newest ? reached : newest;
    }

    /// <summary>The month with which the list ends, where the range says so.</summary>
    public DateOnly? OldestMonth => CreatedFrom is { } from
        ? Months.Of(from < DateTimeOffset.UnixEpoch + BornWithin ? from : from - BornWithin)
        : null;

    static PaymentId? Place(string cursor) => Months.Of(new PaymentId(cursor)) is null ? null : new PaymentId(cursor);
}

/// <summary>The months of payments, whose rows share a partition.</summary>
static class Months
{
    static readonly long MostMilliseconds = DateTimeOffset.MaxValue.AddMonths(-1).ToUnixTimeMilliseconds();

    /// <summary>The month in which a payment was made, from the time in its UUIDv7; null where it is none of our ids.</summary>
    public static DateOnly? Of(PaymentId id)
    {
        if (!id.Value.StartsWith(PaymentId.Prefix, StringComparison.Ordinal)) return null;
        if (!Guid.TryParseExact(id.Value.AsSpan(PaymentId.Prefix.Length), "N", out var uuid) || uuid.Version != 7) return null;
        var milliseconds = long.Parse(uuid.ToString("N").AsSpan(0, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return milliseconds > MostMilliseconds ? null : Of(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
    }

    /// <summary>What sorts before every payment of that month and after those of earlier ones; by form an id itself.</summary>
    public static PaymentId Floor(DateOnly month)
    {
        var milliseconds = new DateTimeOffset(month, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        return new PaymentId(string.Create(CultureInfo.InvariantCulture, $"{PaymentId.Prefix}{milliseconds:x12}70008000000000000000"));
    }

    /// <summary>The month of a moment.</summary>
    public static DateOnly Of(DateTimeOffset moment) => new(moment.UtcDateTime.Year, moment.UtcDateTime.Month, 1);

    /// <summary>The partition of a merchant's month.</summary>
    public static string Bucket(MerchantId merchant, DateOnly month) =>
        string.Create(CultureInfo.InvariantCulture, $"{merchant}|{month:yyyy-MM}");
}

