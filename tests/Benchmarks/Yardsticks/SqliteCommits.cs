using Microsoft.Data.Sqlite;

namespace Railyard.Benchmarks.Yardsticks;

/// <summary>
/// What the disk and SQLite give whoever commits one row of a kilobyte at a time (WAL, synchronous=NORMAL), with
/// nothing of ours in between.
/// </summary>
sealed class SqliteCommits : IDisposable
{
    public const string Name = "SQLite commits of 1 KB/s";
    public const string NameOfOne = "one SQLite commit of 1 KB";
    const int RowBytes = 1_024;
    const int Commits = 4_000;

    readonly SqliteConnection connection;
    readonly SqliteCommand insert;

    public SqliteCommits(string path)
    {
        connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE rows (number INTEGER PRIMARY KEY, body BLOB)");
        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO rows (body) VALUES ($body)";
        insert.Parameters.AddWithValue("$body", new byte[RowBytes]);
    }

    public Task<double> PerSecondAsync() => Task.Run(() =>
    {
        var begin = TimeProvider.System.GetTimestamp();
        for (var commit = 0; commit < Commits; commit++) insert.ExecuteNonQuery();
        return Commits / TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
    });

    public async Task<double> MillisecondsAsync() => TimeSpan.MillisecondsPerSecond / await PerSecondAsync();

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }

    void Run(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
