using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Railyard.Local.Acquirers;

namespace Railyard.Local.Tests.Acquirers.Stripe;

public sealed class StripeNotificationTests
{
    [Fact]
    public async Task What_happens_is_told_in_signed_events()
    {
        await using var bench = await AcquirerBench.StartAsync(NotificationsSent.All);
        await using var app = await NotifiedApp.StartAsync();
        bench.NotifyAt(app.Address);

        var paid = await bench.PayByStripeAsync();
        var authorised = await app.NextAsync();
        await bench.CaptureAsync(paid.Id(), "metadata[cap_1]=1000");
        var captured = await app.NextAsync();
        await bench.StripeAsync("/v1/refunds", $"payment_intent={paid.Id()}&amount=300&metadata[operation]=ref_1");
        var refunded = await app.NextAsync();

        Assert.Equal("/notifications/stripe/stripe", authorised.Path);
        Assert.All(new[] { authorised, captured, refunded }, one => Assert.True(IsSigned(one), one.StripeSignature));
        Assert.Equal(
            ["payment_intent.amount_capturable_updated", "payment_intent.succeeded", "refund.updated"],
            new[] { authorised, captured, refunded }.Select(Type));
        Assert.Equal((paid.Id(), 1000), (About(authorised)["id"]!.GetValue<string>(), About(authorised)["amount_capturable"]!.GetValue<long>()));
        Assert.Equal("1000", About(captured)["metadata"]!["cap_1"]!.GetValue<string>());
        Assert.Equal(("ref_1", "order-1"),
            (About(refunded)["metadata"]!["operation"]!.GetValue<string>(), About(refunded)["metadata"]!["payment"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_decline_and_a_cancellation_are_told()
    {
        await using var bench = await AcquirerBench.StartAsync(NotificationsSent.All);
        await using var app = await NotifiedApp.StartAsync();
        bench.NotifyAt(app.Address);

        await bench.PayByStripeAsync(card: "4000000000009995");
        var declined = await app.NextAsync();
        var paid = await bench.PayByStripeAsync();
        await app.NextAsync();
        await bench.StripeAsync($"/v1/payment_intents/{paid.Id()}/cancel", "");
        var cancelled = await app.NextAsync();

        Assert.Equal("payment_intent.payment_failed", Type(declined));
        Assert.Equal("insufficient_funds", About(declined)["last_payment_error"]!["decline_code"]!.GetValue<string>());
        Assert.Equal(("payment_intent.canceled", "canceled"), (Type(cancelled), About(cancelled)["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_refund_that_fails_is_told_late_and_a_repeated_event_has_the_same_id()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await NotifiedApp.StartAsync();
        bench.NotifyAt(app.Address);
        var refunding = (await bench.PayByStripeAsync(8_006_004)).Id();
        await bench.CaptureAsync(refunding);

        await bench.StripeAsync("/v1/refunds", $"payment_intent={refunding}&metadata[operation]=ref_1");
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        var failed = await app.NextAsync();
        await bench.PayByStripeAsync(8_006_005, reference: "order-2");
        var (first, second) = (await app.NextAsync(), await app.NextAsync());

        Assert.Equal(("refund.failed", "failed"), (Type(failed), About(failed)["status"]!.GetValue<string>()));
        Assert.Equal(first.Body["id"]!.GetValue<string>(), second.Body["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_spoilt_signature_is_wrong_and_its_repeat_is_right()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await NotifiedApp.StartAsync();
        app.Status = 401;
        bench.NotifyAt(app.Address);

        await bench.PayByStripeAsync(8_006_007);
        var spoilt = await app.NextAsync();
        app.Status = 200;
        await NoteAsync(bench);
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        var repeat = await app.NextAsync();

        Assert.Equal((false, true), (IsSigned(spoilt), IsSigned(repeat)));
    }

    [Theory]
    [InlineData("CHARGEBACK", "charge.dispute.created", "needs_response")]
    [InlineData("CHARGEBACK_REVERSED", "charge.dispute.closed", "won")]
    [InlineData("PREARBITRATION_LOST", "charge.dispute.closed", "lost")]
    [InlineData("REQUEST_FOR_INFORMATION", "charge.dispute.created", "warning_needs_response")]
    public async Task A_dispute_is_told_by_hand(string code, string type, string status)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await NotifiedApp.StartAsync();
        bench.NotifyAt(app.Address);
        var paid = await bench.PayByStripeAsync();

        await bench.PostAsync(AcquirerBench.Stripe, "/sim/notifications", new JsonObject { ["merchantReference"] = "order-1", ["eventCode"] = code });
        var told = await app.NextAsync();

        Assert.Equal((type, status, paid.Id()), (Type(told), About(told)["status"]!.GetValue<string>(), About(told)["payment_intent"]!.GetValue<string>()));
    }

    // The failure is noted a moment after it was answered.
    static async Task NoteAsync(AcquirerBench bench)
    {
        for (var i = 0; i < 1000; i++)
            if ((await bench.NotificationsAsync(acquirer: AcquirerBench.Stripe))[0]["tries"]!.GetValue<int>() > 0) return;
    }

    static string Type(Notified told) => told.Body["type"]!.GetValue<string>();

    static JsonNode About(Notified told) => told.Body["data"]!["object"]!;

    static bool IsSigned(Notified told)
    {
        var parts = told.StripeSignature!.Split(',').ToDictionary(part => part.Split('=')[0], part => part.Split('=')[1]);
        var signed = Encoding.UTF8.GetBytes($"{parts["t"]}.{told.Text}");
        return parts["v1"] == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(AcquirerBench.HmacKey), signed));
    }
}
