using System.Text.Json.Nodes;

namespace Railyard.Local.Tests.Acquirers.Stripe;

/// <summary>What a caller of the simulated Stripe does again and again.</summary>
static class StripeBench
{
    public const string Card = "4242424242424242";

    /// <summary>An intent without a card.</summary>
    public static Task<Reply> CreateAsync(
        this AcquirerBench bench, long amount = 1000, string? key = null, bool inParts = false, string reference = "order-1") =>
        bench.StripeAsync(
            "/v1/payment_intents",
            $"amount={amount}&currency=eur&capture_method=manual&metadata[payment]={reference}&metadata[attempt]=att_{reference}" +
            (inParts ? "&payment_method_options[card][request_multicapture]=if_available" : ""),
            key);

    public static Task<Reply> ConfirmAsync(
        this AcquirerBench bench, string intent, string card = Card, string? key = null, CancellationToken? cancellation = null) =>
        bench.StripeAsync(
            $"/v1/payment_intents/{intent}/confirm",
            $"payment_method_data[type]=card&payment_method_data[card][number]={card}&payment_method_data[card][exp_month]=3" +
            "&payment_method_data[card][exp_year]=2030&payment_method_data[card][cvc]=737" +
            "&return_url=https%3A%2F%2Fmerchant.example%2Freturn%3Forder%3D1&expand[0]=latest_charge",
            key, cancellation: cancellation);

    /// <summary>An intent that was confirmed with that card.</summary>
    public static async Task<Reply> PayByStripeAsync(
        this AcquirerBench bench, long amount = 1000, string card = Card, bool inParts = false, string reference = "order-1") =>
        await bench.ConfirmAsync((await bench.CreateAsync(amount, inParts: inParts, reference: reference)).Id(), card);

    public static Task<Reply> FetchAsync(this AcquirerBench bench, string intent) =>
        bench.StripeAsync($"/v1/payment_intents/{intent}?expand[0]=latest_charge");

    public static Task<Reply> CaptureAsync(this AcquirerBench bench, string intent, string form = "", string? key = null) =>
        bench.StripeAsync($"/v1/payment_intents/{intent}/capture", form, key);

    public static string Id(this Reply reply) => reply.Word("id")!;

    public static JsonNode Error(this Reply reply) => reply.Json["error"]!;

    public static string? ErrorWord(this Reply reply, string name) => reply.Error()[name]?.GetValue<string>();
}
