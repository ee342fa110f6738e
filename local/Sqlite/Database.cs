using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Railyard.Local.Sqlite;

/// <summary>
/// One SQLite file with a single writer that commits in groups: whatever was asked for while the last commit ran goes
/// into the next one, so a thousand small durable writes cost a few commits. A write's task completes only after
/// its commit, so what was acknowledged survives <c>kill -9</c> (WAL, synchronous=NORMAL).
/// </summary>
public sealed class Database : IAsyncDisposable
{
    readonly ConcurrentBag<Session> idleReaders = [];
    readonly string path;
    readonly Session writer;
    readonly GroupCommits commits;

    Database(string path, Session writer, CommitFaults? faults)
    {
        this.path = path;
        this.writer = writer;
        commits = new GroupCommits(writer, faults);
    }

    /// <summary>Opens or creates the file and brings it to <paramref name="schema"/>.</summary>
    /// <exception cref="DatabaseRefused">The file is not a database, or was written by a newer version.</exception>
    public static Database Open(string path, Schema schema) => Open(path, schema, faults: null);

    internal static Database Open(string path, Schema schema, CommitFaults? faults)
    {
        var session = OpenWriter(schema, path);
        try
        {
            schema.Apply(session, path);
        }
        catch
        {
            session.Dispose();
            throw;
        }
        return new Database(path, session, faults);
    }

    /// <summary>
    /// Runs <paramref name="work"/> on the writer, inside the next group commit. An exception undoes this write alone
    /// and comes out of the returned task. The work must be short and must not wait for anything.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<Session, T> work, CancellationToken cancellation = default) =>
        commits.WriteAsync(new Write<T>(work, isRepeatable: false), cancellation);

    /// <summary>
    /// The same for work that changes nothing but the file. Where another write of the group fails, it is undone and
    /// runs again; so it costs less while none does.
    /// </summary>
    public Task<T> WriteRepeatablyAsync<T>(Func<Session, T> work, CancellationToken cancellation = default) =>
        commits.WriteAsync(new Write<T>(work, isRepeatable: true), cancellation);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<Session> work, CancellationToken cancellation = default) =>
        WriteAsync(
            session =>
            {
                work(session);
                return true;
            },
            cancellation);

    /// <summary>Runs <paramref name="work"/> on a reader, which sees every write that has been acknowledged.</summary>
    public T Read<T>(Func<Session, T> work)
    {
        if (!idleReaders.TryTake(out var reader)) reader = Session.Open(path, isWriter: false);
        try
        {
            return work(reader);
        }
        finally
        {
            idleReaders.Add(reader);
        }
    }

    /// <summary>
    /// The same for a look at a few rows. While nobody commits it is taken by the writer, which has in memory what was
    /// written lately and forgets nothing; a commit waits for it.
    /// </summary>
    public T Find<T>(Func<Session, T> look) => commits.TryRead(look, out var found) ? found! : Read(look);

    /// <summary>Finishes the writes already asked for, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await commits.EndAsync().ConfigureAwait(false)) return;
        writer.Dispose();
        while (idleReaders.TryTake(out var reader)) reader.Dispose();
    }

    // The first statement on a file that is not a database already fails, before there is a schema to look at.
    static Session OpenWriter(Schema schema, string path)
    {
        try
        {
            return Session.Open(path, isWriter: true);
        }
        catch (SqliteException fault)
        {
            throw new DatabaseRefused($"{path} is not a readable {schema.Name} database: {fault.Message}", fault);
        }
    }
}
