using System.Text.Json.Nodes;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Items;

/// <summary>What a request does to one item: read before the write, carried out inside it.</summary>
delegate Answer ItemChange(Session session, long now);

/// <summary>The operations on an item. Every condition is checked inside the write it guards.</summary>
static class ItemChanges
{
    public static ItemChange Create(ItemRequest asked) => WithItem(
        asked,
        item => (session, now) => StoredItem.Find(session, asked.Container, item.Key, item.Id, now) is null
            ? Insert(session, asked, item, now)
            : Answer.Conflict);

    public static ItemChange Upsert(ItemRequest asked) => WithItem(
        asked,
        item => (session, now) => StoredItem.Find(session, asked.Container, item.Key, item.Id, now) switch
        {
            null => Insert(session, asked, item, now),
            var found when IsStale(asked, found) => Answer.PreconditionFailed,
            var found => Update(session, asked, item, found, now),
        });

    public static ItemChange Replace(ItemRequest asked) => WithItem(
        asked,
        item => item.Id == asked.Id
            ? OnExisting(asked, (session, found, now) => Update(session, asked, item, found, now))
            : Refusal(Answer.BadRequest("The id of an item cannot be changed.")));

    public static ItemChange Delete(ItemRequest asked) => OnExisting(
        asked,
        (session, found, _) =>
        {
            StoredItem.Delete(session, found, asked.Container, lsn: ++asked.Container.Lsn);
            UniqueValues.GiveBack(session, asked.Container, asked.PartitionKey!.Value, asked.Id!);
            return new Answer(204) { Charge = RequestCharge.OfWrite(found.Body.Length) };
        });

    public static ItemChange Patch(ItemRequest asked) =>
        Items.Patch.Read(asked.Body, asked.Container, out var patch) is { } refusal
            ? Refusal(refusal)
            : OnExisting(asked, (session, found, now) => ApplyPatch(session, asked, patch, found, now));

    public static ItemChange Read(ItemRequest asked) => (session, now) =>
    {
        var found = StoredItem.Find(session, asked.Container, asked.PartitionKey!.Value, asked.Id!, now);
        if (found is null) return Answer.ItemNotFound;
        var charge = RequestCharge.OfRead(found.Body.Length);
        return asked.IfNoneMatch == found.Etag
            ? new Answer(304) { Etag = found.Etag, Charge = charge }
            : new Answer(200) { Body = found.Body, Etag = found.Etag, Charge = charge };
    };

    static ItemChange WithItem(ItemRequest asked, Func<ItemBody, ItemChange> change) =>
        ItemBody.Read(asked.Body, asked.Container, asked.PartitionKey, out var item) is { } refusal
            ? Refusal(refusal)
            : change(item);

    static ItemChange Refusal(Answer answer) => (_, _) => answer;

    static ItemChange OnExisting(ItemRequest asked, Func<Session, StoredItem, long, Answer> change) =>
        (session, now) =>
            StoredItem.Find(session, asked.Container, asked.PartitionKey!.Value, asked.Id!, now) switch
            {
                null => Answer.ItemNotFound,
                var found when IsStale(asked, found) => Answer.PreconditionFailed,
                var found => change(session, found, now),
            };

    static Answer ApplyPatch(Session session, ItemRequest asked, Patch patch, StoredItem found, long now)
    {
        if (!patch.Admits(found.Body)) return Answer.PreconditionFailed;
        var document = JsonNode.Parse(found.Body)!.AsObject();
        if (patch.Apply(document) is { } fault) return Answer.BadRequest(fault);
        var patched = Items.Patch.Serialize(document);
        return ItemBody.Read(patched, asked.Container, asked.PartitionKey, out var item) is { } refusal
            ? refusal
            : Update(session, asked, item, found, now);
    }

    static Answer Insert(Session session, ItemRequest asked, ItemBody item, long now)
    {
        if (UniqueValues.AreTaken(session, asked.Container, item, now)) return Answer.UniqueKeyConflict;
        var lsn = ++asked.Container.Lsn;
        var stored = StoredItem.Stamp(asked.Container, item, created: lsn, lsn, now);
        StoredItem.Insert(session, asked.Container, item, stored, lsn, now);
        UniqueValues.Take(session, asked.Container, item);
        return Written(201, asked, stored);
    }

    static Answer Update(Session session, ItemRequest asked, ItemBody item, StoredItem found, long now)
    {
        if (UniqueValues.AreTaken(session, asked.Container, item, now)) return Answer.UniqueKeyConflict;
        var lsn = ++asked.Container.Lsn;
        var stored = StoredItem.Stamp(asked.Container, item, found.Created, lsn, now);
        StoredItem.Update(session, found.Number, stored, lsn, now);
        UniqueValues.Take(session, asked.Container, item);
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
}
