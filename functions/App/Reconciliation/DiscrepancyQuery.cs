using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;

namespace Railyard.App.Reconciliation;

/// <summary>Where a list goes on.</summary>
sealed record DiscrepancyPlace(AcquirerName Acquirer, string Place)
{
    const char Separator = '|';

    /// <summary>Whether that acquirer's discrepancies come at this place or after it.</summary>
    public bool IsBefore(AcquirerName acquirer) => string.CompareOrdinal(acquirer.Value, Acquirer.Value) >= 0;

    public string ToCursor() => Convert.ToHexStringLower(Encoding.UTF8.GetBytes($"{Acquirer}{Separator}{Place}"));

    public static DiscrepancyPlace? Read(string cursor)
    {
        var bytes = new byte[cursor.Length / 2];
        if (Convert.FromHexString(cursor, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return null;
        return Encoding.UTF8.GetString(bytes).Split(Separator) is [var acquirer, var place]
            ? new(new AcquirerName(acquirer), place)
            : null;
    }
}

/// <summary>Which discrepancies are listed.</summary>
sealed record DiscrepancyQuery(int Limit, DiscrepancyPlace? After, DiscrepancyStatus? Status, AcquirerName? Acquirer)
{
    const int UsualLimit = 20;
    const int LargestLimit = 100;

    static readonly IReadOnlyDictionary<string, DiscrepancyStatus> Statuses = Json.Words<DiscrepancyStatus>();
    static readonly HashSet<string> Names = ["limit", "cursor", "status", "acquirer"];

    /// <summary>The query, or everything that is wrong with it.</summary>
    public static (DiscrepancyQuery? Query, IReadOnlyList<FieldError> Errors) Read(IQueryCollection query)
    {
        var errors = new List<FieldError>();
        var read = new DiscrepancyQuery(
            ReadLimit(query["limit"].ToString(), errors),
            ReadCursor(query["cursor"].ToString(), errors),
            ReadStatus(query["status"].ToString(), errors),
            query["acquirer"].ToString() is { Length: > 0 } acquirer ? new AcquirerName(acquirer) : null);
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

    static DiscrepancyPlace? ReadCursor(string text, List<FieldError> errors)
    {
        if (text.Length == 0) return null;
        if (DiscrepancyPlace.Read(text) is { } place) return place;
        errors.Add(new FieldError("cursor", "unknown_cursor", "It must be the next_cursor of a page."));
        return null;
    }

    static DiscrepancyStatus? ReadStatus(string text, List<FieldError> errors)
    {
        if (text.Length == 0) return null;
        if (Statuses.TryGetValue(text, out var status)) return status;
        errors.Add(new FieldError("status", "unknown_value", $"It must be one of: {string.Join(", ", Statuses.Keys)}."));
        return null;
    }
}
