using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Merchants;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// GET /ops/v1/settlement-files/{file_id}/quarantined-lines, and POST …/{line}/corrections: what could not be read, and what
/// is to be read in its place.
/// </summary>
public sealed class QuarantinedLinesOfFile(
    SettlementFileStore files, QuarantineStore quarantine, IdempotentPost idempotent, Ids ids, TimeProvider time)
{
    static readonly Problem TooMany = new(
        StatusCodes.Status409Conflict, "too_many_corrections", $"The file has {QuarantineStore.MostCorrectedLines} corrected lines already.")
    {
        Detail = "Ask its sender for the file anew, or read it by a layout that fits.",
    };

    [Function("ListQuarantinedLines")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/settlement-files/{file}/quarantined-lines")] HttpRequest request,
        string file,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, after) = (parameters.Limit(), parameters.Cursor(LineOf) ?? 0);
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await files.FindAsync(new FileId(file), context.CancellationToken) is not { } found) return Problem.NotFound("settlement file");
        return Answer.Ok(await PageAsync(found, after, limit, context.CancellationToken));
    }

    [Function("CorrectQuarantinedLine")]
    public async Task<IResult> Correct(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/settlement-files/{file}/quarantined-lines/{line}/corrections")]
        HttpRequest request,
        string file,
        string line,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (wanted, errors) = NewCorrection.Read(posted.Body);
        if (wanted is null) return Problem.Invalid(errors);
        if (await files.FindAsync(new FileId(file), context.CancellationToken) is not { } found) return Problem.NotFound("settlement file");
        if (LineOf(line) is not { } number || !await IsCorrectableAsync(found, number, context.CancellationToken))
            return Problem.NotFound("quarantined line");
        return await idempotent.RunAsync(
            posted.Once(Operators.Id, $"corrections {file} {number}", ids.Correction()),
            claim => CorrectAsync(found.File, number, wanted.By(claim.Resource, context.Key().Value, time.GetUtcNow())),
            CancellationToken.None);
    }

    async Task<PostResult> CorrectAsync(FileId file, int line, Correction correction)
    {
        if (await quarantine.CorrectionAsync(file, line, CancellationToken.None) is null
            && (await quarantine.CorrectionsAsync(file, CancellationToken.None)).Count >= QuarantineStore.MostCorrectedLines)
            return new PostResult(Answer.Of(TooMany), IsFinal: false);
        await quarantine.CorrectAsync(file, line, correction, CancellationToken.None);
        return new PostResult(Answer.Of(StatusCodes.Status201Created, CorrectionWire.Of(line, correction)), IsFinal: true);
    }

    // While a run is reading there is no list yet; a line that was corrected may be corrected once more.
    async Task<bool> IsCorrectableAsync(SettlementFile file, int line, CancellationToken cancellation) =>
        (file.Parsed is not null && await quarantine.FindAsync(file, line, cancellation) is not null)
        || await quarantine.CorrectionAsync(file.File, line, cancellation) is not null;

    async Task<QuarantinePage> PageAsync(SettlementFile file, int after, int limit, CancellationToken cancellation)
    {
        if (file.Parsed is null) return new([], null);
        var lines = await quarantine.AfterAsync(file, after, limit + 1, cancellation);
        var items = new List<QuarantinedLineWire>();
        foreach (var line in lines.Take(limit))
            items.Add(QuarantinedLineWire.Of(line, await quarantine.CorrectionAsync(file.File, line.Number, cancellation)));
        return new(items, lines.Count > limit ? $"{items[^1].Line}" : null);
    }

    static int? LineOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line > 0 ? line : null;
}

/// <summary>The body of a correction, found valid.</summary>
sealed record NewCorrection(string Raw, string Reason)
{
    const int LongestRaw = 8_192;
    const int LongestReason = 500;

    /// <summary>The correction, or everything that is wrong with it.</summary>
    public static (NewCorrection? Correction, IReadOnlyList<FieldError> Errors) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var raw = members.Text("raw", LongestRaw, isRequired: true, mayHaveTabs: true);
        var reason = members.Text("reason", LongestReason, isRequired: true);
        if (raw is not null && CardNumbers.Mask(raw) != raw)
            members.Wrong<string>("raw", "card_number", "It must not have what may be a card number: nothing of ours keeps one.");
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new(raw!, reason!), errors);
    }

    public Correction By(string id, string key, DateTimeOffset now) => new(id, Raw, Reason, key, now);
}
