namespace Railyard.Local.Sqlite;

/// <summary>
/// At which commits a test lets the process crash: before it, so that nothing of it happened, or after it, so that it
/// happened and nobody was told. The database is dead from then on, and its owner opens the file anew.
/// </summary>
internal sealed record CommitFaults(Func<bool> CrashesBefore, Func<bool> CrashesAfter, Action Crashed);

/// <summary>A test's fault plan ended the life of this database.</summary>
internal sealed class InjectedCrash() : Exception("The database was lost in a crash that a test injected.");
