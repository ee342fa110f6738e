using System.Globalization;
using System.Text;
using Railyard.Local.Cosmos.Items;
using Railyard.Local.Cosmos.Query;
using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Changes;

/// <summary>
/// The latest version of every item, in the order of the writes. The continuation is the number of the last
/// write seen, so nothing is skipped, and an item changed twice meanwhile comes once.
/// </summary>
sealed class ChangeFeed(Database database, TimeProvider time)
{
    const int ItemsPerRead = 64;

    public Answer Read(ItemRequest asked, FeedStart start, int itemsMax) =>
        database.Read(session =>
        {
            // One snapshot, so that no write slips in between the items and the number that covers them.
            session.Execute("BEGIN");
            try
            {
                return Read(session, asked, start, itemsMax);
            }
            finally
            {
                session.Execute("COMMIT");
            }
        });

    Answer Read(Session session, ItemRequest asked, FeedStart start, int itemsMax)
    {
        var latest = session.Scalar(
            $"SELECT {StoredSchema.LastLsn} FROM containers WHERE number = ?1", asked.Container.Number);
        if (latest is null) return Answer.OwnerNotFound;
        if (start.IsNow) return NothingNew((long)latest);
        var page = new ResultPage(itemsMax);
        var last = Fill(page, session, asked, start) ?? Math.Max((long)latest, start.AfterLsn);
        return page.Count == 0
            ? NothingNew(last)
            : new Answer(200)
            {
                Body = page.ToBody(asked.Container.ResourceId),
                ItemCount = page.Count,
                Etag = FeedStart.Continuation(last),
                Charge = RequestCharge.OfQuery(page.Count, page.Bytes),
            };
    }

    /// <summary>Fills the page. Returns the last write on it where more follow, or null at the end.</summary>
    long? Fill(ResultPage page, Session session, ItemRequest asked, FeedStart start)
    {
        var last = start.AfterLsn;
        while (true)
        {
            var changes = Next(session, asked, last, start.AfterSeconds);
            foreach (var change in changes)
            {
                if (page.IsFull) return last;
                page.Add(WithLsn(change));
                last = change.Lsn;
            }
            if (changes.Count < ItemsPerRead) return null;
        }
    }

    // By the order of writes always: from a continuation on that is only what is new, whatever the partition.
    List<Change> Next(Session session, ItemRequest asked, long afterLsn, long afterSeconds)
    {
        var within = asked.Interval ?? KeyInterval.Everything;
        return session.Query(
            """
            SELECT lsn, body FROM items INDEXED BY items_by_lsn
            WHERE container = ?1 AND lsn > ?2 AND ts > ?3 AND (ttl_until IS NULL OR ttl_until > ?4)
                AND partition_key >= ?5 AND partition_key < ?6 AND (?7 IS NULL OR partition_key = ?7)
            ORDER BY lsn LIMIT ?8
            """,
            row => new Change(row.GetInt64(0), row.GetBytes(1)),
            asked.Container.Number, afterLsn, afterSeconds, time.GetUtcNow().ToUnixTimeSeconds(),
            within.Min, within.BeforeMax, asked.PartitionKey?.Text, ItemsPerRead);
    }

    static byte[] WithLsn(Change change) =>
    [
        .. change.Body.AsSpan(0, change.Body.Length - 1),
        .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"_lsn\":{change.Lsn}}}")),
    ];

    static Answer NothingNew(long lsn) =>
        new(304) { Etag = FeedStart.Continuation(lsn), ItemCount = 0 };

    readonly record struct Change(long Lsn, byte[] Body);
}
