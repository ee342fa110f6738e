using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Adyen;

/// <summary>Adyen's Checkout API, version 71, as far as card payments and their modifications go.</summary>
sealed class AdyenCheckout(
    AcquirerProfile profile, Book book, CallDesk desk, RunTimeScript script, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v71/payments", AuthoriseAsync);
        app.MapPost("/v71/payments/details", CompleteAsync);
        app.MapPost("/v71/payments/{psp}/captures", http => ModifyAsync(http, Operation.Capture, Capture));
        app.MapPost("/v71/payments/{psp}/refunds", http => ModifyAsync(http, Operation.Refund, Refund));
        app.MapPost("/v71/payments/{psp}/cancels", http => ModifyAsync(http, Operation.Cancel, Cancel));
        app.MapPost("/v71/payments/{psp}/reversals", http => ModifyAsync(http, Operation.Reversal, Reverse));
        app.MapPost("/v71/cancels", CancelByReferenceAsync);
    }

    /// <summary>What a cardholder who has answered is sent back with.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> WhatComesBack(Authentication answered) =>
        [new("redirectResult", answered.Token)];

    async Task AuthoriseAsync(HttpContext http)
    {
        var request = await ReadAsync<PaymentRequest>(http, asked => asked.MerchantAccount);
        if (request is null || await RefusedAsync(http, request.Fault())) return;
        var card = request.PaymentMethod!;
        var scene = SceneOf(request, card, request.Amount!.Value!.Value);
        var page = new Uri($"{http.Request.Scheme}://{http.Request.Host}{AuthenticationPage.Path}");
        var expiry = $"{card.ExpiryMonth}/{card.ExpiryYear}";
        await AnswerAsync(http, scene.Fault, entries =>
        {
            var payment = entries.Enter(ToPayment(request, scene, entries.Now));
            if (scene.Decision is Decision.AuthenticationWanted wanted)
                entries.Authentications.Ask(
                    new Authentication(payment.Psp, wanted.ThenRefused?.Code, wanted.AtDetails));
            return AdyenAnswers.Payment(payment, scene, expiry, page);
        });
    }

    Scene SceneOf(PaymentRequest request, AdyenCard card, long amount)
    {
        var scene = card.HasExpired(time.GetUtcNow())
            ? Script.Expired
            : Script.ForPayment(profile.Name, card.Number!, amount, request.Word);
        return script.Overlay(scene, Operation.Payment, card.Number, amount);
    }

    async Task CompleteAsync(HttpContext http)
    {
        var request = await ReadAsync<DetailsRequest>(http, _ => profile.MerchantAccount);
        if (request is null) return;
        var token = request.Details?.GetValueOrDefault("redirectResult");
        if (await RefusedAsync(http, string.IsNullOrEmpty(token) ? AdyenError.NoDetails : null)) return;
        // Told once, whatever the key: a second call for the same cardholder finds the payment decided.
        var waiting = book.AuthenticatedBy(token!);
        var scripted = waiting is { Payment.Standing: Standing.AwaitingCardholder }
            ? waiting.Value.Authentication.AtDetails
            : Fault.None;
        var fault = script.Overlay(scripted, Operation.Details, waiting?.Payment.Requested);
        await AnswerAsync(http, fault, entries =>
            entries.Authentications.By(token!) is { } authentication
                ? AdyenAnswers.Details(entries.Authentications.Conclude(entries, authentication))
                : AdyenError.BadRedirectResult.ToAnswer());
    }

    async Task ModifyAsync(
        HttpContext http, Operation operation, Func<Entries, string, ModificationRequest, Modified> modify)
    {
        var hasAmount = operation is Operation.Capture or Operation.Refund;
        var request = await ReadAsync<ModificationRequest>(http, asked => asked.MerchantAccount);
        if (request is null) return;
        if (await RefusedAsync(http, hasAmount ? AdyenAmount.Fault(request.Amount) : null)) return;
        var psp = (string)http.Request.RouteValues["psp"]!;
        var amount = hasAmount ? request.Amount!.Value : null;
        var fault = script.Overlay(Script.ForModification(amount), operation, amount);
        await AnswerAsync(http, fault, entries =>
            ToAnswer(modify(entries, psp, request), hasAmount ? request.Amount : null));
    }

    // Adyen takes any reference here and says only that it has taken it.
    async Task CancelByReferenceAsync(HttpContext http)
    {
        var request = await ReadAsync<TechnicalCancelRequest>(http, asked => asked.MerchantAccount);
        if (request is null) return;
        var isNamed = !string.IsNullOrWhiteSpace(request.Named);
        if (await RefusedAsync(http, isNamed ? null : AdyenError.NoReference)) return;
        var fault = script.Overlay(Fault.None, Operation.Cancel, amount: null);
        await AnswerAsync(http, fault, entries =>
            AdyenAnswers.TechnicalCancel(request, entries.Reversals.CancelAll(request.Named!, request.Reference)));
    }

    Answer ToAnswer(Modified modified, AdyenAmount? amount) => modified switch
    {
        Modified.Booked booked => AdyenAnswers.Modification(profile.MerchantAccount, booked.Modification, amount),
        Modified.Refused refused => AdyenError.For(refused.Why).ToAnswer(),
        _ => throw new UnreachableException(),
    };

    static Modified Capture(Entries entries, string psp, ModificationRequest request) =>
        entries.Capture(psp, request.Amount!.ToAmount(), request.Reference);

    static Modified Refund(Entries entries, string psp, ModificationRequest request) =>
        entries.Refund(psp, request.Amount!.ToAmount(), request.Reference);

    static Modified Cancel(Entries entries, string psp, ModificationRequest request) =>
        entries.Cancel(psp, request.Reference);

    static Modified Reverse(Entries entries, string psp, ModificationRequest request) =>
        new Modified.Booked(entries.Reversals.Reverse(psp, request.Reference));

    static Payment ToPayment(PaymentRequest request, Scene scene, DateTimeOffset now)
    {
        var verdict = Verdict.Of(scene.Decision, request.Amount!.Value!.Value);
        return new Payment
        {
            Psp = Entries.NewPsp(),
            Reference = request.Reference!,
            Currency = request.Amount.Currency!,
            Requested = request.Amount.Value.Value,
            Authorised = verdict.Authorised,
            Standing = verdict.Standing,
            RefusalCode = verdict.Refusal,
            AuthCode = verdict.IsApproval ? Entries.NewAuthCode() : null,
            Card = CardNumber.Summary(request.PaymentMethod!.Number!),
            ReturnUrl = request.ReturnUrl,
            CaptureDelayHours = request.IsCapturedByHand ? null : request.CaptureDelayHours ?? 0,
            CreatedAt = now,
        };
    }

    Task AnswerAsync(HttpContext http, Fault fault, Func<Entries, Answer> work) =>
        desk.AnswerAsync(http, new Asked(profile.MerchantAccount, fault, work));

    /// <summary>Null when the call has been answered already, for it may not come in.</summary>
    async Task<T?> ReadAsync<T>(HttpContext http, Func<T, string?> account) where T : class
    {
        if (await RefusedAsync(http, HasKey(http) ? null : AdyenError.Unauthorized)) return null;
        var request = await AdyenJson.ReadAsync<T>(http.Request.Body, http.RequestAborted);
        if (await RefusedAsync(http, request is null ? AdyenError.Unreadable : null)) return null;
        var isOurs = account(request!) == profile.MerchantAccount;
        return await RefusedAsync(http, isOurs ? null : AdyenError.WrongAccount) ? null : request;
    }

    bool HasKey(HttpContext http) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(http.Request.Headers["X-API-Key"].ToString()),
            Encoding.UTF8.GetBytes(profile.ApiKey));

    static async Task<bool> RefusedAsync(HttpContext http, AdyenError? error)
    {
        if (error is null) return false;
        await CallDesk.SendAsync(http, error.ToAnswer());
        return true;
    }
}
