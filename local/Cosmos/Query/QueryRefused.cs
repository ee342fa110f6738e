namespace Railyard.Local.Cosmos.Query;

/// <summary>A query is wrong, or asks for what is not supported here; the message says which.</summary>
sealed class QueryRefused(string message) : Exception(message)
{
    public static QueryRefused Unsupported(string what) => new($"{what} is not supported here.");
}
