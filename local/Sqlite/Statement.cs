using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Railyard.Local.Sqlite;

/// <summary>A prepared statement, run again and again.</summary>
sealed class Statement : IDisposable
{
    const int LongestOnStack = 512;

    readonly sqlite3 connection;
    readonly sqlite3_stmt handle;
    readonly int parameterCount;

    Statement(sqlite3 connection, sqlite3_stmt handle)
    {
        (this.connection, this.handle) = (connection, handle);
        parameterCount = raw.sqlite3_bind_parameter_count(handle);
    }

    public static Statement Prepare(sqlite3 connection, string sql)
    {
        var result = raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
        SqliteException.ThrowExceptionForRC(result, connection);
        return new Statement(connection, handle);
    }

    /// <summary>Runs it with these parameters, until that is disposed of. What it does not name is left out.</summary>
    public Run Begin(ReadOnlySpan<object?> parameters)
    {
        if (parameters.Length < parameterCount)
            throw new ArgumentException($"It takes {parameterCount} parameters, not {parameters.Length}.", nameof(parameters));
        for (var place = 1; place <= parameterCount; place++)
            SqliteException.ThrowExceptionForRC(Bind(place, parameters[place - 1]), connection);
        return new Run(this);
    }

    public void Dispose() => handle.Dispose();

    int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(handle, place),
        string text => BindText(place, text),
        long number => raw.sqlite3_bind_int64(handle, place, number),
        int number => raw.sqlite3_bind_int64(handle, place, number),
        bool flag => raw.sqlite3_bind_int64(handle, place, flag ? 1 : 0),
        double number => raw.sqlite3_bind_double(handle, place, number),
        // Nothing to point to would be NULL.
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(handle, place, 0),
        byte[] bytes => raw.sqlite3_bind_blob(handle, place, bytes),
        _ => throw new ArgumentException($"{value.GetType().Name} is no type of a parameter.", nameof(value)),
    };

    int BindText(int place, string text)
    {
        if (text.Length == 0) return raw.sqlite3_bind_text(handle, place, text);
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = most <= LongestOnStack ? null : ArrayPool<byte>.Shared.Rent(most);
        var bytes = rented ?? stackalloc byte[LongestOnStack];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        var result = raw.sqlite3_bind_text(handle, place, bytes[..length]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    /// <summary>One run, row by row.</summary>
    public readonly ref struct Run(Statement statement)
    {
        public Row Row => new(statement.handle);

        public bool Next()
        {
            var result = raw.sqlite3_step(statement.handle);
            if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
                SqliteException.ThrowExceptionForRC(result, statement.connection);
            return result == raw.SQLITE_ROW;
        }

        // It answers with the fault of the last step once more, which has been thrown.
        public void Dispose() => raw.sqlite3_reset(statement.handle);
    }
}
