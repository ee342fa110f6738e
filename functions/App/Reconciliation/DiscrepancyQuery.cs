using System.Text;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>Where a list goes on.</summary>
readonly record struct DiscrepancyPlace(AcquirerName Acquirer, string Place)
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
sealed record DiscrepancyQuery(int Limit, DiscrepancyPlace? After, DiscrepancyFilter Filter, AcquirerName? Acquirer)
{
    const int LongestName = 100;

    /// <summary>The query, or everything that is wrong with it.</summary>
    public static (DiscrepancyQuery? Query, IReadOnlyList<FieldError> Errors) Read(IQueryCollection query, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(query, errors);
        var read = new DiscrepancyQuery(
            parameters.Limit(),
            parameters.Cursor(DiscrepancyPlace.Read),
            ReadFilter(parameters, now),
            parameters.Text("acquirer") is { } acquirer ? new AcquirerName(acquirer) : null);
        parameters.RefuseOthers();
        return (errors.Count > 0 ? null : read, errors);
    }

    static DiscrepancyFilter ReadFilter(Parameters parameters, DateTimeOffset now)
    {
        var status = parameters.OneOf<DiscrepancyStatus>("status");
        var (from, before) = parameters.OneOf<AgeBucket>("age") is { } age ? Ageing.FoundIn(age, now) : (null, null);
        return new DiscrepancyFilter
        {
            Statuses = status is { } one ? [one] : [],
            Kind = parameters.OneOf<DiscrepancyKind>("kind"),
            File = parameters.Text("file_id", LongestName),
            AssignedTo = parameters.Text("assigned_to", LongestName),
            From = from,
            Before = before,
        };
    }
}
