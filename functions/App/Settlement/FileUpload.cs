using System.IO.Pipelines;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>What a file that was put in is called from now on.</summary>
sealed record AcceptedFile(FileId FileId);

/// <summary>A file's SHA-256 in hexadecimal, and its length.</summary>
sealed record FileContent(string Hash, long Bytes);

/// <summary>The body of a PUT on its way into an inbox, which is the same as dropping the blob there.</summary>
/// <param name="mostBytes">A larger body is refused.</param>
/// <param name="most">The same for people.</param>
sealed partial class FileUpload(long mostBytes, string most)
{
    static readonly Problem InvalidName = Problem.Invalid(
        [new FieldError("file_name", "invalid_name", "It has letters, digits, '.', '_' and '-', and begins with none of these three.")]);

    static readonly Problem EmptyBody = Problem.BadRequest("empty_body", "The file is empty.");

    static readonly Problem NameTaken = new(
        StatusCodes.Status409Conflict, "name_taken", "There is another file of that name.")
    {
        Detail = "A file is never replaced: send the corrected one under a name of its own.",
    };

    readonly Problem tooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The file is larger than {most}.");

    /// <summary>What lies in the inbox now, or why nothing of that request does.</summary>
    public async Task<(FileContent? Content, Problem? Problem)> TakeAsync(
        HttpRequest request, string name, BlobClient arrived, CancellationToken cancellation)
    {
        if (!FileName().IsMatch(name)) return (null, InvalidName);
        if (request.ContentLength > mostBytes) return (null, tooLarge);
        AllowLargeBody(request.HttpContext);
        if (await IsEmptyAsync(request.BodyReader, cancellation)) return (null, EmptyBody);
        try
        {
            var content = await WriteAsync(arrived, request.BodyReader.AsStream(), cancellation);
            return content is null ? (null, NameTaken) : (content, null);
        }
        catch (FileTooLarge)
        {
            return (null, tooLarge);
        }
    }

    /// <summary>202, with where the file is looked at.</summary>
    public static IResult Accepted(FileId file, string path) =>
        Answer.Of(StatusCodes.Status202Accepted, new AcceptedFile(file)) with { Location = $"{path}/{file}" };

    // Null where another content has that name.
    async Task<FileContent?> WriteAsync(BlobClient arrived, Stream body, CancellationToken cancellation)
    {
        await using var hashed = new HashedStream(body, mostBytes);
        var isNew = await SettlementBlobs.TryWriteAsync(arrived, hashed, cancellation);
        await hashed.DrainAsync(cancellation);
        var content = new FileContent(hashed.Hash, hashed.Bytes);
        if (isNew) return content;
        var there = await SettlementBlobs.HashAsync(arrived, null, mostBytes, cancellation);
        return there.Hash == content.Hash ? content : null;
    }

    // Looks at what has come and leaves it to be read.
    static async Task<bool> IsEmptyAsync(PipeReader body, CancellationToken cancellation)
    {
        var read = await body.ReadAsync(cancellation);
        body.AdvanceTo(read.Buffer.Start);
        return read.Buffer.IsEmpty;
    }

    // The bound on bodies is made for JSON; it must be widened before the first byte is read.
    void AllowLargeBody(HttpContext http)
    {
        var feature = http.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (feature is { IsReadOnly: false }) feature.MaxRequestBodySize = mostBytes + 1;
    }

    // No separators and no leading dot: a name stays a name wherever it is written.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FileName();
}
