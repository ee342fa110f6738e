using System.Text;
using SQLitePCL;

namespace Railyard.Local.Sqlite;

/// <summary>The row that a statement has come to. It is read at once: the next step makes another of it.</summary>
public readonly struct Row
{
    readonly sqlite3_stmt statement;

    internal Row(sqlite3_stmt statement) => this.statement = statement;

    /// <summary>Whether the value is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>The value as a whole number; 0 for NULL.</summary>
    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The same where it is a small one.</summary>
    /// <exception cref="OverflowException">It is not.</exception>
    public int GetInt32(int column) => (int)GetInt64(column);

    /// <summary>Whether the value is another than 0.</summary>
    public bool GetBoolean(int column) => GetInt64(column) != 0;

    /// <summary>The value as text.</summary>
    /// <exception cref="InvalidOperationException">It is NULL.</exception>
    public string GetString(int column) => Encoding.UTF8.GetString(Content(column));

    /// <summary>The value as bytes.</summary>
    /// <exception cref="InvalidOperationException">It is NULL.</exception>
    public byte[] GetBytes(int column) => Content(column).ToArray();

    internal object? GetValue(int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => GetInt64(column),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, column),
        raw.SQLITE_BLOB => GetBytes(column),
        _ => GetString(column),
    };

    ReadOnlySpan<byte> Content(int column)
    {
        var content = raw.sqlite3_column_blob(statement, column);
        return content.Length > 0 || !IsNull(column)
            ? content
            : throw new InvalidOperationException($"Column {column} is NULL.");
    }
}
