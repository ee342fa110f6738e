namespace Railyard.App.Tests.Settlement;

public sealed class SettledOperationTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    const long NeverAnswered = 8_004_003;

    [Fact]
    public async Task A_capture_that_nobody_ever_answers_is_settled_by_its_line_in_the_file()
    {
        var paid = await railyard.Merchant.PayAsync(NeverAnswered + 1);
        var capture = await railyard.Merchant.PostAsync(
            $"/v1/payments/{paid["id"]}/captures", new { amount = NeverAnswered }, prefer: "respond-async");
        await Eventually.ThatAsync(
            () => railyard.Northbank.GetAsync($"/sim/book?reference={paid["id"]}"), book => book.Text.Contains("apture", StringComparison.Ordinal));

        var report = await railyard.Northbank.PostAsync("/sim/settlement-reports");

        Assert.Equal("pending", capture["status"]);
        Assert.Equal(System.Net.HttpStatusCode.Created, report.Status);
        var payment = await Eventually.ThatAsync(
            () => railyard.Merchant.GetAsync($"/v1/payments/{paid["id"]}"), found => found["status"] == "captured");
        Assert.Equal($"{NeverAnswered}", payment["amount_captured"]);
        await Eventually.ThatAsync(
            () => railyard.Operator.GetAsync("/ops/v1/discrepancies?acquirer=northbank&status=open"),
            open => open.Body.GetProperty("items").GetArrayLength() == 0);
    }
}
