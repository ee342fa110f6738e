using System.Text.Json;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bookkeeping;

/// <summary>
/// What a merchant means to charge, before and whether or not a card was charged for it (Stripe's PaymentIntent). Its
/// charge is a payment of the book.
/// </summary>
sealed record Intent
{
    public required string Id { get; init; }

    /// <summary>The merchant's own name of the payment.</summary>
    public required string Reference { get; init; }
    public required string Currency { get; init; }
    public required long Amount { get; init; }
    public required Dictionary<string, string> Metadata { get; init; }
    public required bool IsCapturedByHand { get; init; }

    /// <summary>Whether what a capture leaves may be captured later.</summary>
    public required bool IsCapturedInParts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The latest payment that was tried for it.</summary>
    public string? Charge { get; init; }

    /// <summary>Whether nothing more will be captured.</summary>
    public bool IsClosed { get; init; }
    public bool IsCancelled { get; init; }

    /// <summary>Whether nobody gets to hear of it by asking.</summary>
    public bool IsMute { get; init; }
}

/// <summary>The intents of one acquirer within one transaction.</summary>
sealed class Intents(Session session, string acquirer)
{
    const string Columns =
        "id, reference, currency, amount, metadata, captures_by_hand, captures_in_parts, created_at, charge, is_closed, " +
        "is_cancelled, is_mute";

    public Intent Add(Intent intent)
    {
        session.Execute(
            $"INSERT INTO intents (acquirer, {Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, 0, 0, 0)",
            acquirer, intent.Id, intent.Reference, intent.Currency, intent.Amount, JsonSerializer.Serialize(intent.Metadata),
            intent.IsCapturedByHand ? 1 : 0, intent.IsCapturedInParts ? 1 : 0, intent.CreatedAt.UtcTicks);
        return intent;
    }

    /// <summary>Enters what has changed of an intent.</summary>
    public Intent Save(Intent intent)
    {
        session.Execute(
            "UPDATE intents SET metadata = ?3, charge = ?4, is_closed = ?5, is_cancelled = ?6, is_mute = ?7 " +
            "WHERE acquirer = ?1 AND id = ?2",
            acquirer, intent.Id, JsonSerializer.Serialize(intent.Metadata), intent.Charge, intent.IsClosed ? 1 : 0,
            intent.IsCancelled ? 1 : 0, intent.IsMute ? 1 : 0);
        return intent;
    }

    public Intent? Find(string id) =>
        session.First($"SELECT {Columns} FROM intents WHERE acquirer = ?1 AND id = ?2", ToIntent, acquirer, id);

    public Intent? OfCharge(string charge) =>
        session.First($"SELECT {Columns} FROM intents WHERE acquirer = ?1 AND charge = ?2", ToIntent, acquirer, charge);

    /// <summary>The latest whose metadata has that entry.</summary>
    public List<Intent> WithMetadata(string name, string value, int most) =>
        session.Query(
            $"SELECT {Columns} FROM intents WHERE acquirer = ?1 AND json_extract(metadata, '$.' || json_quote(?2)) = ?3 " +
            "ORDER BY created_at DESC LIMIT ?4",
            ToIntent, acquirer, name, value, most);

    static Intent ToIntent(Row row) => new()
    {
        Id = row.GetString(0),
        Reference = row.GetString(1),
        Currency = row.GetString(2),
        Amount = row.GetInt64(3),
        Metadata = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(4))!,
        IsCapturedByHand = row.GetBoolean(5),
        IsCapturedInParts = row.GetBoolean(6),
        CreatedAt = new DateTimeOffset(row.GetInt64(7), TimeSpan.Zero),
        Charge = row.IsNull(8) ? null : row.GetString(8),
        IsClosed = row.GetBoolean(9),
        IsCancelled = row.GetBoolean(10),
        IsMute = row.GetBoolean(11),
    };
}
