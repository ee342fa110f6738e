using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Railyard.App.Payments;

/// <summary>Reads a JSON body of bounded size. What cannot be read is a problem, which never quotes it.</summary>
static class RequestBody
{
    const int MostBytes = 64 * 1024;
    /// <summary>For every other body.</summary>
    public const int DeepestNesting = 8;

    /// <summary>For a body that is a tree by its nature.</summary>
    public const int DeepestTree = 48;

    static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    static readonly Problem NotJson = new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "The body must be application/json.");

    static readonly Problem TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The body is larger than {MostBytes / 1024} KB.");

    static readonly Problem Malformed = Problem.BadRequest(
        "malformed_json", "The body is not a JSON object.", "It must be one object, each member named once.");

    /// <summary>The object in the body. An empty body is an object without members, where that is allowed.</summary>
    public static async Task<(JsonElement Body, Problem? Problem)> ReadAsync(
        HttpRequest request, bool mayBeEmpty, CancellationToken cancellation, int deepest = DeepestNesting)
    {
        var (bytes, problem) = await ReadBytesAsync(request, cancellation);
        if (problem is not null) return (default, problem);
        if (bytes.Length == 0) return mayBeEmpty ? (Nothing, null) : (default, Malformed);
        return request.HasJsonContentType() ? Parse(bytes, deepest) : (default, NotJson);
    }

    /// <summary>The body as it was sent, for what is signed to the byte.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, Problem? Problem)> ReadBytesAsync(
        HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > MostBytes) return (default, TooLarge);
        var (bytes, isTooLarge) = await ReadBoundedAsync(request.Body, (int?)request.ContentLength ?? MostBytes, cancellation);
        return isTooLarge ? (default, TooLarge) : (bytes, null);
    }

    /// <summary>A body of at most that many bytes, for what is no JSON.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, bool IsTooLarge)> ReadBoundedAsync(
        HttpRequest request, int mostBytes, CancellationToken cancellation) =>
        request.ContentLength > mostBytes
            ? (default, true)
            : await ReadBoundedAsync(request.Body, (int?)request.ContentLength ?? mostBytes, cancellation);

    static (JsonElement Body, Problem? Problem) Parse(ReadOnlyMemory<byte> bytes, int deepest)
    {
        try
        {
            var strict = new JsonDocumentOptions { MaxDepth = deepest, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(bytes, strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (document.RootElement.Clone(), null)
                : (default, Malformed);
        }
        catch (JsonException)
        {
            return (default, Malformed);
        }
    }

    static async Task<(ReadOnlyMemory<byte> Bytes, bool IsTooLarge)> ReadBoundedAsync(
        Stream body, int mostBytes, CancellationToken cancellation)
    {
        var buffer = new byte[mostBytes + 1];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await body.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0) return (buffer.AsMemory(0, length), false);
            length += read;
        }
        return (default, true);
    }
}
