namespace Railyard.Local.Durable;

enum MessageKind
{
    Turn = 0,
    Started = 1,
    TaskCompleted = 2,
    TaskFailed = 3,
    ChildCompleted = 4,
    ChildFailed = 5,
    TimerFired = 6,
    EventRaised = 7,
    Suspended = 8,
    Resumed = 9,
    Terminated = 10,
}

/// <summary>Something that happened to an instance: an answer, a timer, an event, an order.</summary>
sealed record Message(MessageKind Kind, int Task = Message.NoTask, string? Name = null, string? Text = null)
{
    public const int NoTask = -1;

    const string WithChildren = "recursive";

    public static Message Terminate(string? output, bool recursive) =>
        new(MessageKind.Terminated, Name: recursive ? WithChildren : null, Text: output);

    public bool ReachesChildren => Name == WithChildren;

    // What was meant for the instance, not for one run of it, outlives ContinueAsNew.
    public bool OutlivesRun => Kind is MessageKind.EventRaised
        or MessageKind.Suspended or MessageKind.Resumed or MessageKind.Terminated;
}

/// <summary>One row of an instance's log: a message, or a turn that answered messages.</summary>
sealed record LogEntry(long Sequence, Message? Message, Turn? Turn);
