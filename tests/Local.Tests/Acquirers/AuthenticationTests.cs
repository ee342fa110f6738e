using System.Text.Json.Nodes;

namespace Railyard.Local.Tests.Acquirers;

public sealed class AuthenticationTests
{
    const string Asking = "4212345678901237";
    const string AskingThenSilent = "4099000000000137";
    const string AskingThenDeclining = "4099000000000145";
    const int MostLooks = 5_000;

    [Theory]
    [InlineData(Asking, 1000)]
    [InlineData(AcquirerBench.Visa, 8_005_001)]
    public async Task A_cardholder_is_sent_to_a_page_and_nothing_is_booked(string card, long amount)
    {
        await using var bench = await AcquirerBench.StartAsync();

        var asked = await bench.PayAsync(card, amount);

        var action = asked.Json["action"]!;
        Assert.Equal("RedirectShopper", asked.Word("resultCode"));
        Assert.Equal(
            ("redirect", "GET", "scheme"),
            ((string?)action["type"], (string?)action["method"], (string?)action["paymentMethodType"]));
        Assert.Equal(
            new Uri(bench.Address(AcquirerBench.North), $"/sim/authenticate/{asked.Psp}"),
            new Uri(action["url"]!.GetValue<string>()));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_page_shows_what_is_paid_and_has_a_form_that_needs_no_script()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(Asking, 1050, reference: "order <1> & \"co\"");

        var page = await bench.GetAsync($"/sim/authenticate/{asked.Psp}");

        Assert.Equal((200, "text/html"), (page.Status, page.ContentType));
        Assert.Contains("10.50 EUR", page.Text, StringComparison.Ordinal);
        Assert.Contains("order &lt;1&gt; &amp; &quot;co&quot;", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        var form = page.Html.Descendants("form").Single();
        Assert.Equal(
            ("post", $"/sim/authenticate/{asked.Psp}"),
            (form.Attribute("method")?.Value, form.Attribute("action")?.Value));
        Assert.Equal(
            ["authenticate", "fail", "abandon", "authenticate_and_leave"],
            form.Elements("button").Select(button => button.Attribute("value")!.Value));
    }

    [Fact]
    public async Task An_authenticated_cardholder_goes_back_and_the_details_approve()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(Asking);

        var back = await bench.AnswerPageAsync(asked.Psp, "authenticate");
        var beforehand = await bench.BookAsync();
        var done = await bench.SubmitDetailsAsync(back.RedirectResult, key: "details-1");

        Assert.Equal(302, back.Status);
        Assert.StartsWith(
            "https://merchant.example/return?order=1&redirectResult=", back.Location!.OriginalString,
            StringComparison.Ordinal);
        Assert.Equal(0, beforehand["live_approvals"]!.GetValue<int>());
        Assert.Equal(
            ("Authorised", asked.Psp, "order-1"),
            (done.Word("resultCode"), done.Psp, done.Word("merchantReference")));
        Assert.Equal(1000, done.Json["amount"]!["value"]!.GetValue<long>());
        Assert.Matches("^[0-9]{6}$", done.Additional("authCode"));
        Assert.Equal(1, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_cardholder_who_fails_is_refused_as_not_authenticated()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(Asking);

        var back = await bench.AnswerPageAsync(asked.Psp, "fail");
        var done = await bench.SubmitDetailsAsync(back.RedirectResult);

        Assert.Equal(302, back.Status);
        Assert.Equal(
            ("Refused", "11", "3D Not Authenticated"),
            (done.Word("resultCode"), done.Word("refusalReasonCode"), done.Word("refusalReason")));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_cardholder_who_goes_away_decides_nothing_and_may_come_back()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(Asking);

        var left = await bench.AnswerPageAsync(asked.Psp, "abandon");
        var back = await bench.AnswerPageAsync(asked.Psp, "authenticate");

        Assert.Equal((200, null), (left.Status, left.Location));
        Assert.Equal("Authorised", (await bench.SubmitDetailsAsync(back.RedirectResult)).Word("resultCode"));
    }

    [Fact]
    public async Task The_first_answer_of_a_cardholder_stands()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(Asking);
        var first = await bench.AnswerPageAsync(asked.Psp, "fail");

        var second = await bench.AnswerPageAsync(asked.Psp, "authenticate");

        Assert.Equal(first.RedirectResult, second.RedirectResult);
        Assert.Equal("Refused", (await bench.SubmitDetailsAsync(second.RedirectResult)).Word("resultCode"));
    }

