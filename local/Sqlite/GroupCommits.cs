using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Railyard.Local.Sqlite;

/// <summary>
/// Commits in groups what waits to be written. It has no thread of its own: whoever brings a write while nobody commits
/// asks the thread pool for one turn, which goes on until nothing waits. There are never two turns at a time. What the
/// pool has to do before it gets there brings more for the group, so that the groups grow with the load.
/// </summary>
sealed class GroupCommits(Session writer, CommitFaults? faults) : IThreadPoolWorkItem
{
    const int MostWritesInOneCommit = 512;
    const int MostWaitingWrites = 16_384;
    // Then others have a go at the thread.
    const int MostCommitsInOneTurn = 8;

    readonly Channel<IWrite> waiting = Channel.CreateBounded<IWrite>(
        new BoundedChannelOptions(MostWaitingWrites) { FullMode = BoundedChannelFullMode.Wait });
    readonly List<IWrite> group = new(MostWritesInOneCommit);
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Of the writer: by a commit, or by somebody who looks something up in between.
    readonly Lock use = new();
    bool isTurnAskedFor;
    bool isCrashed;

    /// <summary>Brings a write, and waits while too many wait already.</summary>
    /// <exception cref="ChannelClosedException">No more is taken.</exception>
    public Task<T> WriteAsync<T>(Write<T> write, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return Task.FromCanceled<T>(cancellation);
        if (!waiting.Writer.TryWrite(write)) return WriteOnceThereIsRoomAsync(write, cancellation);
        TakeTurn();
        return write.Committed;
    }

    /// <summary>Lends the writer for a look at what is committed; false while it is in use, or after the end.</summary>
    public bool TryRead<T>(Func<Session, T> look, out T? found)
    {
        found = default;
        // A write that looks something up is told what is committed, like everybody.
        if (use.IsHeldByCurrentThread || !use.TryEnter()) return false;
        try
        {
            if (ended.Task.IsCompleted) return false;
            found = look(writer);
            return true;
        }
        finally
        {
            use.Exit();
        }
    }

    /// <summary>Takes no more, and returns when what was brought is written; false where that was asked before.</summary>
    public async Task<bool> EndAsync()
    {
        if (!waiting.Writer.TryComplete()) return false;
        TakeTurn();
        await ended.Task.ConfigureAwait(false);
        return true;
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var commits = 0; commits < MostCommitsInOneTurn; commits++)
        {
            while (group.Count < MostWritesInOneCommit && waiting.Reader.TryRead(out var write)) group.Add(write);
            if (group.Count == 0)
            {
                Rest();
                return;
            }
            lock (use) Commit();
            group.Clear();
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    async Task<T> WriteOnceThereIsRoomAsync<T>(Write<T> write, CancellationToken cancellation)
    {
        await waiting.Writer.WriteAsync(write, cancellation).ConfigureAwait(false);
        TakeTurn();
        return await write.Committed.ConfigureAwait(false);
    }

    void TakeTurn()
    {
        if (!Interlocked.Exchange(ref isTurnAskedFor, true)) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Looked at once more after the turn is over: who came in between saw that there is one, and left it at that.
    void Rest()
    {
        Interlocked.Exchange(ref isTurnAskedFor, false);
        if (waiting.Reader.TryPeek(out _)) TakeTurn();
        else if (waiting.Reader.Completion.IsCompleted) End();
    }

    void End()
    {
        lock (use) ended.TrySetResult();
    }

    void Commit()
    {
        try
        {
            if (isCrashed) throw new InjectedCrash();
            Run();
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

    void Run()
    {
        writer.Execute("BEGIN IMMEDIATE");
        var isAlone = group.Count == 1;
        if ((isAlone || group.TrueForAll(write => write.IsRepeatable)) && RunAll()) return;
        if (!isAlone) RunEach();
    }

    // A savepoint for each would have SQLite put every page aside that a write touches. Mostly nothing is to be undone;
    // where something is, all of them are undone.
    bool RunAll()
    {
        foreach (var write in group)
        {
            if (write.Run(writer)) continue;
            if (writer.IsInTransaction) writer.Execute("ROLLBACK");
            writer.Execute("BEGIN IMMEDIATE");
            return false;
        }
        return true;
    }

    void RunEach()
    {
        foreach (var write in group)
        {
            writer.Execute("SAVEPOINT one_write");
            if (!write.Run(writer)) writer.Execute("ROLLBACK TO one_write");
            writer.Execute("RELEASE one_write");
        }
    }

    void Crash()
    {
        isCrashed = true;
        faults!.Crashed();
        throw new InjectedCrash();
    }
}
