using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Railyard.App.Acquiring;
using Railyard.App.Routing;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>
/// The address to which a cardholder comes back from authenticating. It carries a proof that we made it, so that knowing
/// a payment's id is not enough to disturb it.
/// </summary>
public sealed class ReturnLinks(VaultKeys keys, PublicAddress address)
{
    /// <summary>The address for that payment's cardholder.</summary>
    public Uri For(PaymentId payment) => new(address.Value, $"return/{payment}/{keys.ProveReturn(payment.Value)}");

    /// <summary>Whether we made an address with that proof.</summary>
    public bool IsOurs(PaymentId payment, string proof) => Proofs.AreEqual(proof, keys.ProveReturn(payment.Value));
}

/// <summary>GET and POST /return/{id}/{proof}: the cardholder's browser, sent back by the acquirer.</summary>
public sealed class ReturnCardholder(ReturnLinks links, PaymentStore payments, Acquirers acquirers, TimeProvider time)
{
    const int LongestResult = 8 * 1024;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // What an acquirer sends its cardholders back with has a name of its own there.
    readonly IReadOnlyList<string> parameters = [.. acquirers.Profiles.Select(profile => profile.ReturnParameter).Distinct()];

    [Function("ReturnCardholder")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "return/{id}/{proof}")] HttpRequest request,
        string id,
        string proof,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var payment = new PaymentId(id);
        if (!links.IsOurs(payment, proof)) return Problem.NotFound("payment");
        var result = await ResultAsync(request, context.CancellationToken);
        if (result is null) return Problem.BadRequest("redirect_result_missing", "The acquirer sent nothing along.");
        await HandOverAsync(durable, payment, result, context.CancellationToken);
        return await OnwardAsync(payment, context.CancellationToken);
    }

    async Task<string?> ResultAsync(HttpRequest request, CancellationToken cancellation)
    {
        var text = HttpMethods.IsPost(request.Method) && request.HasFormContentType
            ? await FromFormAsync(request, cancellation)
            : FirstOf(name => request.Query[name].ToString());
        return text.Length is 0 or > LongestResult ? null : text;
    }

    async Task<string> FromFormAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            var form = await request.ReadFormAsync(cancellation);
            return FirstOf(name => form[name].ToString());
        }
        catch (InvalidDataException)
        {
            // Too many members, or too long ones: no form of an acquirer's, so there is nothing of theirs in it.
            return "";
        }
    }

    // Whose it is shows when the acquirer is asked: what is another's it cannot make out.
    string FirstOf(Func<string, string> find) => parameters.Select(find).FirstOrDefault(text => text.Length > 0, "");

    // Coming back twice is as good as once: when nobody waits any more, there is nothing to hand over.
    async Task HandOverAsync(DurableTaskClient durable, PaymentId payment, string result, CancellationToken cancellation)
    {
        var instance = AuthenticateCardholder.InstanceId(payment);
        if (await Orchestrations.TryTellAsync(durable, instance, AuthenticateCardholder.CardholderReturned, result, cancellation))
            await Orchestrations.WaitAsync(durable, instance, Patience, time);
    }

    async Task<IResult> OnwardAsync(PaymentId id, CancellationToken cancellation)
    {
        var payment = await payments.LoadAsync(id, cancellation);
        if (payment.ReturnUrl is not { } url) return Results.Content(Page, "text/html; charset=utf-8");
        var separator = url.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return Results.Redirect($"{url}{separator}payment_id={id}");
    }

    const string Page =
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>Thank you</title>
        <meta name="viewport" content="width=device-width"><style>body{font:1.1rem/1.5 system-ui;margin:4rem auto;max-width:30rem;padding:0 1rem}</style>
        <h1>Thank you</h1><p>You can close this page and return to the shop.</p></html>
        """;
}