    [Fact]
    public async Task The_same_details_get_the_same_answer_under_any_key_and_after_a_restart()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(Asking);
        var back = await bench.AnswerPageAsync(asked.Psp, "authenticate");
        var first = await bench.SubmitDetailsAsync(back.RedirectResult, key: "details-1");
        await bench.RestartAsync();

        var sameKey = await bench.SubmitDetailsAsync(back.RedirectResult, key: "details-1");
        var otherKey = await bench.SubmitDetailsAsync(back.RedirectResult, key: "details-2");

        Assert.Equal(first.Text, sameKey.Text);
        Assert.Equal(first.Text, otherKey.Text);
        Assert.Equal(1, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("X3XtfGC9!unknown", "14_018")]
    [InlineData("", "14_002")]
    [InlineData(null, "14_002")]
    public async Task An_unknown_redirect_result_is_refused(string? redirectResult, string code)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(Asking);

        var reply = await bench.SubmitDetailsAsync(redirectResult);

        Assert.Equal(
            (422, code, "validation"), (reply.Status, reply.Word("errorCode"), reply.Word("errorType")));
    }

    [Fact]
    public async Task The_reference_of_a_payment_is_no_redirect_result()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(Asking);
        await bench.AnswerPageAsync(asked.Psp, "authenticate");

        var reply = await bench.SubmitDetailsAsync(asked.Psp);

        Assert.Equal(422, reply.Status);
    }

    [Theory]
    [InlineData(AskingThenSilent, 1000)]
    [InlineData(Asking, 8_005_002)]
    public async Task Details_can_be_booked_without_an_answer_and_are_answered_to_a_repeat(string card, long amount)
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(card, amount);
        var back = await bench.AnswerPageAsync(asked.Psp, "authenticate");

        using var leaving = new CancellationTokenSource();
        var silent = bench.SubmitDetailsAsync(back.RedirectResult, "details-1", cancellation: leaving.Token);
        await ApprovedAsync(bench);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => silent);
        var repeat = await AcquirerBench.RepeatAsync(
            () => bench.SubmitDetailsAsync(back.RedirectResult, "details-1"));

        Assert.Equal("Authorised", repeat.Word("resultCode"));
        Assert.Equal(1, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(AskingThenDeclining, 1000)]
    [InlineData(Asking, 8_005_003)]
    public async Task An_authenticated_cardholder_can_still_be_declined(string card, long amount)
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(card, amount);
        var back = await bench.AnswerPageAsync(asked.Psp, "authenticate");

        var done = await bench.SubmitDetailsAsync(back.RedirectResult);

        Assert.Equal(
            ("Refused", "2", "05 : Do not honor"),
            (done.Word("resultCode"), done.Word("refusalReasonCode"), done.Additional("refusalReasonRaw")));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task Nobody_is_asked_about_a_payment_that_waits_for_no_cardholder()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync();

        var page = await bench.GetAsync($"/sim/authenticate/{payment.Psp}");
        var answer = await bench.AnswerPageAsync(payment.Psp, "authenticate");

        Assert.Equal((404, 404), (page.Status, answer.Status));
    }

    [Fact]
    public async Task An_answer_that_is_not_understood_decides_nothing()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync(Asking);

        var wrongWord = await bench.AnswerPageAsync(asked.Psp, "yes");
        var noForm = await bench.PostAsync(
            AcquirerBench.North, $"/sim/authenticate/{asked.Psp}", new JsonObject { ["result"] = "authenticate" });

        Assert.Equal((400, 400), (wrongWord.Status, noForm.Status));
        Assert.Equal(
            "awaiting_cardholder", (string?)(await bench.BookAsync())["payments"]![0]!["standing"]);
    }

    static async Task ApprovedAsync(AcquirerBench bench)
    {
        for (var i = 0; i < MostLooks; i++)
            if ((await bench.BookAsync())["live_approvals"]!.GetValue<int>() > 0) return;
        Assert.Fail("The payment was never approved.");
    }
}
