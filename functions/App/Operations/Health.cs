using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.App.Operations;

/// <summary>Says that the app answers and reaches its database.</summary>
public sealed class Health(Containers containers)
{
    [Function("Health")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request, FunctionContext context)
    {
        _ = await containers.ApiKeys.FindAsync<object>("health", "health", context.CancellationToken);
        return Answer.Ok(new { status = "healthy" });
    }
}
