using Microsoft.Data.Sqlite;

namespace Railyard.Local.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
public sealed class Session : IDisposable
{
    const int MostPreparedStatements = 256;

    readonly SqliteConnection connection;
    readonly Dictionary<string, SqliteCommand> prepared = [];

    Session(SqliteConnection connection) => this.connection = connection;

    internal bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;

    internal static Session Open(string connectionString)
    {
        var session = new Session(new SqliteConnection(connectionString));
        try
        {
            session.connection.Open();
            session.Execute("PRAGMA journal_mode = WAL");
            session.Execute("PRAGMA synchronous = NORMAL");
            session.Execute("PRAGMA temp_store = MEMORY");
            session.Execute("PRAGMA foreign_keys = OFF");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement with the parameters ?1, ?2, … and returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> parameters) =>
        Bind(sql, parameters).ExecuteNonQuery();

    /// <summary>The first column of the first row, or null where there is no row or its value is NULL.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> parameters) =>
        Bind(sql, parameters).ExecuteScalar() is var value && value is DBNull ? null : value;

    /// <summary>Every row, in order.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> parameters)
    {
        using var reader = Bind(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(map(reader));
        return rows;
    }

    /// <summary>The first row, or default where there is none.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> parameters)
    {
        using var reader = Bind(sql, parameters).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    /// <summary>Runs several statements that take no parameters: a schema.</summary>
    public void Script(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        foreach (var command in prepared.Values) command.Dispose();
        connection.Dispose();
    }

    SqliteCommand Bind(string sql, ReadOnlySpan<object?> parameters)
    {
        var command = Prepared(sql, parameters.Length);
        for (var i = 0; i < parameters.Length; i++) command.Parameters[i].Value = parameters[i] ?? DBNull.Value;
        return command;
    }

    SqliteCommand Prepared(string sql, int parameterCount)
    {
        if (prepared.TryGetValue(sql, out var known)) return known;
        if (prepared.Count == MostPreparedStatements) ForgetPrepared();
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this solution; values travel as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 1; i <= parameterCount; i++) command.Parameters.Add(new SqliteParameter($"?{i}", null));
        prepared[sql] = command;
        return command;
    }

    void ForgetPrepared()
    {
        foreach (var command in prepared.Values) command.Dispose();
        prepared.Clear();
    }
}
