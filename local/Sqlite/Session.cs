using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Railyard.Local.Sqlite;

/// <summary>
/// One connection with its prepared statements. Used by one thread at a time, so SQLite itself need not lock anything.
/// </summary>
public sealed class Session : IDisposable
{
    const int MostPreparedStatements = 256;
    const int BusyTimeoutMilliseconds = 30_000;

    // What is written again and again stays in memory, and goes from the log into the file once rather than often. Of readers
    // there are many, and each has a memory of its own.
    const int PagesOfWriter = 4_000;
    const int PagesOfReader = 500;
    const int PagesBeforeCheckpoint = 4_000;
    const int OpenAsOwner = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;

    readonly sqlite3 connection;
    readonly Dictionary<string, Statement> prepared = new(StatementText.Comparer);

    static Session() => Batteries_V2.Init();

    Session(sqlite3 connection) => this.connection = connection;

    internal bool IsInTransaction => raw.sqlite3_get_autocommit(connection) == 0;

    /// <exception cref="SqliteException">The file cannot be opened, or is no database.</exception>
    internal static Session Open(string path, bool isWriter)
    {
        var result = raw.sqlite3_open_v2(path, out var connection, OpenAsOwner, null);
        var session = new Session(connection);
        try
        {
            SqliteException.ThrowExceptionForRC(result, connection);
            session.Prepare(isWriter ? PagesOfWriter : PagesOfReader);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement with the parameters ?1, ?2, … and returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> parameters)
    {
        using var run = Prepared(sql).Begin(parameters);
        while (run.Next())
        {
            // What it answers is of no interest.
        }
        return raw.sqlite3_changes(connection);
    }

    /// <summary>Runs a statement that inserts one row, and returns its number.</summary>
    public long Insert(string sql, params ReadOnlySpan<object?> parameters)
    {
        Execute(sql, parameters);
        return raw.sqlite3_last_insert_rowid(connection);
    }

    /// <summary>The first column of the first row, or null where there is no row or its value is NULL.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> parameters) =>
        First(sql, row => row.GetValue(0), parameters);

    /// <summary>Every row, in order.</summary>
    public List<T> Query<T>(string sql, Func<Row, T> map, params ReadOnlySpan<object?> parameters)
    {
        using var run = Prepared(sql).Begin(parameters);
        var rows = new List<T>();
        while (run.Next()) rows.Add(map(run.Row));
        return rows;
    }

    /// <summary>The first row, or default where there is none.</summary>
    public T? First<T>(string sql, Func<Row, T> map, params ReadOnlySpan<object?> parameters)
    {
        using var run = Prepared(sql).Begin(parameters);
        return run.Next() ? map(run.Row) : default;
    }

    /// <summary>Runs several statements that take no parameters: a schema.</summary>
    public void Script(string sql) =>
        SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(connection, sql), connection);

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        ForgetPrepared();
        connection.Dispose();
    }

    void Prepare(int pagesInMemory)
    {
        raw.sqlite3_busy_timeout(connection, BusyTimeoutMilliseconds);
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = NORMAL");
        Execute("PRAGMA temp_store = MEMORY");
        Execute("PRAGMA foreign_keys = OFF");
        Execute($"PRAGMA cache_size = {pagesInMemory}");
        Execute($"PRAGMA wal_autocheckpoint = {PagesBeforeCheckpoint}");
    }

    Statement Prepared(string sql)
    {
        if (prepared.TryGetValue(sql, out var known)) return known;
        if (prepared.Count == MostPreparedStatements) ForgetPrepared();
        return prepared[sql] = Statement.Prepare(connection, sql);
    }

    void ForgetPrepared()
    {
        foreach (var statement in prepared.Values) statement.Dispose();
        prepared.Clear();
    }
}
