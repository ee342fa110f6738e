using System.Text.Json.Nodes;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Items;

/// <summary>Items by key. Every condition is checked inside the write it guards.</summary>
sealed class ItemStore(Database database, TimeProvider time)
{
    const int SweepSeconds = 60;
    const int SweptItemsMax = 500;

    long nextSweep;

    public Answer Read(ItemRequest asked)
    {
        if (Find(asked) is not { } found) return Answer.ItemNotFound;
        var charge = RequestCharge.OfRead(found.Body.Length);
        return asked.IfNoneMatch == found.Etag
            ? new Answer(304) { Etag = found.Etag, Charge = charge }
            : new Answer(200) { Body = found.Body, Etag = found.Etag, Charge = charge };
    }

    public async Task<Answer> CreateAsync(ItemRequest asked, CancellationToken cancellation)
    {
        if (ItemBody.Read(asked.Body, asked.Container, asked.PartitionKey, out var item) is { } refusal)
            return refusal;
        return await WriteAsync(
            asked,
            (session, now) => StoredItem.Find(session, asked.Container, item.Key, item.Id, now) is null
                ? Insert(session, asked, item, now)
                : Answer.Conflict,
            cancellation);
    }

    public async Task<Answer> UpsertAsync(ItemRequest asked, CancellationToken cancellation)
    {
        if (ItemBody.Read(asked.Body, asked.Container, asked.PartitionKey, out var item) is { } refusal)
            return refusal;
        return await WriteAsync(
            asked,
            (session, now) => StoredItem.Find(session, asked.Container, item.Key, item.Id, now) switch
            {
                null => Insert(session, asked, item, now),
                var found when IsStale(asked, found) => Answer.PreconditionFailed,
                var found => Update(session, asked, item, found, now),
            },
            cancellation);
    }

    public async Task<Answer> ReplaceAsync(ItemRequest asked, CancellationToken cancellation)
    {
        if (ItemBody.Read(asked.Body, asked.Container, asked.PartitionKey, out var item) is { } refusal)
            return refusal;
        if (item.Id != asked.Id) return Answer.BadRequest("The id of an item cannot be changed.");
        return await OnExistingAsync(
            asked, (session, found, now) => Update(session, asked, item, found, now), cancellation);
    }

    public Task<Answer> DeleteAsync(ItemRequest asked, CancellationToken cancellation) =>
        OnExistingAsync(
            asked,
            (session, found, _) =>
            {
                Advance(session, asked.Container);
                StoredItem.Delete(session, found);
                return new Answer(204) { Charge = RequestCharge.OfWrite(found.Body.Length) };
            },
            cancellation);

    public async Task<Answer> PatchAsync(ItemRequest asked, CancellationToken cancellation)
    {
        if (Patch.Read(asked.Body, asked.Container, out var patch) is { } refusal) return refusal;
        return await OnExistingAsync(
            asked, (session, found, now) => ApplyPatch(session, asked, patch, found, now), cancellation);
    }

    StoredItem? Find(ItemRequest asked) =>
        database.Read(session => StoredItem.Find(
            session, asked.Container, asked.PartitionKey!.Value, asked.Id!, NowSeconds()));

    static Answer ApplyPatch(Session session, ItemRequest asked, Patch patch, StoredItem found, long now)
    {
        if (!patch.Admits(found.Body)) return Answer.PreconditionFailed;
        var document = JsonNode.Parse(found.Body)!.AsObject();
        if (patch.Apply(document) is { } fault) return Answer.BadRequest(fault);
        var patched = Patch.Serialize(document);
        return ItemBody.Read(patched, asked.Container, asked.PartitionKey, out var item) is { } refusal
            ? refusal
            : Update(session, asked, item, found, now);
    }

    Task<Answer> OnExistingAsync(
        ItemRequest asked, Func<Session, StoredItem, long, Answer> change, CancellationToken cancellation) =>
        WriteAsync(
            asked,
            (session, now) =>
                StoredItem.Find(session, asked.Container, asked.PartitionKey!.Value, asked.Id!, now) switch
                {
                    null => Answer.ItemNotFound,
                    var found when IsStale(asked, found) => Answer.PreconditionFailed,
                    var found => change(session, found, now),
                },
            cancellation);

    Task<Answer> WriteAsync(
        ItemRequest asked, Func<Session, long, Answer> change, CancellationToken cancellation) =>
        database.WriteAsync(
            session =>
            {
                if (asked.Container.IsDeleted) return Answer.OwnerNotFound;
                var now = NowSeconds();
                Sweep(session, now);
                return change(session, now);
            },
            cancellation);

    static Answer Insert(Session session, ItemRequest asked, ItemBody item, long now)
    {
        var lsn = Advance(session, asked.Container);
        var stored = StoredItem.Stamp(asked.Container, item, created: lsn, lsn, now);
        StoredItem.Insert(session, asked.Container, item, stored, lsn, now);
        return Written(201, asked, stored);
    }

    static Answer Update(Session session, ItemRequest asked, ItemBody item, StoredItem found, long now)
    {
        var lsn = Advance(session, asked.Container);
        var stored = StoredItem.Stamp(asked.Container, item, found.Created, lsn, now);
        StoredItem.Update(session, found.Number, stored, lsn, now);
        return Written(200, asked, stored);
    }

    static Answer Written(int status, ItemRequest asked, StoredItem stored) => new(status)
    {
        Body = asked.IsMinimal ? default : stored.Body,
        Etag = stored.Etag,
        Charge = RequestCharge.OfWrite(stored.Body.Length),
    };

    static bool IsStale(ItemRequest asked, StoredItem found) =>
        asked.IfMatch is { } expected && expected != "*" && expected != found.Etag;

    static long Advance(Session session, Container container)
    {
        var lsn = ++container.Lsn;
        session.Execute("UPDATE containers SET lsn = ?1 WHERE number = ?2", lsn, container.Number);
        return lsn;
    }

    // What has expired is invisible at once; its room is taken back now and then, a few at a time.
    void Sweep(Session session, long now)
    {
        if (now < nextSweep) return;
        nextSweep = now + SweepSeconds;
        session.Execute(
            "DELETE FROM items WHERE number IN (SELECT number FROM items WHERE ttl_until <= ?1 LIMIT ?2)",
            now, SweptItemsMax);
    }

    long NowSeconds() => time.GetUtcNow().ToUnixTimeSeconds();
}
