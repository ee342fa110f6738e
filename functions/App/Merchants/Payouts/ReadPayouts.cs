using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>GET /v1/payouts, …/{id}, …/{id}/lines and …/{id}/statement: a merchant's own.</summary>
public sealed class ReadPayouts(PayoutStore payouts, PayoutLines lines, MerchantStore merchants)
{
    const string NoPayout = "payout";

    [Function("ListPayouts")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/payouts")] HttpRequest request, FunctionContext context)
    {
        var (query, errors) = PayoutQuery.Read(request.Query);
        if (query is null) return Problem.Invalid(errors);
        var rows = await payouts.ListAsync(
            context.Merchant(), query.Status, query.Before?.Place, query.Limit + 1, context.CancellationToken);
        var items = rows.Take(query.Limit).ToList();
        var next = rows.Count > query.Limit ? new PayoutCursor(items[^1].Place).ToText() : null;
        return Answer.Ok(new PayoutPage([.. items.Select(PayoutWire.Of)], next));
    }

    [Function("GetPayout")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/payouts/{id}")] HttpRequest request,
        string id,
        FunctionContext context) =>
        await payouts.FindAsync(context.Merchant(), new PayoutId(id), context.CancellationToken) is { } found
            ? Answer.Ok(PayoutWire.Of(found))
            : Problem.NotFound(NoPayout);

    [Function("ListPayoutLines")]
    public async Task<IResult> Lines(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/payouts/{id}/lines")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, cursor) = (parameters.Limit(), parameters.Cursor(LineCursor.Read));
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        return await payouts.FindAsync(context.Merchant(), new PayoutId(id), context.CancellationToken) is { } found
            ? Answer.Ok(await lines.PageAsync(found, cursor ?? default, limit, context.CancellationToken))
            : Problem.NotFound(NoPayout);
    }

    [Function("GetPayoutStatement")]
    public async Task<IResult> Statement(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/payouts/{id}/statement")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var format = parameters.OneOf<StatementFormat>("format") ?? StatementFormat.Html;
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await payouts.FindAsync(context.Merchant(), new PayoutId(id), context.CancellationToken) is not { } found) return Problem.NotFound(NoPayout);
        if (format == StatementFormat.Csv) return new StatementCsv(found, lines);
        var merchant = await merchants.FindAsync(context.Merchant(), context.CancellationToken);
        return await StatementPage.OfAsync(found, merchant!.Value, lines, context.CancellationToken);
    }
}

/// <summary>What a statement can be had as, besides the JSON of the payout and its lines.</summary>
enum StatementFormat { Html, Csv }
