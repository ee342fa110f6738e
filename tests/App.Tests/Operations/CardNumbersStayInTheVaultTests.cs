namespace Railyard.App.Tests.Operations;

public sealed class CardNumbersStayInTheVaultTests(RunningRailyard railyard)
{
    const string Number = "4917610000000000";
    const string SecurityCode = "941";

    [Fact]
    public async Task No_log_no_document_no_message_no_history_and_no_blob_holds_a_card_number()
    {
        var merchant = railyard.Merchant;
        var card = new { number = Number, exp_month = 3, exp_year = 2030, cvc = SecurityCode };
        var method = new { type = "card", card };

        var payment = await merchant.PostAsync("/v1/payments", new { amount = 8_001_002, currency = "EUR", payment_method = method });
        await merchant.PostAsync($"/v1/payments/{payment["id"]}/refunds", new { amount = 1_00 });
        await merchant.PostAsync("/v1/card-tokens", new { card });
        await merchant.PostAsync("/v1/payments", new { amount = 0, currency = "EUR", payment_method = method, reference = Number });
        await merchant.PostAsync("/v1/payments", new { amount = 1, currency = "EUR", payment_method = method, metadata = new { Number } });
        await merchant.PostRawAsync("/v1/payments", $"{{\"number\":\"{Number}\"", headers: ("Idempotency-Key", "broken"));
        await railyard.Acquirer("southbank").PostAsync("/sim/settlement-reports");

        Assert.Equal("captured", payment["status"]);
        Assert.DoesNotContain(Number, railyard.Logs, StringComparison.Ordinal);
        Assert.Empty(FilesWith(Number));
        // The last four digits may be kept: were they nowhere, this test would look in the wrong place.
        Assert.NotEmpty(FilesWith(Number[^4..]));
    }

    List<string> FilesWith(string text) => DataFolder.FilesWith(railyard.App.DataFolder, text);
}
