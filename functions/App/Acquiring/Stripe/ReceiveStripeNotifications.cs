using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Payments;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring.Stripe;

/// <summary>
/// POST /notifications/stripe/{account}: believes what is signed and recent, keeps it in the queue, and only then says that
/// it was accepted. What it means is found out from there, however often and in whatever order it came.
/// </summary>
public sealed class ReceiveStripeNotifications(Acquirers acquirers, NoticeQueue queue, TimeProvider time)
{
    const string SignatureHeader = "Stripe-Signature";
    static readonly TimeSpan LooksWithin = TimeSpan.FromSeconds(3);

    static readonly Problem NotBelieved = new(
        StatusCodes.Status401Unauthorized, "signature_invalid", "The notification is not one of Stripe's, not signed with our secret, or too old.");

    static readonly Problem NoEvent = Problem.BadRequest("malformed_request", "The notification is no event.");

    static readonly Problem NotNow = new(
        StatusCodes.Status503ServiceUnavailable, "acquirer_unavailable", "Stripe could not be asked which payment is disputed.");

    [Function("ReceiveStripeNotifications")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "notifications/stripe/{account}")] HttpRequest request,
        string account,
        FunctionContext context)
    {
        var acquirer = new AcquirerName(account);
        if (acquirers.FindStripe(acquirer) is not { } stripe) return Problem.NotFound("account");
        if (acquirers.NotificationKey(acquirer) is not { } secret) return Problem.NotFound("account");
        var (bytes, problem) = await RequestBody.ReadBytesAsync(request, context.CancellationToken);
        if (problem is not null) return problem;
        // Signed is what was sent, to the byte, so nothing is read before.
        var signature = request.Headers[SignatureHeader].ToString();
        if (!StripeSignature.IsRight(signature, bytes.Span, secret, time.GetUtcNow())) return NotBelieved;
        if (Read(bytes) is not { } told) return NoEvent;
        var (payment, isKnown) = await PaymentAsync(stripe, told, context.CancellationToken);
        if (!isKnown) return NotNow;
        await queue.KeepAsync(StripeNotifications.Notices(told, payment, stripe.Profile), context.CancellationToken);
        return Results.Text("accepted");
    }

    static StripeEvent? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return StripeNotifications.Read(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Disputes carry nothing of ours, only the intent that does.
    static async Task<(PaymentId? Payment, bool IsKnown)> PaymentAsync(
        StripePayments stripe, StripeEvent told, CancellationToken cancellation)
    {
        if (StripeNotifications.Metadata(told.About, StripeRequests.Payment) is { } named) return (new PaymentId(named), true);
        var isDispute = told.Type.StartsWith("charge.dispute.", StringComparison.Ordinal);
        if (!isDispute || StripeNotifications.Text(told.About, "payment_intent") is not { } intent) return (null, true);
        return await stripe.PaymentOfAsync(intent, LooksWithin, cancellation);
    }
}
