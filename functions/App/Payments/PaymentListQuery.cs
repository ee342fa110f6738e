using System.Globalization;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>What is listed. The cursor is the id of the last payment that was seen, so new payments do not shift the pages.</summary>
sealed record PaymentListQuery(int Limit, PaymentId? Before, PaymentStatus? Status, string? Reference)
{
    /// <summary>The query, or everything that is wrong with it.</summary>
    public static (PaymentListQuery? Query, IReadOnlyList<FieldError> Errors) Read(IQueryCollection query)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(query, errors);
        var read = new PaymentListQuery(
            parameters.Limit(),
            parameters.Cursor(Place),
            parameters.OneOf<PaymentStatus>("status"),
            parameters.Text("reference"));
        parameters.RefuseOthers();
        return (errors.Count > 0 ? null : read, errors);
    }

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

    /// <summary>The month of a moment.</summary>
    public static DateOnly Of(DateTimeOffset moment) => new(moment.UtcDateTime.Year, moment.UtcDateTime.Month, 1);

    /// <summary>The partition of a merchant's month.</summary>
    public static string Bucket(MerchantId merchant, DateOnly month) =>
        string.Create(CultureInfo.InvariantCulture, $"{merchant}|{month:yyyy-MM}");
}

