using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers;

/// <summary>What a cardholder who has answered brings back to the shop, as parameters of its address.</summary>
delegate IEnumerable<KeyValuePair<string, string?>> WhatComesBack(Authentication answered);

/// <summary>The page on which cardholders prove to their bank who they are, or fail to, or go away.</summary>
sealed class AuthenticationPage(AcquirerProfile profile, Book book, WhatComesBack brought)
{
    public const string Path = "/sim/authenticate/";

    const string Authenticate = "authenticate";
    const string AuthenticateAndLeave = "authenticate_and_leave";
    const string Fail = "fail";
    const string Abandon = "abandon";
    const string Usage = $"result is {Authenticate}, {Fail}, {Abandon} or {AuthenticateAndLeave}";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path + "{psp}", AskAsync);
        app.MapPost(Path + "{psp}", AnswerAsync);
    }

    Task AskAsync(HttpContext http)
    {
        if (Asked(http) is not { } asked) return NotFoundAsync(http);
        return asked.Authentication.Proof is null && asked.Payment.Standing == Standing.AwaitingCardholder
            ? HtmlPage.SendAsync(http, StatusCodes.Status200OK, "Is it you?", Form(asked.Payment))
            : HtmlPage.SendAsync(
                http, StatusCodes.Status200OK, "Nothing to answer",
                "<p>You have answered before, or the shop no longer asks. Close this page.</p>");
    }

    async Task AnswerAsync(HttpContext http)
    {
        if (Asked(http) is not { } asked)
        {
            await NotFoundAsync(http);
            return;
        }
        switch (await ResultAsync(http))
        {
            case Authenticate:
                await ReturnAsync(http, asked.Payment, Proof.Given);
                return;
            case Fail:
                await ReturnAsync(http, asked.Payment, Proof.Failed);
                return;
            case AuthenticateAndLeave:
                await book.NoteProofAsync(asked.Payment.Psp, Proof.Given);
                await LeftAsync(http, "Your bank knows that it was you, but the shop has not been told by you.");
                return;
            case Abandon:
                await LeftAsync(http, "Nothing has been decided.");
                return;
            default:
                await HtmlPage.SendAsync(http, StatusCodes.Status400BadRequest, "Not understood", $"<p>{Usage}</p>");
                return;
        }
    }

    // A second answer leads back with the first: what a bank has decided it does not decide again.
    async Task ReturnAsync(HttpContext http, Payment payment, Proof proof)
    {
        var answered = await book.NoteProofAsync(payment.Psp, proof);
        http.Response.Redirect(QueryHelpers.AddQueryString(payment.ReturnUrl!, brought(answered)));
    }

    (Payment Payment, Authentication Authentication)? Asked(HttpContext http) =>
        book.Authenticating((string)http.Request.RouteValues["psp"]!);

    string Form(Payment payment) =>
        $"""
        <p>{HtmlPage.Text(profile.MerchantAccount)} asks for this payment with your card ending in
        {HtmlPage.Text(payment.Card.Last4)}.</p>
        <dl>
        <dt>Amount</dt><dd>{MinorUnits.Text(payment.Requested, payment.Currency)} {HtmlPage.Text(payment.Currency)}</dd>
        <dt>Reference</dt><dd>{HtmlPage.Text(payment.Reference)}</dd>
        </dl>
        <form method="post" action="{Path}{payment.Psp}">
        <button name="result" value="{Authenticate}">Authenticate</button>
        <button name="result" value="{Fail}">Fail</button>
        <button name="result" value="{Abandon}">Abandon</button>
        <button name="result" value="{AuthenticateAndLeave}">Authenticate, then close the page</button>
        </form>
        """;

    static async Task<string?> ResultAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType) return null;
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return form["result"];
    }

    static Task LeftAsync(HttpContext http, string what) =>
        HtmlPage.SendAsync(http, StatusCodes.Status200OK, "You have left", $"<p>{what}</p>");

    static Task NotFoundAsync(HttpContext http) =>
        HtmlPage.SendAsync(
            http, StatusCodes.Status404NotFound, "No such payment", "<p>No payment of that name waits for a cardholder.</p>");
}
