namespace Railyard.Local.Runtime;

/// <summary>The app cannot start, for a reason that one line tells to the person who started it.</summary>
public sealed class StartRefused(string reason, Exception? cause = null) : Exception(reason, cause);
