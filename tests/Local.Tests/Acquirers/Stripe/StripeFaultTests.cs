using Railyard.Local.Acquirers;

namespace Railyard.Local.Tests.Acquirers.Stripe;

public sealed class StripeFaultTests
{
    static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(400);

    [Fact]
    public async Task A_key_gives_its_answer_again_and_is_no_good_for_another_call()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var first = await bench.CreateAsync(key: "attempt-1");
        var repeat = await bench.CreateAsync(key: "attempt-1");
        var other = await bench.CreateAsync(amount: 2000, key: "attempt-1");
        var elsewhere = await bench.ConfirmAsync(first.Id(), key: "attempt-1");

        Assert.Equal(first.Text, repeat.Text);
        Assert.Equal((400, "idempotency_error"), (other.Status, other.ErrorWord("type")));
        Assert.Equal((400, "idempotency_error"), (elsewhere.Status, elsewhere.ErrorWord("type")));
    }

    [Fact]
    public async Task A_decline_is_kept_like_any_answer()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var intent = (await bench.CreateAsync()).Id();

        var declined = await bench.ConfirmAsync(intent, "4000000000000002", "confirm-1");
        var repeat = await bench.ConfirmAsync(intent, "4000000000000002", "confirm-1");

        Assert.Equal((402, declined.Text), (repeat.Status, repeat.Text));
    }

    [Fact]
    public async Task An_error_after_booking_is_kept_and_the_intent_tells_the_truth()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var intent = (await bench.CreateAsync()).Id();

        var failed = await bench.ConfirmAsync(intent, "4099000000000087", "confirm-1");
        var repeat = await bench.ConfirmAsync(intent, "4099000000000087", "confirm-1");
        var found = await bench.FetchAsync(intent);

        Assert.Equal((500, 500, "requires_capture"), (failed.Status, repeat.Status, found.Word("status")));
        Assert.Equal("api_error", failed.ErrorWord("type"));
    }

    [Theory]
    [InlineData("4099000000000061", true)]
    [InlineData("4099000000000095", true)]
    [InlineData("4099000000000103", false)]
    public async Task A_call_that_nobody_answers_is_booked_or_not_as_scripted(string card, bool isBooked)
    {
        await using var bench = await AcquirerBench.StartAsync();
        var intent = (await bench.CreateAsync()).Id();
        using var patience = new CancellationTokenSource(ShortWait);

        await Assert.ThrowsAnyAsync<Exception>(() => bench.ConfirmAsync(intent, card, "confirm-1", patience.Token));
        var found = await bench.FetchAsync(intent);
        var repeat = await AcquirerBench.RepeatAsync(() => bench.ConfirmAsync(intent, card, "confirm-1"));

        Assert.Equal(isBooked ? "requires_capture" : "requires_payment_method", found.Word("status"));
        Assert.Equal("requires_capture", repeat.Word("status"));
    }

    [Fact]
    public async Task Who_is_silent_for_good_does_not_tell_of_the_intent_either()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var intent = (await bench.CreateAsync()).Id();
        using var patience = new CancellationTokenSource(ShortWait);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.ConfirmAsync(intent, "4099000000000079", "confirm-1", patience.Token));
        using var more = new CancellationTokenSource(ShortWait);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => bench.StripeAsync($"/v1/payment_intents/{intent}", cancellation: more.Token));
    }

    [Fact]
    public async Task Errors_before_booking_leave_nothing_behind()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var intent = (await bench.CreateAsync()).Id();

        var unavailable = await bench.ConfirmAsync(intent, "4099000000000111", "confirm-1");
        var page = await bench.ConfirmAsync((await bench.CreateAsync()).Id(), "4099000000000129", "confirm-2");
        var found = await bench.FetchAsync(intent);
        var repeat = await bench.ConfirmAsync(intent, "4099000000000111", "confirm-1");

        Assert.Equal((503, "requires_payment_method", "requires_capture"), (unavailable.Status, found.Word("status"), repeat.Word("status")));
        Assert.Equal((200, "text/html"), (page.Status, page.ContentType));
    }

    [Fact]
    public async Task A_capture_that_would_fail_later_elsewhere_is_refused_and_a_refund_is_pending()
    {
        await using var bench = await AcquirerBench.StartAsync(NotificationsSent.Late);
        var refusing = (await bench.PayByStripeAsync(8_006_001)).Id();
        var refunding = (await bench.PayByStripeAsync(8_006_004)).Id();

        var capture = await bench.CaptureAsync(refusing, key: "capture-1");
        await bench.CaptureAsync(refunding);
        var refund = await bench.StripeAsync("/v1/refunds", $"payment_intent={refunding}");

        Assert.Equal((400, "charge_expired_for_capture"), (capture.Status, capture.ErrorWord("code")));
        Assert.Equal((200, "pending"), (refund.Status, refund.Word("status")));
    }
}
