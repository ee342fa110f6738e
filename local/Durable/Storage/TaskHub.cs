using System.Threading.Channels;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>The file that holds all instances, and the gate that a simulated crash closes.</summary>
sealed class TaskHub : IAsyncDisposable
{
    static readonly Schema Schema = new("durable", """
        CREATE TABLE instances (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            run INTEGER NOT NULL,
            status INTEGER NOT NULL,
            created INTEGER NOT NULL,
            start_at INTEGER,
            version TEXT,
            tags TEXT,
            custom_status TEXT,
            output TEXT,
            failure TEXT,
            caller INTEGER,
            caller_run INTEGER,
            caller_task INTEGER,
            caller_id TEXT,
            caller_name TEXT);
        CREATE INDEX instances_live ON instances(key) WHERE status IN (0, 6, 7);
        CREATE INDEX instances_children ON instances(caller) WHERE caller IS NOT NULL;
        CREATE TABLE log (
            instance INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            task INTEGER NOT NULL,
            at INTEGER NOT NULL,
            name TEXT,
            body,
            PRIMARY KEY (instance, sequence)) WITHOUT ROWID;
        CREATE TABLE activities (
            instance INTEGER NOT NULL,
            run INTEGER NOT NULL,
            task INTEGER NOT NULL,
            name TEXT NOT NULL,
            input TEXT,
            PRIMARY KEY (instance, run, task)) WITHOUT ROWID;
        CREATE TABLE timers (
            due INTEGER NOT NULL,
            instance INTEGER NOT NULL,
            run INTEGER NOT NULL,
            task INTEGER NOT NULL,
            PRIMARY KEY (due, instance, run, task)) WITHOUT ROWID;
        CREATE INDEX timers_of_instance ON timers(instance);
        """,
        "ALTER TABLE instances ADD COLUMN trace_parent TEXT");

    readonly Database database;
    volatile bool isClosed;
    volatile bool isAbandoned;

    TaskHub(Database database) => this.database = database;

    public static TaskHub Open(string path, CommitFaults? faults) =>
        new(Database.Open(path, Schema, faults));

    /// <summary>From here on nothing more is committed, as if the process had been killed.</summary>
    public void Abandon() => isClosed = isAbandoned = true;

    public async Task<T> WriteAsync<T>(Func<Session, T> work, CancellationToken cancellation = default)
    {
        RefuseOnceClosed();
        try
        {
            // Asked again on the writer's thread: what still waited there did not happen either.
            return await database.WriteRepeatablyAsync(
                session => isAbandoned ? throw new HubClosed() : work(session), cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new HubClosed();
        }
        catch (InjectedCrash)
        {
            Abandon();
            throw new HubClosed();
        }
    }

    public T Read<T>(Func<Session, T> work)
    {
        RefuseOnceClosed();
        return database.Read(work);
    }

    /// <inheritdoc cref="Database.Find"/>
    public T Find<T>(Func<Session, T> look)
    {
        RefuseOnceClosed();
        return database.Find(look);
    }

    public ValueTask DisposeAsync()
    {
        isClosed = true;
        return database.DisposeAsync();
    }

    void RefuseOnceClosed()
    {
        if (isClosed) throw new HubClosed();
    }
}

/// <summary>The engine was stopped or abandoned; what was to be written did not happen.</summary>
sealed class HubClosed() : ObjectDisposedException(nameof(DurableEngine), "The durable engine is closed.");
