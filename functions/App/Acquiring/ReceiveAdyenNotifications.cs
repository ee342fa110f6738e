using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Payments;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring;

/// <summary>
/// POST /notifications/adyen/{account}: believes what is signed, keeps it in the queue, and only then says that it was
/// accepted. What it means is found out from there, however often and in whatever order it came.
/// </summary>
public sealed class ReceiveAdyenNotifications(Acquirers acquirers, NoticeQueue queue)
{
    static readonly Problem NotBelieved = new(
        StatusCodes.Status401Unauthorized, "signature_invalid", "The notification is not one of Adyen's, or not signed with our key.");

    [Function("ReceiveAdyenNotifications")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "notifications/adyen/{account}")] HttpRequest request,
        string account,
        FunctionContext context)
    {
        var acquirer = new AcquirerName(account);
        if (acquirers.FindStripe(acquirer) is not null) return Problem.NotFound("account");
        if (acquirers.NotificationKey(acquirer) is not { } key) return Problem.NotFound("account");
        var (body, problem) = await RequestBody.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (problem is not null) return problem;
        if (AdyenNotifications.Read(body, acquirer, key) is not { } notices) return NotBelieved;
        await queue.KeepAsync(notices, context.CancellationToken);
        return Results.Text("[accepted]");
    }
}
