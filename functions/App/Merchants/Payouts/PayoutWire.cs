using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>Where a list of payouts goes on.</summary>
readonly record struct PayoutCursor(string Place)
{
    const int Longest = 64;

    public string ToText() => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Place));

    public static PayoutCursor? Read(string cursor)
    {
        if (cursor.Length > 2 * Longest) return null;
        var bytes = new byte[cursor.Length / 2];
        if (Convert.FromHexString(cursor, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return null;
        var place = Encoding.UTF8.GetString(bytes);
        return place.Contains(PayoutId.Prefix, StringComparison.Ordinal) ? new(place) : null;
    }
}

/// <summary>Which payouts are listed.</summary>
sealed record PayoutQuery(int Limit, PayoutCursor? Before, PayoutStatus? Status)
{
    public static (PayoutQuery? Query, IReadOnlyList<FieldError> Errors) Read(IQueryCollection query)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(query, errors);
        var read = new PayoutQuery(parameters.Limit(), parameters.Cursor(PayoutCursor.Read), parameters.OneOf<PayoutStatus>("status"));
        parameters.RefuseOthers();
        return (errors.Count > 0 ? null : read, errors);
    }
}

/// <summary>A page of payouts, newest first.</summary>
sealed record PayoutPage(IReadOnlyList<PayoutWire> Items, string? NextCursor);

/// <summary>
/// A payout as its merchant sees it. The lines of its statement add up to <see cref="Amount"/> and
/// <see cref="CarriedOn"/>; amounts in minor units, negative where they are taken off.
/// </summary>
sealed record PayoutWire(
    PayoutId Id,
    PayoutStatus Status,
    DateOnly Date,
    long Amount,
    string Currency,
    IReadOnlyList<StatementLineWire> Statement,
    long CarriedOn,
    CarryReason? CarriedBecause,
    string AccountName,
    string Account,
    string? Fault,
    DateTimeOffset? SentAt,
    DateTimeOffset? PaidAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static PayoutWire Of(PayoutDocument document)
    {
        var payout = document.Payout;
        var last = payout.Attempts is [.., var attempt] ? attempt : null;
        var account = last?.Account ?? document.Terms.Account;
        return new(
            payout.Id,
            payout.Status,
            payout.Day,
            payout.Amount.MinorUnits,
            payout.Amount.Currency.Code,
            [.. payout.Statement.Lines.Select(line => new StatementLineWire(line.Kind, line.Count, line.Amount.MinorUnits))],
            payout.Statement.CarriedOn.MinorUnits,
            payout.Statement.Reason,
            account.Name,
            account.Iban.Shown,
            payout.Status == PayoutStatus.Reopened ? last?.Fault : null,
            last?.SentAt,
            payout.Status == PayoutStatus.Paid ? last?.PaidAt : null,
            payout.CreatedAt,
            payout.UpdatedAt);
    }
}

/// <summary>A line of a statement.</summary>
sealed record StatementLineWire(StatementLineKind Kind, int Count, long Amount);

/// <summary>A page of what a payout is made of, item by item.</summary>
sealed record PayoutLinePage(IReadOnlyList<PayoutLineWire> Items, string? NextCursor);

/// <summary>An item of a payout: what was settled, what we charged, and what both come to.</summary>
sealed record PayoutLineWire(
    PayableId Id, PayableKind Kind, string? Payment, string? Operation, long Gross, long Fee, long Net, string Currency, DateTimeOffset SettledAt)
{
    public static PayoutLineWire Of(PricedItem item, DateTimeOffset at) => new(
        item.Item.Id,
        item.Item.Kind,
        item.Item.Payment?.Value,
        item.Item.Operation?.Value,
        item.Item.Balance.MinorUnits,
        -item.Fee.MinorUnits,
        item.Net.MinorUnits,
        item.Fee.Currency.Code,
        at);
}

/// <summary>Where the items of a payout go on: which packet, and which item of it.</summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct LineCursor(int Packet, int Item)
{
    public string ToText() => $"{Packet}-{Item}";

    public static LineCursor? Read(string cursor) =>
        cursor.Split('-') is [var packet, var item]
        && int.TryParse(packet, System.Globalization.NumberStyles.None, null, out var first)
        && int.TryParse(item, System.Globalization.NumberStyles.None, null, out var second)
            ? new(first, second)
            : null;
}
