using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.App.Acquiring.Iso8583;

/// <summary>What request and response have in common: class (MTI), trace number (DE 11) and reference (DE 37).</summary>
readonly record struct IsoKey(char Class, string Stan, string Reference)
{
    /// <summary>The key of a message, or null where it lacks a trace number.</summary>
    public static IsoKey? Of(IsoMessage message) =>
        message[11] is { } stan ? new(message.Type.Class, stan, message[37] ?? "") : null;
}

/// <summary>How asking ended.</summary>
abstract record IsoReply
{
    /// <summary>With a response.</summary>
    public sealed record Answered(IsoMessage Message) : IsoReply;

    /// <summary>Before a byte of the request left.</summary>
    public sealed record NotSent(string Why) : IsoReply;

    /// <summary>After the request may have arrived.</summary>
    public sealed record Lost(string Evidence) : IsoReply;

    IsoReply() { }
}

/// <summary>A request under way on a link.</summary>
/// <param name="link">What it is sent on.</param>
/// <param name="about">What a response that comes too late is about; null where nobody wants to know.</param>
/// <param name="isRepeat">It was sent before and got no answer.</param>
sealed class IsoWaiter(IsoLink link, object? about, bool isRepeat)
{
    readonly TaskCompletionSource<IsoReply> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IsoLink Link => link;

    public object? About => about;

    public bool IsRepeat => isRepeat;

    public Task<IsoReply> Reply => reply.Task;

    public void End(IsoReply with) => reply.TrySetResult(with);
}

/// <summary>
/// The requests of one acquirer that wait for their responses, and, for as many as can be kept in mind, those that
/// have given up: what comes for one of them is told all the same.
/// </summary>
sealed class IsoWaiters(Action<object, IsoMessage> late)
{
    const int MostGivenUp = 10_000;
    const uint HighestStan = 999_999;

    readonly Lock gate = new();
    readonly Dictionary<IsoKey, IsoWaiter> waiting = [];
    readonly Dictionary<IsoKey, object?> givenUp = [];
    readonly Queue<IsoKey> oldest = [];
    int lastStan;

    /// <summary>A trace number for a message that needs none of its own.</summary>
    public string NextStan() => $"{unchecked((uint)Interlocked.Increment(ref lastStan)) % HighestStan + 1:000000}";

    /// <summary>The wait under that key, or null.</summary>
    public IsoWaiter? Find(IsoKey key)
    {
        lock (gate) return waiting.GetValueOrDefault(key);
    }

    /// <summary>The wait under that key, and whether it has just begun.</summary>
    public (IsoWaiter Waiter, bool IsNew) Wait(IsoKey key, IsoLink link, object? about)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(key, out var other)) return (other, false);
            var waiter = new IsoWaiter(link, about, givenUp.Remove(key));
            waiting.Add(key, waiter);
            return (waiter, true);
        }
    }

    /// <summary>What it means that a request cannot be sent now: it may have been sent before.</summary>
    public IsoReply NotSent(IsoKey key, string why)
    {
        lock (gate) return givenUp.ContainsKey(key) || waiting.ContainsKey(key) ? SentBefore(why) : new IsoReply.NotSent(why);
    }

    /// <summary>Takes back a request of which nothing left.</summary>
    public void Withdraw(IsoKey key, IsoWaiter waiter, string why)
    {
        lock (gate)
        {
            if (waiting.GetValueOrDefault(key) != waiter) return;
            waiting.Remove(key);
            if (waiter.IsRepeat) Remember(key, waiter.About);
        }
        waiter.End(waiter.IsRepeat ? SentBefore(why) : new IsoReply.NotSent(why));
    }

    /// <summary>Ends a wait without a response, unless it has just come.</summary>
    public void GiveUp(IsoKey key, IsoWaiter waiter, string evidence)
    {
        lock (gate)
        {
            if (waiting.GetValueOrDefault(key) != waiter) return;
            waiting.Remove(key);
            Remember(key, waiter.About);
        }
        waiter.End(new IsoReply.Lost(evidence));
    }

    /// <summary>Ends every wait on a link that is no more.</summary>
    public void GiveUp(IsoLink link, string evidence)
    {
        List<KeyValuePair<IsoKey, IsoWaiter>> lost;
        lock (gate) lost = [.. waiting.Where(one => one.Value.Link == link)];
        foreach (var (key, waiter) in lost) GiveUp(key, waiter, evidence);
    }

    /// <summary>Hands a response to whoever waits for it.</summary>
    public void Hand(IsoMessage response)
    {
        if (IsoKey.Of(response) is not { } key) return;
        IsoWaiter? waiter;
        object? about = null;
        lock (gate)
            if (!waiting.Remove(key, out waiter)) givenUp.Remove(key, out about);
        waiter?.End(new IsoReply.Answered(response));
        if (about is not null) late(about, response);
    }

    static IsoReply.Lost SentBefore(string why) => new($"It was sent before and got no answer; now: {why}");

    void Remember(IsoKey key, object? about)
    {
        if (givenUp.TryAdd(key, about)) oldest.Enqueue(key);
        while (oldest.Count > MostGivenUp) givenUp.Remove(oldest.Dequeue());
    }
}
