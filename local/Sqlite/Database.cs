using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Railyard.Local.Sqlite;

/// <summary>
/// One SQLite file with a single writer that commits in groups: whatever was asked for while the last commit ran goes
/// into the next one, so a thousand small durable writes cost a few commits. A write's task completes only after
/// its commit, so what was acknowledged survives <c>kill -9</c> (WAL, synchronous=NORMAL).
/// </summary>
public sealed class Database : IAsyncDisposable
{
    const int MostWritesInOneCommit = 512;
    const int MostWaitingWrites = 16_384;

    readonly Channel<IWrite> writes = Channel.CreateBounded<IWrite>(
        new BoundedChannelOptions(MostWaitingWrites)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
            // Whoever brings a write wakes the writer, which is nothing but a signal, without the thread pool in between.
            AllowSynchronousContinuations = true,
        });
    readonly System.Collections.Concurrent.ConcurrentBag<Session> idleReaders = [];
    readonly string path;
    readonly Session writer;
    readonly Thread writing;
    readonly CommitFaults? faults;
    bool isCrashed;

    Database(string path, Session writer, CommitFaults? faults)
    {
        this.faults = faults;
        this.path = path;
        this.writer = writer;
        writing = new Thread(WriteUntilClosed) { IsBackground = true, Name = "sqlite-writer" };
        writing.Start();
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
    public async Task<T> WriteAsync<T>(Func<Session, T> work, CancellationToken cancellation = default)
    {
        var write = new Write<T>(work);
        await writes.Writer.WriteAsync(write, cancellation).ConfigureAwait(false);
        return await write.Committed.ConfigureAwait(false);
    }

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

    /// <summary>Finishes the writes already asked for, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!writes.Writer.TryComplete()) return;
        await Task.Run(writing.Join).ConfigureAwait(false);
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

    void WriteUntilClosed()
    {
        var group = new List<IWrite>(MostWritesInOneCommit);
        // It does not spin: on few cores that takes the time of those who would bring something.
        using var signal = new ManualResetEventSlim(initialState: false, spinCount: 0);
        Action wake = signal.Set;
        while (WaitForWrites(signal, wake))
        {
            while (group.Count < MostWritesInOneCommit && writes.Reader.TryRead(out var write)) group.Add(write);
            CommitGroup(group);
            group.Clear();
        }
    }

    bool WaitForWrites(ManualResetEventSlim signal, Action wake)
    {
#pragma warning disable CA2012 // A thread cannot await. It asks for the result once, when it is there.
        var waiting = writes.Reader.WaitToReadAsync().GetAwaiter();
#pragma warning restore CA2012
        if (!waiting.IsCompleted)
        {
            signal.Reset();
            waiting.UnsafeOnCompleted(wake);
            signal.Wait();
        }
        return waiting.GetResult();
    }

    void CommitGroup(List<IWrite> group)
    {
        try
        {
            if (isCrashed) throw new InjectedCrash();
            writer.Execute("BEGIN IMMEDIATE");
            foreach (var write in group) write.Run(writer, isAlone: group.Count == 1);
            if (faults?.CrashesBefore() == true) Crash();
            writer.Execute("COMMIT");
            if (faults?.CrashesAfter() == true) Crash();
        }
        catch (Exception fault) when (fault is SqliteException or InjectedCrash)
        {
            // The commit itself failed (disk full, file gone): nothing in the group happened, and each caller is told.
            // Only after an injected crash it may have happened.
            if (writer.IsInTransaction) writer.Execute("ROLLBACK");
            foreach (var write in group) write.Fail(fault);
            return;
        }
        foreach (var write in group) write.Acknowledge();
    }

    void Crash()
    {
        isCrashed = true;
        faults!.Crashed();
        throw new InjectedCrash();
    }

    interface IWrite
    {
        void Run(Session session, bool isAlone);
        void Acknowledge();
        void Fail(Exception fault);
    }

    sealed class Write<T>(Func<Session, T> work) : IWrite
    {
        readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        T? result;
        Exception? refusal;

        public Task<T> Committed => done.Task;

        // Alone it is the whole transaction, and needs no savepoint within it.
        public void Run(Session session, bool isAlone)
        {
            if (!isAlone) session.Execute("SAVEPOINT one_write");
            try
            {
                result = work(session);
            }
            catch (Exception fault)
            {
                refusal = fault;
                session.Execute(isAlone ? "ROLLBACK" : "ROLLBACK TO one_write");
                if (isAlone) session.Execute("BEGIN IMMEDIATE");
            }
            if (!isAlone) session.Execute("RELEASE one_write");
        }

        public void Acknowledge()
        {
            if (refusal is null) done.TrySetResult(result!);
            else done.TrySetException(refusal);
        }

        public void Fail(Exception fault) => done.TrySetException(refusal ?? fault);
    }
}
