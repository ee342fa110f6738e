using Microsoft.Data.Sqlite;

namespace Railyard.Local.Sqlite;

/// <summary>A file cannot be used as it is, and is left untouched.</summary>
public sealed class DatabaseRefused(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The tables of one file. Each entry of <paramref name="Steps"/> takes it one version further.</summary>
public sealed record Schema(string Name, params IReadOnlyList<string> Steps)
{
    internal void Apply(Session session, string path)
    {
        try
        {
            var version = (int)(long)session.Scalar("PRAGMA user_version")!;
            if (version > Steps.Count)
                throw new DatabaseRefused(
                    $"{path} was written by a newer version of Railyard ({Name} {version}, this one knows {Steps.Count}). " +
                    "Use that version, or start empty with --fresh.");
            for (; version < Steps.Count; version++)
                session.Script($"BEGIN IMMEDIATE; {Steps[version]}; PRAGMA user_version = {version + 1}; COMMIT;");
        }
        catch (SqliteException fault)
        {
            throw new DatabaseRefused($"{path} is not a readable {Name} database: {fault.Message}", fault);
        }
    }
}
