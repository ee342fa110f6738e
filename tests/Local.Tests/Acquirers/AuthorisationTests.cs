namespace Railyard.Local.Tests.Acquirers;

public sealed class AuthorisationTests
{
    [Theory]
    [InlineData("4111111111111111", "visa", "411111", "1111")]
    [InlineData("5555444433331111", "mc", "555544", "1111")]
    public async Task A_valid_card_is_authorised(string card, string brand, string bin, string last4)
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(card);

        Assert.Equal(200, reply.Status);
        Assert.Equal("Authorised", reply.Word("resultCode"));
        Assert.Equal("order-1", reply.Word("merchantReference"));
        Assert.Matches("^[A-Z0-9]{16}$", reply.Psp);
        Assert.Equal(1000, reply.Json["amount"]!["value"]!.GetValue<long>());
        Assert.Equal((brand, bin, last4),
            (reply.Additional("paymentMethod"), reply.Additional("cardBin"), reply.Additional("cardSummary")));
        Assert.Matches("^[0-9]{6}$", reply.Additional("authCode"));
        Assert.Null(reply.Json["refusalReason"]);
    }

    [Theory]
    [InlineData(8_000_002, "Refused", "2", "Refused", "05 : Do not honor")]
    [InlineData(8_000_005, "Refused", "5", "Blocked Card", "43 : Stolen card")]
    [InlineData(8_000_012, "Refused", "12", "Not enough balance", "51 : Insufficient funds")]
    [InlineData(8_000_004, "Error", "4", "Acquirer Error", "96 : System error")]
    public async Task A_scripted_amount_is_refused_with_its_code(
        long amount, string result, string code, string reason, string raw)
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(amount: amount);

        Assert.Equal(200, reply.Status);
        Assert.Equal((result, code, reason),
            (reply.Word("resultCode"), reply.Word("refusalReasonCode"), reply.Word("refusalReason")));
        Assert.Equal(raw, reply.Additional("refusalReasonRaw"));
        Assert.Null(reply.Additional("authCode"));
        Assert.Equal(0, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_one_acquirer_refuses_the_other_approves()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var north = await bench.PayAsync(amount: 8_001_002);
        var south = await bench.PayAsync(amount: 8_001_002, acquirer: AcquirerBench.South);

        Assert.Equal("Refused", north.Word("resultCode"));
        Assert.Equal("Authorised", south.Word("resultCode"));
    }

    [Fact]
    public async Task An_advice_code_comes_with_the_refusal()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var byAmount = await bench.PayAsync(amount: 8_003_024);
        var byCard = await bench.PayAsync("4099000000000020");

        Assert.Equal("24 : Retry after 1 hour", byAmount.Additional("merchantAdviceCode"));
        Assert.Equal("03 : Do not try again", byCard.Additional("merchantAdviceCode"));
    }

    [Theory]
    [InlineData("DECLINED", "2")]
    [InlineData("NOT_ENOUGH_BALANCE : 51 : raw", "12")]
    public async Task A_cardholder_called_after_a_refusal_is_refused(string holder, string code)
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(change: body => body["paymentMethod"]!["holderName"] = holder);

        Assert.Equal(code, reply.Word("refusalReasonCode"));
    }

    [Fact]
    public async Task A_requested_response_code_is_given()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(
            change: body => body["additionalData"]!["RequestedTestAcquirerResponseCode"] = "6");

        Assert.Equal("Expired Card", reply.Word("refusalReason"));
    }

    [Fact]
    public async Task A_card_past_its_last_day_is_refused()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(change: body => body["paymentMethod"]!["expiryYear"] = "2020");

        Assert.Equal(("Refused", "6"), (reply.Word("resultCode"), reply.Word("refusalReasonCode")));
    }

    [Fact]
    public async Task Half_of_the_amount_is_approved_and_no_more_can_be_captured()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync("4099000000000046", 1001);

        Assert.Equal("PartiallyAuthorised", reply.Word("resultCode"));
        Assert.Equal(500, reply.Json["amount"]!["value"]!.GetValue<long>());
        Assert.Equal(422, (await bench.ModifyAsync(reply.Psp, "captures", 501)).Status);
        Assert.Equal(201, (await bench.ModifyAsync(reply.Psp, "captures", 500)).Status);
    }

    [Fact]
    public async Task A_payment_awaiting_its_cardholder_cannot_be_captured()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var asked = await bench.PayAsync("4212345678901237");

        var capture = await bench.ModifyAsync(asked.Psp, "captures", 1000);

        Assert.Equal((422, "168"), (capture.Status, capture.Word("errorCode")));
    }

    [Fact]
    public async Task Without_manual_capture_the_amount_is_captured_at_once()
    {
        await using var bench = await AcquirerBench.StartAsync();

        await bench.PayAsync(isCapturedByHand: false);

        Assert.Equal(1000, (await bench.BookAsync())["payments"]![0]!["captured"]!.GetValue<long>());
    }
}
