using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Catalog;

/// <summary>The account's databases and containers, kept in memory and written through.</summary>
sealed class ResourceCatalog
{
    readonly ConcurrentDictionary<string, DatabaseEntry> databases = new();
    readonly ConcurrentDictionary<(long Database, string Id), Container> containers = new();
    readonly Database storage;
    readonly TimeProvider time;

    public ResourceCatalog(Database storage, TimeProvider time)
    {
        this.storage = storage;
        this.time = time;
        Load();
    }

    public IEnumerable<DatabaseEntry> Databases => databases.Values.OrderBy(entry => entry.Number);

    public IEnumerable<Container> ContainersOf(DatabaseEntry database) =>
        containers.Values.Where(entry => entry.Database.Number == database.Number)
            .OrderBy(entry => entry.Number);

    // Clients address by name, and by resource id once they have it cached.
    public DatabaseEntry? FindDatabase(string nameOrResourceId) =>
        databases.GetValueOrDefault(nameOrResourceId)
        ?? databases.Values.FirstOrDefault(entry => entry.ResourceId == nameOrResourceId);

    public Container? FindContainer(DatabaseEntry database, string nameOrResourceId) =>
        containers.GetValueOrDefault((database.Number, nameOrResourceId))
        ?? ContainersOf(database).FirstOrDefault(entry => entry.ResourceId == nameOrResourceId);

    /// <summary>The new database, or null where one of that name exists.</summary>
    public Task<DatabaseEntry?> CreateDatabaseAsync(string id, CancellationToken cancellation) =>
        WriteAsync(session => InsertDatabase(session, id), cancellation);

    /// <summary>The new container, or null where one of that name exists or its database has gone.</summary>
    public Task<Container?> CreateContainerAsync(
        DatabaseEntry database, JsonObject definition, CancellationToken cancellation) =>
        WriteAsync(session => InsertContainer(session, database, definition), cancellation);

    public Task DeleteContainerAsync(Container container, CancellationToken cancellation) =>
        WriteAsync(session => Delete(session, container), cancellation);

    public Task DeleteDatabaseAsync(DatabaseEntry database, CancellationToken cancellation) =>
        WriteAsync(
            session =>
            {
                foreach (var container in ContainersOf(database)) Delete(session, container);
                session.Execute("DELETE FROM databases WHERE number = ?1", database.Number);
                return databases.TryRemove(database.Id, out _);
            },
            cancellation);

    // The memory changes on the writer, just before the commit: whoever hears "it exists" finds it.
    async Task<T> WriteAsync<T>(Func<Session, T> change, CancellationToken cancellation)
    {
        try
        {
            return await storage.WriteAsync(change, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Load();
            throw;
        }
    }

    DatabaseEntry? InsertDatabase(Session session, string id)
    {
        if (databases.ContainsKey(id)) return null;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var number = (long)session.Scalar(
            "INSERT INTO databases (id, ts) VALUES (?1, ?2) RETURNING number", id, now)!;
        return databases[id] = new DatabaseEntry(number, id, now);
    }

    Container? InsertContainer(Session session, DatabaseEntry database, JsonObject requested)
    {
        var id = (string)requested["id"]!;
        if (!databases.ContainsKey(database.Id) || containers.ContainsKey((database.Number, id))) return null;
        var definition = ContainerDefinition.Complete(requested);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var number = (long)session.Scalar(
            """
            INSERT INTO containers (database, id, definition, ts, lsn) VALUES (?1, ?2, ?3, ?4, 0)
            RETURNING number
            """,
            database.Number, id, Encoding.UTF8.GetBytes(definition.ToJsonString()), now)!;
        return containers[(database.Number, id)] = new Container(database, number, definition, now);
    }

    bool Delete(Session session, Container container)
    {
        container.IsDeleted = true;
        session.Execute("DELETE FROM items WHERE container = ?1", container.Number);
        session.Execute("DELETE FROM unique_values WHERE container = ?1", container.Number);
        session.Execute("DELETE FROM containers WHERE number = ?1", container.Number);
        return containers.TryRemove((container.Database.Number, container.Id), out _);
    }

    // What is known already stays the same object: writes under way count on it.
    void Load() => storage.Read(session =>
    {
        var stored = session.Query(
            "SELECT number, id, ts FROM databases",
            row => new DatabaseEntry(row.GetInt64(0), row.GetString(1), row.GetInt64(2)));
        Forget(stored.ConvertAll(database => database.Number), ContainerNumbers(session));
        foreach (var database in stored)
        {
            databases.TryAdd(database.Id, database);
            LoadContainers(session, databases[database.Id]);
        }
        return true;
    });

    void Forget(List<long> databaseNumbers, HashSet<long> containerNumbers)
    {
        foreach (var database in databases.Values.Where(entry => !databaseNumbers.Contains(entry.Number)))
            databases.TryRemove(database.Id, out _);
        foreach (var container in containers.Values.Where(entry => !containerNumbers.Contains(entry.Number)))
        {
            container.IsDeleted = true;
            containers.TryRemove((container.Database.Number, container.Id), out _);
        }
    }

    static HashSet<long> ContainerNumbers(Session session) =>
        [.. session.Query("SELECT number FROM containers", row => row.GetInt64(0))];

    void LoadContainers(Session session, DatabaseEntry database)
    {
        var stored = session.Query(
            $"SELECT number, definition, ts, {StoredSchema.LastLsn} FROM containers WHERE database = ?1",
            row => new Container(
                database,
                row.GetInt64(0),
                JsonNode.Parse(row.GetBytes(1))!.AsObject(),
                row.GetInt64(2),
                row.GetInt64(3)),
            database.Number);
        foreach (var container in stored) containers.TryAdd((database.Number, container.Id), container);
    }
}
