namespace Railyard.Local.Tests.Acquirers;

public sealed class FaultTests
{
    const int MostLooks = 5_000;
    static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_books_nothing()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var first = await bench.PayAsync(key: "attempt-1");
        var repeat = await bench.PayAsync(key: "attempt-1");

        Assert.Equal((first.Status, first.Text), (repeat.Status, repeat.Text));
        Assert.Equal("attempt-1", repeat.RepeatKey);
        Assert.Single((await bench.BookAsync())["payments"]!.AsArray());
    }

    [Fact]
    public async Task A_repeat_after_a_restart_gets_the_first_answer()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var first = await bench.PayAsync(key: "attempt-1");
        await bench.RestartAsync();

        var repeat = await bench.PayAsync(key: "attempt-1");

        Assert.Equal(first.Text, repeat.Text);
    }

    [Fact]
    public async Task A_key_counts_for_its_path_only()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync(key: "same");

        var capture = await bench.ModifyAsync(payment.Psp, "captures", 400, key: "same");
        var repeat = await bench.ModifyAsync(payment.Psp, "captures", 400, key: "same");
        var refund = await bench.ModifyAsync(payment.Psp, "refunds", 400, key: "same");

        Assert.Equal(capture.Text, repeat.Text);
        Assert.Equal(201, refund.Status);
        Assert.Equal(400, (await bench.BookAsync())["payments"]![0]!["captured"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_refused_modification_may_be_corrected_under_its_key()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();

        var tooMuch = await bench.ModifyAsync(payment.Psp, "captures", 1001, key: "capture-1");
        var corrected = await bench.ModifyAsync(payment.Psp, "captures", 1000, key: "capture-1");

        Assert.Equal((422, 201), (tooMuch.Status, corrected.Status));
    }

    [Fact]
    public async Task A_twin_of_a_call_underway_is_turned_away_and_the_slow_one_is_answered()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var one = bench.PayAsync("4099000000000053", key: "attempt-1");
        var other = bench.PayAsync("4099000000000053", key: "attempt-1");

        var twin = await await Task.WhenAny(one, other);
        var slow = await bench.WhileTimePassesAsync(one.IsCompleted ? other : one);

        Assert.Equal((409, "704"), (twin.Status, twin.Word("errorCode")));
        Assert.Equal("Authorised", slow.Word("resultCode"));
        Assert.Single((await bench.BookAsync())["payments"]!.AsArray());
    }

    [Theory]
    [InlineData("4099000000000061")]
    [InlineData("4099000000000095")]
    public async Task What_was_booked_without_an_answer_is_answered_to_a_repeat(string card)
    {
        await using var bench = await AcquirerBench.StartAsync();

        await LeaveOnceBookedAsync(bench, card);
        var booked = await bench.BookAsync();
        var repeat = await AcquirerBench.RepeatAsync(() => bench.PayAsync(card, key: "attempt-1"));

        Assert.Equal(1, booked["live_approvals"]!.GetValue<int>());
        Assert.Equal("Authorised", repeat.Word("resultCode"));
        Assert.Single((await bench.BookAsync())["payments"]!.AsArray());
    }

    [Fact]
    public async Task Silence_for_good_meets_every_repeat()
    {
        await using var bench = await AcquirerBench.StartAsync();

        await LeaveOnceBookedAsync(bench, "4099000000000079");
        using var patience = new CancellationTokenSource(ShortWait);
        var repeat = AcquirerBench.RepeatAsync(
            () => bench.PayAsync("4099000000000079", key: "attempt-1", cancellation: patience.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => repeat);

        Assert.Equal(1, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_error_after_booking_hides_an_approval()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var failed = await bench.PayAsync("4099000000000087", key: "attempt-1");
        var repeat = await bench.PayAsync("4099000000000087", key: "attempt-1");

        Assert.Equal(500, failed.Status);
        Assert.Equal("Authorised", repeat.Word("resultCode"));
        Assert.Single((await bench.BookAsync())["payments"]!.AsArray());
    }

    [Fact]
    public async Task A_connection_dropped_before_booking_leaves_nothing()
    {
        await using var bench = await AcquirerBench.StartAsync();

        await Assert.ThrowsAsync<HttpRequestException>(
            () => bench.PayAsync("4099000000000103", key: "attempt-1"));
        var booked = await bench.BookAsync();
        var repeat = await bench.PayAsync("4099000000000103", key: "attempt-1");

        Assert.Empty(booked["payments"]!.AsArray());
        Assert.Equal("Authorised", repeat.Word("resultCode"));
    }

    [Fact]
    public async Task An_unavailable_acquirer_and_a_maintenance_page_book_nothing()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var unavailable = await bench.PayAsync("4099000000000111");
        var page = await bench.PayAsync("4099000000000129");

        Assert.Equal(503, unavailable.Status);
        Assert.Equal((200, "text/html"), (page.Status, page.ContentType));
        Assert.Empty((await bench.BookAsync())["payments"]!.AsArray());
    }

    [Fact]
    public async Task A_capture_can_be_lost_after_booking()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync(amount: 9_000_000);

        var failed = await bench.ModifyAsync(payment.Psp, "captures", 8_004_004, key: "capture-1");
        var repeat = await bench.ModifyAsync(payment.Psp, "captures", 8_004_004, key: "capture-1");

        Assert.Equal((500, 201), (failed.Status, repeat.Status));
        Assert.Equal(8_004_004, (await bench.BookAsync())["payments"]![0]!["captured"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_acquirer_that_keeps_silent_still_stops_at_once()
    {
        var bench = await AcquirerBench.StartAsync();
        var silent = bench.PayAsync("4099000000000061");
        await BookedAsync(bench);

        await bench.RestartAsync().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<HttpRequestException>(() => silent);
        await bench.DisposeAsync();
    }

    // The caller of a real acquirer gives up in the same way: with the payment booked and no answer.
    static async Task LeaveOnceBookedAsync(AcquirerBench bench, string card)
    {
        using var leaving = new CancellationTokenSource();
        var call = bench.PayAsync(card, key: "attempt-1", cancellation: leaving.Token);
        await BookedAsync(bench);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => call);
    }

    static async Task BookedAsync(AcquirerBench bench)
    {
        for (var i = 0; i < MostLooks; i++)
            if ((await bench.BookAsync())["payments"]!.AsArray().Count > 0) return;
        Assert.Fail("The payment was never booked.");
    }
}
