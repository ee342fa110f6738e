using System.Text.Json.Nodes;

namespace Railyard.Local.Tests.Acquirers;

public sealed class ValidationTests
{
    public static TheoryData<string, int, string> WrongRequests => new()
    {
        { "amount", 422, "100" },
        { "reference", 422, "130" },
        { "paymentMethod", 422, "14_004" },
        { "returnUrl", 422, "14_030" },
        { "merchantAccount", 403, "901" },
    };

    [Theory]
    [MemberData(nameof(WrongRequests))]
    public async Task A_missing_field_has_its_error_code(string field, int status, string code)
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(change: body => body.Remove(field));

        Assert.Equal((status, code), (reply.Status, reply.Word("errorCode")));
        Assert.Equal(status, reply.Json["status"]!.GetValue<int>());
        Assert.NotNull(reply.Word("message"));
        Assert.NotNull(reply.Word("errorType"));
    }

    [Theory]
    [InlineData("number", "4111111111111112", "101")]
    [InlineData("number", "4111", "101")]
    [InlineData("cvc", "12", "103")]
    [InlineData("expiryMonth", "13", "129")]
    [InlineData("type", "ideal", "905")]
    public async Task A_wrong_card_has_its_error_code(string field, string value, string code)
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(change: body => body["paymentMethod"]![field] = value);

        Assert.Equal((422, code), (reply.Status, reply.Word("errorCode")));
        Assert.Empty((await bench.BookAsync())["payments"]!.AsArray());
    }

    [Fact]
    public async Task An_amount_of_zero_verifies_the_card()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(amount: 0);

        Assert.Equal((200, "Authorised"), (reply.Status, reply.Word("resultCode")));
    }

    [Theory]
    [InlineData(-5, "EUR", "137")]
    [InlineData(1000, "euro", "138")]
    public async Task A_wrong_amount_has_its_error_code(long amount, string currency, string code)
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(amount: amount, currency: currency);

        Assert.Equal((422, code), (reply.Status, reply.Word("errorCode")));
    }

    [Fact]
    public async Task An_amount_of_zero_verifies_a_card_and_is_no_amount_to_capture()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var verified = await bench.PayAsync(amount: 0);
        var captured = await bench.ModifyAsync(verified.Word("pspReference")!, "captures", amount: 0);

        Assert.Equal((200, "Authorised"), (verified.Status, verified.Word("resultCode")));
        Assert.Equal((422, "137"), (captured.Status, captured.Word("errorCode")));
    }

    [Fact]
    public async Task An_amount_with_a_fraction_is_unreadable()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PayAsync(change: body => body["amount"]!["value"] = 10.5);

        Assert.Equal((400, "702"), (reply.Status, reply.Word("errorCode")));
    }

    [Fact]
    public async Task A_wrong_key_is_unauthorised()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var reply = await bench.PostAsync(
            AcquirerBench.North, "/v71/payments", new JsonObject(), apiKey: "southbank-local");

        Assert.Equal(
            (401, "000", "security"), (reply.Status, reply.Word("errorCode"), reply.Word("errorType")));
    }
}
