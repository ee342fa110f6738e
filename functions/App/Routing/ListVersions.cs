using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>GET /v1/routing/versions: every version there has been, who made it, when and of what; the newest first.</summary>
public sealed class ListVersions(RoutingStore routings)
{
    [Function("ListRoutingVersions")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/routing/versions")] HttpRequest request, FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var limit = parameters.Limit();
        var before = parameters.Cursor(Place);
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        var routing = await routings.LoadAsync(context.Merchant(), context.CancellationToken);
        return Answer.Ok(await PageAsync(routing, before ?? routing.LastVersion + 1, limit, context.CancellationToken));
    }

    async Task<VersionPage> PageAsync(MerchantRouting routing, int before, int limit, CancellationToken cancellation)
    {
        var newest = Math.Min(before - 1, routing.LastVersion);
        var oldest = Math.Max(1, newest - limit + 1);
        var items = new List<VersionWire>();
        for (var version = newest; version >= oldest; version--)
            if (await routings.FindVersionAsync(routing, version, cancellation) is { } found) items.Add(VersionWire.Of(found));
        return new VersionPage(items, oldest > 1 ? oldest.ToString(CultureInfo.InvariantCulture) : null);
    }

    static int? Place(string cursor) =>
        int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? version : null;
}
