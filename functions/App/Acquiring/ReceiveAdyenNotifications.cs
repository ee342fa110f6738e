using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Payments;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring;

/// <summary>
/// POST /notifications/adyen/{account}: believes what is signed, keeps it in the queue, and only then says that it was
/// accepted. What it means is found out from there, however often and in whatever order it came.
/// </summary>
public sealed class ReceiveAdyenNotifications(Acquirers acquirers, ServiceBusClient bus)
{
    /// <summary>The queue.</summary>
    public const string Queue = "acquirer-notifications";

    static readonly Problem NotBelieved = new(
        StatusCodes.Status401Unauthorized, "signature_invalid", "The notification is not one of Adyen's, or not signed with our key.");

    readonly ServiceBusSender sender = bus.CreateSender(Queue);

    [Function("ReceiveAdyenNotifications")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "notifications/adyen/{account}")] HttpRequest request,
        string account,
        FunctionContext context)
    {
        var acquirer = new AcquirerName(account);
        if (acquirers.NotificationKey(acquirer) is not { } key) return Problem.NotFound("account");
        var (body, problem) = await RequestBody.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (problem is not null) return problem;
        if (AdyenNotifications.Read(body, acquirer, key) is not { } notices) return NotBelieved;
        await sender.SendMessagesAsync(notices.Select(Message), context.CancellationToken);
        return Results.Text("[accepted]");
    }

    /// <summary>A notice on its way to whoever acts on it; the same one sent again is the same message.</summary>
    internal static ServiceBusMessage Message(AcquirerNotice notice) =>
        new(JsonSerializer.SerializeToUtf8Bytes(notice, Json.Storage))
        {
            MessageId = $"{notice.Acquirer}:{notice.Reference}:{notice.EventCode}:{notice.IsSuccess}:{notice.TimesPutOff}",
            Subject = notice.EventCode,
            ContentType = "application/json",
        };
}
