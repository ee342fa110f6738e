using System.Globalization;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>What is listed. The cursor is the id of the last payment that was seen, so new payments do not shift the pages.</summary>
sealed record PaymentListQuery(int Limit, PaymentId? Before, PaymentStatus? Status, string? Reference)
{
    const int UsualLimit = 20;
    const int LargestLimit = 100;

    static readonly IReadOnlyDictionary<string, PaymentStatus> Statuses = Json.Words<PaymentStatus>();
    static readonly HashSet<string> Names = ["limit", "cursor", "status", "reference"];

    /// <summary>The query, or everything that is wrong with it.</summary>
    public static (PaymentListQuery? Query, IReadOnlyList<FieldError> Errors) Read(IQueryCollection query)
    {
        var errors = new List<FieldError>();
        var read = new PaymentListQuery(
            ReadLimit(query["limit"].ToString(), errors),
            ReadCursor(query["cursor"].ToString(), errors),
            ReadStatus(query["status"].ToString(), errors),
            query["reference"].ToString() is { Length: > 0 } reference ? reference : null);
        if (query.Keys.Any(name => !Names.Contains(name)))
            errors.Add(new FieldError("query", "unknown_field", $"The parameters are {string.Join(", ", Names)}."));
        return (errors.Count > 0 ? null : read, errors);
    }

    static int ReadLimit(string text, List<FieldError> errors)
    {
        if (text.Length == 0) return UsualLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= LargestLimit)
            return limit;
        errors.Add(new FieldError("limit", "out_of_range", $"It must be from 1 to {LargestLimit}."));
        return UsualLimit;
    }

    static PaymentId? ReadCursor(string text, List<FieldError> errors)
    {
        if (text.Length == 0) return null;
        if (Months.Of(new PaymentId(text)) is not null) return new PaymentId(text);
        errors.Add(new FieldError("cursor", "unknown_cursor", "It must be the next_cursor of a page."));
        return null;
    }

    static PaymentStatus? ReadStatus(string text, List<FieldError> errors)
    {
        if (text.Length == 0) return null;
        if (Statuses.TryGetValue(text, out var status)) return status;
        errors.Add(new FieldError("status", "unknown_value", $"It must be one of: {string.Join(", ", Statuses.Keys)}."));
        return null;
    }
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

