using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Railyard.App.Acquiring;
using Railyard.App.Operations;
using Railyard.App.Settlement;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// GET /ops/v1/settlement-files/{file_id}/report and /ops/v1/acquirers/{acquirer}/reconciliation/{date}: as JSON, or, by the
/// Accept header, as CSV or as a page to print.
/// </summary>
public sealed class GetReports(ReportDesk desk, SettlementFileStore files, Acquirers acquirers)
{
    static readonly Problem InvalidDate = Problem.Invalid([new FieldError("date", "invalid_date", "It must be a day such as 2026-11-24.")]);

    static readonly Problem NotAcceptable = new(
        StatusCodes.Status406NotAcceptable, "not_acceptable", "It is application/json, text/csv or text/html.");

    [Function("GetSettlementFileReport")]
    public async Task<IResult> OfFile(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/settlement-files/{file}/report")] HttpRequest request,
        string file,
        FunctionContext context) =>
        await files.FindAsync(new FileId(file), context.CancellationToken) is { } found
            ? Shown(request, await desk.OfFileAsync(found, context.CancellationToken))
            : Problem.NotFound("settlement file");

    [Function("GetReconciliation")]
    public async Task<IResult> OfDay(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/acquirers/{acquirer}/reconciliation/{date}")]
        HttpRequest request,
        string acquirer,
        string date,
        FunctionContext context)
    {
        var name = new AcquirerName(acquirer);
        if (!acquirers.Knows(name)) return Problem.NotFound("acquirer");
        return DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year > 1970
            ? Shown(request, await desk.OfDayAsync(name, day, context.CancellationToken))
            : InvalidDate;
    }

    // The first that the caller takes, in the caller's order; whoever does not say gets JSON.
    static IResult Shown(HttpRequest request, ReconciliationReport report)
    {
        if (!MediaTypeHeaderValue.TryParseList([.. request.Headers.Accept!], out var wanted) || wanted.Count == 0) return Answer.Ok(report);
        foreach (var type in wanted.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1))
        {
            if (type.MatchesAllTypes || Is(type, "application/json")) return Answer.Ok(report);
            if (Is(type, "text/csv")) return new Answer(StatusCodes.Status200OK, ReportCsv.Of(report)) { ContentType = Csv.ContentType };
            if (Is(type, "text/html")) return new HtmlPage(ReportPage.Of(report));
        }
        return NotAcceptable;
    }

    static bool Is(MediaTypeHeaderValue type, string wanted) => new MediaTypeHeaderValue(wanted).IsSubsetOf(new MediaTypeHeaderValue(type.MediaType));
}
