using System.Text.Json.Nodes;
using Railyard.Local.Acquirers;
using Railyard.Local.Acquirers.Notifications;

namespace Railyard.Local.Tests.Acquirers;

public sealed class NotificationTests
{
    const string Asking = "4212345678901237";
    const string FailingAfterBooking = "4099000000000087";
    const int MostLooks = 2_000;
    static readonly TimeSpan OneLook = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan Lateness = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("7914073381342284", null, "TestPayment-1407325143704", "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=")]
    public void A_signature_is_that_of_Adyens_published_example(
        string psp, string? original, string reference, string signature)
    {
        var notice = new Notice(
            EventCode.Authorisation, true, psp, original, reference, new Amount(1130, "EUR"), DateTimeOffset.UnixEpoch);

        Assert.Equal(
            signature, AdyenNotification.Sign(notice, "TestMerchant", Convert.FromHexString(AcquirerBench.HmacKey)));
    }

    [Fact]
    public void Colons_and_backslashes_are_escaped_before_signing()
    {
        var key = Convert.FromHexString(AcquirerBench.HmacKey);
        Notice With(string psp, string reference) => new(
            EventCode.Capture, true, psp, "P", reference, new Amount(1, "EUR"), DateTimeOffset.UnixEpoch);

        Assert.NotEqual(
            AdyenNotification.Sign(With("A", "x"), "M:N", key), AdyenNotification.Sign(With("A", "N:x"), "M", key));
        Assert.NotEqual(
            AdyenNotification.Sign(With("A", @"\:"), "M", key), AdyenNotification.Sign(With("A", @"\\:"), "M", key));
    }

    [Fact]
    public async Task What_an_answer_has_told_is_not_notified()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);

        var payment = await bench.PayAsync();
        await bench.ModifyAsync(payment.Psp, "captures", 1000);
        bench.Time.Advance(Lateness);

        await app.HearsNothingAsync();
    }

    [Fact]
    public async Task An_approval_that_was_answered_with_an_error_is_notified_five_seconds_later()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);

        Assert.Equal(500, (await bench.PayAsync(FailingAfterBooking, 1234)).Status);
        await app.HearsNothingAsync();
        bench.Time.Advance(Lateness);
        var told = await app.NextAsync();

        var booked = (await bench.BookAsync())["payments"]![0]!;
        Assert.Equal("/notifications/adyen/northbank", told.Path);
        Assert.Equal("false", told.Body["live"]!.GetValue<string>());
        Assert.Equal(
            ("AUTHORISATION", true, (string?)booked["psp_reference"], "RailyardNorth", "order-1"),
            (told.Code, told.IsSuccess, told.Word("pspReference"), told.Word("merchantAccountCode"),
                told.Word("merchantReference")));
        Assert.Equal("""{"value":1234,"currency":"EUR"}""", told.Item["amount"]!.ToJsonString());
        Assert.Equal("2026-03-02T10:00:00+00:00", told.Word("eventDate"));
        Assert.Equal("visa", told.Word("paymentMethod"));
        Assert.Equal("""["CANCEL","CAPTURE","REFUND"]""", told.Item["operations"]!.ToJsonString());
        Assert.Matches("^[0-9]{6}$", told.Additional("authCode"));
        Assert.True(told.IsGenuine);
    }

    [Fact]
    public async Task A_capture_that_was_answered_with_an_error_is_notified()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync(amount: 9_000_000);

        await bench.ModifyAsync(payment.Psp, "captures", 8_004_004);
        bench.Time.Advance(Lateness);
        var told = await app.NextAsync();

        Assert.Equal(("CAPTURE", true, payment.Psp), (told.Code, told.IsSuccess, told.Word("originalReference")));
        Assert.NotEqual(payment.Psp, told.Word("pspReference"));
    }

    [Fact]
    public async Task Where_none_are_sent_nothing_is_notified()
    {
        await using var bench = await AcquirerBench.StartAsync(NotificationsSent.None);
        await using var app = await ListeningTo(bench);

        await bench.PayAsync(FailingAfterBooking);
        bench.Time.Advance(Lateness);

        await app.HearsNothingAsync();
    }

    [Fact]
    public async Task Where_all_are_sent_everything_is_notified_at_once_and_in_order()
    {
        await using var bench = await AcquirerBench.StartAsync(NotificationsSent.All);
        await using var app = await ListeningTo(bench);

        var payment = await bench.PayAsync();
        await bench.ModifyAsync(payment.Psp, "captures", 600);
        await bench.ModifyAsync(payment.Psp, "refunds", 500);
        var refused = await bench.PayAsync(amount: 8_000_012, reference: "order-2");
        var cancelled = await bench.PayAsync(reference: "order-3");
        await bench.ModifyAsync(cancelled.Psp, "cancels");

        var told = new List<Notified>();
        while (told.Count < 6) told.Add(await app.NextAsync());
        Assert.Equal(
            ["AUTHORISATION true", "CAPTURE true", "REFUND true"], OfPayment(told, payment.Psp));
        Assert.Equal(["AUTHORISATION false"], OfPayment(told, refused.Psp));
        Assert.Equal(["AUTHORISATION true", "CANCELLATION true"], OfPayment(told, cancelled.Psp));
        Assert.Equal("Not enough balance", told.Single(each => each.Word("pspReference") == refused.Psp).Word("reason"));
        Assert.All(told, each => Assert.True(each.IsGenuine));
    }

    [Fact]
    public async Task What_is_not_taken_is_repeated_with_back_off_until_it_is()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        app.Status = 503;
        await bench.PayAsync(FailingAfterBooking);
        bench.Time.Advance(Lateness);

        foreach (var (seconds, tries) in new[] { 2, 10, 60, 300, 300 }.Select((each, i) => (each, i + 1)))
        {
            var failed = await TriedAsync(bench, tries);
            var wait = failed["dueAt"]!.GetValue<DateTimeOffset>() - bench.Time.GetUtcNow();
            Assert.Equal((TimeSpan.FromSeconds(seconds), "answered with HTTP status 503"), (wait, (string?)failed["problem"]));
            if (tries == 5) app.Status = 202;
            bench.Time.Advance(wait);
        }

        var taken = await TriedAsync(bench, 6);
        Assert.Null(taken["dueAt"]);
        Assert.NotNull(taken["takenAt"]);
    }

    [Fact]
    public async Task What_nobody_took_before_a_restart_is_sent_after_it()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(FailingAfterBooking);
        await bench.RestartAsync();
        bench.Time.Advance(Lateness);
        await using var app = await NotifiedApp.StartAsync();
        await app.HearsNothingAsync();

        bench.NotifyAt(app.Address);

        Assert.Equal("AUTHORISATION", (await app.NextAsync()).Code);
    }

    [Fact]
    public async Task An_app_that_cannot_be_reached_is_notified_when_it_can()
    {
        await using var bench = await AcquirerBench.StartAsync();
        bench.NotifyAt(new Uri("http://127.0.0.1:1"));
        await bench.PayAsync(FailingAfterBooking);
        bench.Time.Advance(Lateness);
        var failed = await TriedAsync(bench, 1);
        await using var app = await ListeningTo(bench);

        bench.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.StartsWith("not reached", (string?)failed["problem"], StringComparison.Ordinal);
        Assert.Equal("AUTHORISATION", (await app.NextAsync()).Code);
    }

    [Theory]
    [InlineData("authenticate", true, 1, null)]
    [InlineData("authenticate_and_leave", true, 1, null)]
    [InlineData("fail", false, 0, "3D Not Authenticated")]
    public async Task A_cardholder_who_answered_and_never_came_back_is_decided_and_notified(
        string result, bool isSuccess, int approvals, string? reason)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var asked = await bench.PayAsync(Asking);

        await bench.AnswerPageAsync(asked.Psp, result);
        bench.Time.Advance(Lateness);
        var told = await app.NextAsync();

        Assert.Equal(("AUTHORISATION", isSuccess, asked.Psp), (told.Code, told.IsSuccess, told.Word("pspReference")));
        if (reason is not null) Assert.Equal(reason, told.Word("reason"));
        Assert.Equal(approvals, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task Details_that_come_after_the_notification_get_the_same_outcome()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var asked = await bench.PayAsync(Asking);
        var back = await bench.AnswerPageAsync(asked.Psp, "authenticate");
        bench.Time.Advance(Lateness);
        var told = await app.NextAsync();

        var details = await bench.SubmitDetailsAsync(back.RedirectResult);

        Assert.Equal(("Authorised", told.Additional("authCode")), (details.Word("resultCode"), details.Additional("authCode")));
        await app.HearsNothingAsync();
    }

    [Fact]
    public async Task Details_in_time_leave_nothing_to_notify()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var asked = await bench.PayAsync(Asking);
        var back = await bench.AnswerPageAsync(asked.Psp, "authenticate");
        await bench.SubmitDetailsAsync(back.RedirectResult);

        bench.Time.Advance(Lateness);

        await app.HearsNothingAsync();
    }

    [Theory]
    [InlineData(8_006_001, "CAPTURE", false)]
    [InlineData(8_006_003, "CAPTURE_FAILED", true)]
    public async Task A_capture_can_fail_after_it_was_received(long amount, string code, bool isSuccess)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync(amount: amount);

        var capture = await bench.ModifyAsync(payment.Psp, "captures", amount);
        bench.Time.Advance(Lateness);
        var told = await app.NextAsync();

        Assert.Equal("received", capture.Word("status"));
        Assert.Equal(
            (code, isSuccess, capture.Psp, payment.Psp),
            (told.Code, told.IsSuccess, told.Word("pspReference"), told.Word("originalReference")));
        Assert.NotNull(told.Word("reason"));
        Assert.Equal(0, (await bench.BookAsync())["payments"]![0]!["captured"]!.GetValue<long>());
    }

    [Theory]
    [InlineData(8_006_002, "REFUND", false)]
    [InlineData(8_006_004, "REFUND_FAILED", true)]
    public async Task A_refund_can_fail_after_it_was_received(long amount, string code, bool isSuccess)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync(amount: 9_000_000);
        await bench.ModifyAsync(payment.Psp, "captures", 9_000_000);

        var refund = await bench.ModifyAsync(payment.Psp, "refunds", amount);
        bench.Time.Advance(Lateness);
        var told = await app.NextAsync();

        Assert.Equal((code, isSuccess, refund.Psp), (told.Code, told.IsSuccess, told.Word("pspReference")));
        Assert.Equal(0, (await bench.BookAsync())["payments"]![0]!["refunded"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_notification_can_be_repeated()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);

        await bench.PayAsync(amount: 8_006_005);
        var first = await app.NextAsync();
        var second = await app.NextAsync();

        Assert.Equal(first.Body.ToJsonString(), second.Body.ToJsonString());
    }

    [Fact]
    public async Task A_capture_can_be_notified_before_its_authorisation()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync(amount: 8_006_006);
        await bench.ModifyAsync(payment.Psp, "captures", 8_006_006);

        var first = await app.NextAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        var second = await app.NextAsync();

        Assert.Equal(("CAPTURE", "AUTHORISATION"), (first.Code, second.Code));
    }

    [Fact]
    public async Task A_wrong_signature_is_right_in_the_repeat()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        app.Status = 401;

        await bench.PayAsync(amount: 8_006_007);
        var wrong = await app.NextAsync();
        await TriedAsync(bench, 1);
        app.Status = 200;
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        var right = await app.NextAsync();

        Assert.Equal((false, true), (wrong.IsGenuine, right.IsGenuine));
    }

    [Theory]
    [InlineData("CHARGEBACK")]
    [InlineData("SECOND_CHARGEBACK")]
    [InlineData("CHARGEBACK_REVERSED")]
    [InlineData("NOTIFICATION_OF_CHARGEBACK")]
    [InlineData("REFUNDED_REVERSED")]
    public async Task Any_notification_is_sent_by_hand(string code)
    {
        await using var bench = await AcquirerBench.StartAsync(NotificationsSent.None);
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync();

        var sent = await bench.PostAsync(AcquirerBench.North, "/sim/notifications", new JsonObject
        {
            ["merchantReference"] = "order-1", ["eventCode"] = code, ["reason"] = "Fraud",
            ["amount"] = new JsonObject { ["value"] = 700, ["currency"] = "EUR" },
        });
        var told = await app.NextAsync();

        Assert.Equal(202, sent.Status);
        Assert.Equal(
            (code, true, payment.Psp, "Fraud", "order-1"),
            (told.Code, told.IsSuccess, told.Word("originalReference"), told.Word("reason"), told.Word("merchantReference")));
        Assert.Equal(700, told.Item["amount"]!["value"]!.GetValue<long>());
        Assert.True(told.IsGenuine);
    }

    [Fact]
    public async Task Everything_about_one_dispute_has_one_reference()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        await bench.PayAsync();

        await ByHandAsync(bench, "NOTIFICATION_OF_CHARGEBACK");
        await ByHandAsync(bench, "CHARGEBACK");

        Assert.Equal((await app.NextAsync()).Word("pspReference"), (await app.NextAsync()).Word("pspReference"));
    }

    [Fact]
    public async Task A_failure_by_hand_names_the_capture_that_failed()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync();
        var capture = await bench.ModifyAsync(payment.Psp, "captures", 300);

        await ByHandAsync(bench, "CAPTURE_FAILED");
        var told = await app.NextAsync();

        Assert.Equal(capture.Psp, told.Word("pspReference"));
        Assert.Equal(300, told.Item["amount"]!["value"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_notification_by_hand_can_be_sent_several_times_and_without_success()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await ListeningTo(bench);
        var payment = await bench.PayAsync();

        await bench.PostAsync(AcquirerBench.North, "/sim/notifications", new JsonObject
        {
            ["pspReference"] = payment.Psp, ["eventCode"] = "AUTHORISATION", ["success"] = "false", ["times"] = 3,
        });
        Notified[] told = [await app.NextAsync(), await app.NextAsync(), await app.NextAsync()];

        Assert.All(told, each => Assert.Equal(("AUTHORISATION", false), (each.Code, each.IsSuccess)));
        await app.HearsNothingAsync();
    }

    [Theory]
    [InlineData("""{ "eventCode": "CHARGEBACK" }""", 400)]
    [InlineData("""{ "merchantReference": "order-1", "eventCode": "PARTY" }""", 400)]
    [InlineData("""{ "merchantReference": "order-1", "eventCode": "CHARGEBACK", "times": 11 }""", 400)]
    [InlineData("""{ "merchantReference": "order-1", "eventCode": "CHARGEBACK", "success": "maybe" }""", 400)]
    [InlineData("""{ "merchantReference": "order-1", "eventCode": "CHARGEBACK", "colour": "red" }""", 400)]
    [InlineData("""{ "merchantReference": "order-9", "eventCode": "CHARGEBACK" }""", 404)]
    public async Task A_wish_that_is_not_understood_sends_nothing(string wish, int status)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync();

        var reply = await bench.PostAsync(AcquirerBench.North, "/sim/notifications", JsonNode.Parse(wish));

        Assert.Equal(status, reply.Status);
        Assert.NotNull(reply.Word("error"));
        Assert.Empty(await bench.NotificationsAsync());
    }

    static Task<Reply> ByHandAsync(AcquirerBench bench, string code) =>
        bench.PostAsync(AcquirerBench.North, "/sim/notifications", new JsonObject
        {
            ["merchantReference"] = "order-1", ["eventCode"] = code,
        });

    static async Task<NotifiedApp> ListeningTo(AcquirerBench bench)
    {
        var app = await NotifiedApp.StartAsync();
        bench.NotifyAt(app.Address);
        return app;
    }

    static IEnumerable<string> OfPayment(IEnumerable<Notified> told, string psp) =>
        told.Where(each => (each.Word("originalReference") ?? each.Word("pspReference")) == psp)
            .Select(each => $"{each.Code} {each.Word("success")}");

    static async Task<JsonNode> TriedAsync(AcquirerBench bench, int tries)
    {
        for (var i = 0; i < MostLooks; i++)
        {
            if (await bench.NotificationsAsync() is [var only] && only["tries"]!.GetValue<int>() == tries) return only;
            await Task.Delay(OneLook, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        throw new TimeoutException($"The notification was not tried {tries} times.");
    }
}
