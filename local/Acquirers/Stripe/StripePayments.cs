using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Stripe;

/// <summary>Stripe's API as far as card payments, their captures, cancellations and refunds go.</summary>
sealed class StripePayments(
    AcquirerProfile profile, Book book, CallDesk desk, RunTimeScript script, TimeProvider time)
{
    const string Intents = "/v1/payment_intents";
    const string Refunds = "/v1/refunds";
    const string Bearer = "Bearer ";
    const string LatestCharge = "latest_charge";
    const int MostRefundsShown = 100;
    const int MostFound = 10;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(Intents, CreateAsync);
        app.MapGet($"{Intents}/search", SearchAsync);
        app.MapGet($"{Intents}/{{id}}", RetrieveAsync);
        app.MapPost($"{Intents}/{{id}}/confirm", ConfirmAsync);
        app.MapPost($"{Intents}/{{id}}/capture", CaptureAsync);
        app.MapPost($"{Intents}/{{id}}/cancel", CancelAsync);
        app.MapPost(Refunds, RefundAsync);
        app.MapGet(Refunds, ListRefundsAsync);
        app.MapGet($"{Refunds}/{{id}}", RetrieveRefundAsync);
    }

    /// <summary>Where a cardholder who has answered is sent back to.</summary>
    public IEnumerable<KeyValuePair<string, string?>> WhatComesBack(Authentication answered)
    {
        if (book.Read(entries => entries.Intents.OfCharge(answered.Psp)) is not { } intent) return [];
        return
        [
            new("payment_intent", IntentView.IntentId(intent)),
            new("payment_intent_client_secret", IntentView.ClientSecret(intent)),
            new("redirect_status", answered.Proof == Proof.Given ? "succeeded" : "failed"),
        ];
    }

    async Task CreateAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form) return;
        var (amount, wrong) = form.Amount("amount", isRequired: true);
        if (await RefusedAsync(http, wrong ?? FaultOfCurrency(form))) return;
        var mayConfirm = form.Is("confirm");
        var card = mayConfirm ? StripeCard.Of(form) : null;
        if (await RefusedAsync(http, card?.Fault())) return;
        var scene = card is null ? null : SceneOf(card, amount!.Value);
        var showing = ShowingOf(http, form);
        await AnswerAsync(http, form, scene?.Fault ?? Fault.None, entries =>
        {
            var intent = entries.Intents.Add(ToIntent(form, amount!.Value, entries.Now));
            return scene is null
                ? showing.Show(IntentView.Of(entries, intent))
                : Charging.Charge(entries, intent, new Means(card!, scene, form["return_url"]), showing);
        });
    }

    async Task ConfirmAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form) return;
        if (await RefusedAsync(http, Find(http) is null ? NoSuchIntent : StripeCard.Of(form).Fault())) return;
        var card = StripeCard.Of(form);
        var scene = SceneOf(card, Find(http)!.Amount);
        var showing = ShowingOf(http, form);
        var means = new Means(card, scene, form["return_url"]);
        await AnswerAsync(
            http, form, scene.Fault, entries => Charging.Charge(entries, Find(entries, http)!, means, showing));
    }

    async Task RetrieveAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form) return;
        if (await RefusedAsync(http, Find(http) is null ? NoSuchIntent : null)) return;
        if (Find(http)!.IsMute)
        {
            await desk.StaySilentAsync(http);
            return;
        }
        // Told once: who asks again finds the payment decided.
        var waiting = Find(http)!.Charge is { } charge ? book.Authenticating(charge) : null;
        var isAnswered = waiting is { Payment.Standing: Standing.AwaitingCardholder, Authentication.Proof: not null };
        var fault = isAnswered
            ? script.Overlay(waiting!.Value.Authentication.AtDetails, Operation.Details, waiting.Value.Payment.Requested)
            : Fault.None;
        var showing = ShowingOf(http, form);
        await AnswerAsync(http, form, fault, entries =>
        {
            if (isAnswered) entries.Authentications.Conclude(entries, waiting!.Value.Authentication);
            return showing.Show(IntentView.Of(entries, Find(entries, http)!));
        });
    }

    // Of the language of queries, the one question: metadata['name']:'value'.
    async Task SearchAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form) return;
        if (await RefusedAsync(http, form["query"] is null ? StripeError.Missing("query") : null)) return;
        var asked = form["query"]!.Split('\'');
        if (await RefusedAsync(http, asked is ["metadata[", _, "]:", _, ""] ? null : StripeError.NotUnderstood)) return;
        var showing = new Showing(ShowingOf(http, form).Page, form.Expands($"data.{LatestCharge}"));
        var found = book.Read(entries => entries.Intents.WithMetadata(asked[1], asked[3], MostFound)
            .FindAll(intent => !intent.IsMute)
            .ConvertAll(intent => IntentView.Of(entries, intent).Shown(showing.Page, showing.WithCharge)));
        await CallDesk.SendAsync(http, new Answer(StatusCodes.Status200OK, StripeError.Write(new
        {
            Object = "search_result", Data = found, HasMore = false, Url = $"{Intents}/search",
        })));
    }

    async Task CaptureAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form) return;
        var (amount, wrong) = form.Amount("amount_to_capture", isRequired: false);
        if (await RefusedAsync(http, Find(http) is null ? NoSuchIntent : wrong)) return;
        var isFinal = form["final_capture"] != "false";
        var showing = ShowingOf(http, form);
        await AnswerAsync(http, form, FaultOf(Operation.Capture, amount), entries =>
        {
            var view = IntentView.Of(entries, Find(entries, http)!);
            return Charging.Capture(entries, view, new CaptureAsked(amount, isFinal, form.Metadata), showing);
        });
    }

    async Task CancelAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form) return;
        if (await RefusedAsync(http, Find(http) is null ? NoSuchIntent : null)) return;
        var showing = ShowingOf(http, form);
        await AnswerAsync(http, form, FaultOf(Operation.Cancel, null), entries =>
        {
            var view = IntentView.Of(entries, Find(entries, http)!);
            return Charging.Cancel(entries, view, showing);
        });
    }

    async Task RefundAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form) return;
        var (amount, wrong) = form.Amount("amount", isRequired: false);
        var id = IntentView.OwnId(form["payment_intent"]);
        var isKnown = id is not null && book.Read(entries => entries.Intents.Find(id)) is not null;
        if (await RefusedAsync(http, isKnown ? wrong : StripeError.NoSuch("payment_intent", "payment_intent"))) return;
        await AnswerAsync(http, form, FaultOf(Operation.Refund, amount), entries => Charging.Refund(entries, id!, amount, form.Metadata));
    }

    async Task ListRefundsAsync(HttpContext http)
    {
        if (await FormAsync(http) is not { } form) return;
        var id = IntentView.OwnId(form["payment_intent"]);
        if (await RefusedAsync(http, id is null ? StripeError.Missing("payment_intent") : null)) return;
        var found = book.Read(entries => Charging.RefundsOf(entries, id!));
        await CallDesk.SendAsync(http, new Answer(StatusCodes.Status200OK, StripeError.Write(new
        {
            Object = "list", Data = found.Take(MostRefundsShown), HasMore = found.Count > MostRefundsShown, Url = Refunds,
        })));
    }

    async Task RetrieveRefundAsync(HttpContext http)
    {
        if (await FormAsync(http) is null) return;
        var id = (string)http.Request.RouteValues["id"]!;
        var found = book.Read(entries => entries.FindModification(id.Replace("re_", "", StringComparison.Ordinal)) is { } refund
            && entries.Intents.OfCharge(refund.PaymentPsp) is { } intent
                ? IntentView.ShownRefund(intent, refund, IntentView.Succeeded)
                : null);
        await CallDesk.SendAsync(
            http,
            found is null
                ? StripeError.NoSuch("refund", "id").ToAnswer()
                : new Answer(StatusCodes.Status200OK, StripeError.Write(found)));
    }

    Scene SceneOf(StripeCard card, long amount)
    {
        var scene = card.HasExpired(time.GetUtcNow())
            ? Script.Expired
            : Script.ForPayment(profile.Name, card.Number!, amount, word: null);
        return script.Overlay(scene, Operation.Payment, card.Number, amount);
    }

    Fault FaultOf(Operation operation, long? amount) => script.Overlay(Script.ForModification(amount), operation, amount);

    static Intent ToIntent(StripeForm form, long amount, DateTimeOffset now)
    {
        var id = Entries.NewPsp();
        return new Intent
        {
            Id = id,
            Reference = form.Metadata.GetValueOrDefault("payment") ?? id,
            Currency = form["currency"]!.ToUpperInvariant(),
            Amount = amount,
            Metadata = form.Metadata,
            IsCapturedByHand = form["capture_method"] == "manual",
            IsCapturedInParts = form["payment_method_options[card][request_multicapture]"] == "if_available",
            CreatedAt = now,
        };
    }

    static StripeError? FaultOfCurrency(StripeForm form) => form["currency"] switch
    {
        null => StripeError.Missing("currency"),
        { Length: 3 } currency when currency.All(char.IsAsciiLetter) => null,
        _ => new StripeError("invalid_request_error", null, "Invalid currency.") { Param = "currency" },
    };

    static StripeError NoSuchIntent => StripeError.NoSuch("payment_intent", "intent");

    static Showing ShowingOf(HttpContext http, StripeForm form) =>
        new(new Uri($"{http.Request.Scheme}://{http.Request.Host}{AuthenticationPage.Path}"), form.Expands(LatestCharge));

    Intent? Find(HttpContext http) => book.Read(entries => Find(entries, http));

    static Intent? Find(Entries entries, HttpContext http) =>
        IntentView.OwnId((string)http.Request.RouteValues["id"]!) is { } id ? entries.Intents.Find(id) : null;

    Task AnswerAsync(HttpContext http, StripeForm form, Fault fault, Func<Entries, Answer> work) =>
        desk.AnswerAsync(http, new Asked(profile.MerchantAccount, fault, work, form.Fingerprint));

    /// <summary>Null when the call has been answered already, for it may not come in.</summary>
    async Task<StripeForm?> FormAsync(HttpContext http)
    {
        http.Response.Headers["Request-Id"] = $"req_{Entries.NewPsp()}";
        if (await RefusedAsync(http, HasKey(http) ? null : StripeError.Unauthorized)) return null;
        return await StripeForm.ReadAsync(http);
    }

    bool HasKey(HttpContext http) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()),
            Encoding.UTF8.GetBytes(Bearer + profile.ApiKey));

    static async Task<bool> RefusedAsync(HttpContext http, StripeError? error)
    {
        if (error is null) return false;
        await CallDesk.SendAsync(http, error.ToAnswer());
        return true;
    }
}
