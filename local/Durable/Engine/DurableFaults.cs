using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>What a test lets go wrong in an engine.</summary>
sealed record DurableFaults(CommitFaults Commits, Func<bool> RepeatsActivity, Func<bool> ReplaysEveryTurn);
