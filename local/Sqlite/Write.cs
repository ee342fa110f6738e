namespace Railyard.Local.Sqlite;

/// <summary>Something that waits to be written, and somebody who waits to hear of it.</summary>
interface IWrite
{
    /// <summary>Whether it may run again after it was undone, because all that it changes is in the file.</summary>
    bool IsRepeatable { get; }

    /// <summary>Runs it and answers whether it went through; if not, what it did is to be undone.</summary>
    bool Run(Session session);

    /// <summary>Tells of the result, or of why it did not go through.</summary>
    void Acknowledge();

    /// <summary>Tells that the commit failed.</summary>
    void Fail(Exception fault);
}

sealed class Write<T>(Func<Session, T> work, bool isRepeatable) : IWrite
{
    readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? result;
    Exception? refusal;

    public Task<T> Committed => done.Task;

    public bool IsRepeatable => isRepeatable;

    public bool Run(Session session)
    {
        try
        {
            (result, refusal) = (work(session), null);
        }
        catch (Exception fault)
        {
            refusal = fault;
        }
        return refusal is null;
    }

    public void Acknowledge()
    {
        if (refusal is null) done.TrySetResult(result!);
        else done.TrySetException(refusal);
    }

    public void Fail(Exception fault) => done.TrySetException(refusal ?? fault);
}
