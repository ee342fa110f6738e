using Railyard.Core.Payments;

namespace Railyard.Core.Merchants;

/// <summary>Why a change to a ring of keys is refused, in order of precedence.</summary>
public enum KeyRefusal { UnknownKey, KeyRevoked, KeyExpired, AlreadyRolled, TooManyKeys }

/// <summary>The answer to something asked of a ring of keys.</summary>
public abstract record KeyDecision
{
    /// <summary>Yes: this is the ring then, and this the key it was about.</summary>
    public sealed record Accepted(KeyRing Ring, ApiKey Key) : KeyDecision;

    /// <summary>No, and why.</summary>
    public sealed record Refused(KeyRefusal Reason) : KeyDecision;

    KeyDecision() { }
}

/// <summary>
/// All keys of one owner, in one document: a key that is not in it opens nothing, so none works that is not listed,
/// and an old key gives way to its successor in one write.
/// </summary>
public sealed record KeyRing(string Id, MerchantId Owner, IReadOnlyList<ApiKey> Keys)
{
    /// <summary>How many keys of one owner may work at a time.</summary>
    public const int MostActive = 50;

    // Dead keys stay listed, the latest of them: they are asked about after an incident.
    const int MostKept = 200;

    /// <summary>The ring of an owner who has no keys yet.</summary>
    public static KeyRing Empty(MerchantId owner) => new(IdOf(owner), owner, []);

    /// <summary>The id of an owner's ring.</summary>
    public static string IdOf(MerchantId owner) => $"keys_{owner}";

    /// <summary>The key of that id, or null.</summary>
    public ApiKey? Find(ApiKeyId id) => Keys.FirstOrDefault(key => key.Id == id);

    /// <summary>Takes a new key in. The same id again is the same key.</summary>
    public KeyDecision Issue(ApiKey key, DateTimeOffset now)
    {
        if (Find(key.Id) is { } there) return Yes(this, there);
        if (IsFull(now)) return No(KeyRefusal.TooManyKeys);
        return Yes(With(key, now), key);
    }

    /// <summary>
    /// Puts a successor beside a key, which goes on working until the overlap is over. Name, scopes and lifetime are
    /// its predecessor's. The same successor again changes nothing.
    /// </summary>
    public KeyDecision Roll(ApiKeyId id, Successor successor, TimeSpan overlap, DateTimeOffset now)
    {
        if (Find(successor.Id) is { } there) return Yes(this, there);
        if (Find(id) is not { } old) return No(KeyRefusal.UnknownKey);
        if (old.RevokedAt is not null) return No(KeyRefusal.KeyRevoked);
        if (old.RolledTo is not null) return No(KeyRefusal.AlreadyRolled);
        if (old.StatusAt(now) == KeyStatus.Expired) return No(KeyRefusal.KeyExpired);
        if (IsFull(now)) return No(KeyRefusal.TooManyKeys);
        var key = successor.Of(old, now);
        return Yes(Replace(old with { ExpiresAt = Earlier(old.ExpiresAt, now + overlap), RolledTo = key.Id }).With(key, now), key);
    }

    /// <summary>Takes a key's power at once and for good. Revoked again, it stays as it is.</summary>
    public KeyDecision Revoke(ApiKeyId id, DateTimeOffset now)
    {
        if (Find(id) is not { } key) return No(KeyRefusal.UnknownKey);
        if (key.RevokedAt is not null) return Yes(this, key);
        var revoked = key with { RevokedAt = now };
        return Yes(Replace(revoked), revoked);
    }

    /// <summary>Notes that a key was used, unless a use about as late is noted already.</summary>
    public KeyRing Used(ApiKeyId id, DateTimeOffset now, TimeSpan coarseness) =>
        Find(id) is { } key && !(now - key.LastUsedAt < coarseness) ? Replace(key with { LastUsedAt = now }) : this;

    bool IsFull(DateTimeOffset now) => Keys.Count(key => key.StatusAt(now) == KeyStatus.Active) >= MostActive;

    KeyRing With(ApiKey key, DateTimeOffset now)
    {
        if (Keys.Count < MostKept) return this with { Keys = [.. Keys, key] };
        var oldestDead = Keys.First(one => one.StatusAt(now) != KeyStatus.Active);
        return this with { Keys = [.. Keys.Where(one => one.Id != oldestDead.Id), key] };
    }

    KeyRing Replace(ApiKey key) => this with { Keys = [.. Keys.Select(one => one.Id == key.Id ? key : one)] };

    static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;

    static KeyDecision.Accepted Yes(KeyRing ring, ApiKey key) => new(ring, key);

    static KeyDecision.Refused No(KeyRefusal reason) => new(reason);
}

/// <summary>What is new about the key that takes another's place.</summary>
public sealed record Successor(ApiKeyId Id, string Hash, string First, string Last)
{
    /// <summary>The key itself.</summary>
    public ApiKey Of(ApiKey old, DateTimeOffset now) => new()
    {
        Id = Id,
        Name = old.Name,
        Scopes = old.Scopes,
        Hash = Hash,
        First = First,
        Last = Last,
        CreatedAt = now,
        ExpiresAt = now + (old.ExpiresAt - old.CreatedAt),
    };
}
