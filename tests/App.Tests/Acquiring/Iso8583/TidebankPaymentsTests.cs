using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Acquiring.Iso8583;

/// <summary>An app whose euros only tidebank takes.</summary>
public sealed class TidebankRailyard : IAsyncLifetime
{
    readonly CapturedLogs logs = new();
    RunningApp? app;

    public string Logs => logs.Text;

    public Client Merchant => new(Running.Address, "sk_sandbox_local");

    public Client Operator => new(Running.Address, "ok_sandbox_local");

    public Client Pages => new(Running.Acquirers["tidebank"], key: null);

    RunningApp Running => app ?? throw new InvalidOperationException("The app has not started.");

    public async ValueTask InitializeAsync()
    {
        var options = new LocalOptions
        {
            Logging = logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug),
            Settings = new Dictionary<string, string?>
            {
                ["Acquirers:northbank:currencies:0"] = "JPY",
                ["Acquirers:southbank:currencies:0"] = "JPY",
                ["Acquirers:stripe:currencies:0"] = "JPY",
            },
        };
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, options, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    public Task<Reply> BookAsync(string payment) => Pages.GetAsync($"/sim/book?reference={payment}");
}

public sealed class TidebankPaymentsTests(TidebankRailyard railyard) : IClassFixture<TidebankRailyard>
{
    const string SilentAfterBooking = "4099000000000061";
    const string HangUpAfterBooking = "4099000000000095";
    const string Mastercard = "5555444433331111";
    const string SecurityCodeInTheMessage = "9203737";

    [Fact]
    public async Task A_payment_goes_through_and_its_settlement_report_reconciles()
    {
        var paid = await railyard.Merchant.PayAsync(12_34, "automatic");
        var captured = await Eventually.ThatAsync(
            () => railyard.Merchant.GetAsync($"/v1/payments/{paid["id"]}"), payment => payment["status"] == "captured");
        var refund = await railyard.Merchant.PostAsync($"/v1/payments/{paid["id"]}/refunds", new { amount = 2_00 });
        foreach (var operation in new[] { $"cap_{paid["id"]!["pay_".Length..]}", refund["id"]! })
            await Eventually.ThatAsync(
                () => Task.FromResult(railyard.Logs),
                logs => logs.Contains($"{operation} at tidebank is recorded", StringComparison.Ordinal));

        var report = await railyard.Pages.PostAsync("/sim/settlement-reports", new { });
        var put = await Eventually.ThatAsync(
            () => Task.FromResult(FileIn(railyard.Logs)), file => file is not null);
        var file = await Eventually.ThatAsync(
            () => railyard.Operator.GetAsync($"/ops/v1/settlement-files/{put}"),
            reply => reply["status"] is "reconciled" or "reconciled_with_discrepancies" or "rejected");

        Assert.Equal("tidebank", captured["acquirer"]);
        Assert.Equal(HttpStatusCode.Created, report.Status);
        Assert.Equal(("tidebank", "reconciled", "balanced"), (file["acquirer"], file["status"], file["control.status"]));
        Assert.Equal(("2", "0"), (file["matched"], file["discrepancies"]));
    }

    [Theory]
    [InlineData(SilentAfterBooking)]
    [InlineData(HangUpAfterBooking)]
    public async Task A_payment_that_was_approved_without_an_answer_is_reversed_and_declined(string card)
    {
        var asked = await railyard.Merchant.PostAsync(
            "/v1/payments", Client.Payment(10_00, "automatic", card, "EUR", reference: null));

        var ended = await Eventually.ThatAsync(
            () => railyard.Merchant.GetAsync($"/v1/payments/{asked["id"]}"), payment => payment["status"] != "processing");
        var booked = await railyard.BookAsync(asked["id"]!);

        Assert.Equal("declined", ended["status"]);
        Assert.Equal(("0", "1000"), (booked["live_approvals"], booked["totals.reversed"]));
    }

    [Fact]
    public async Task A_soft_decline_asks_for_authentication()
    {
        var declined = await railyard.Merchant.PayAsync(10_00, "manual", "4212345678901237");

        Assert.Equal(("declined", "authentication_required", "1A"), (
            declined["status"], declined["decline.code"], declined["decline.network_code"]));
    }

    [Fact]
    public async Task No_log_has_a_card_number_or_a_security_code()
    {
        await railyard.Merchant.PayAsync(10_00, number: Mastercard);

        Assert.DoesNotContain(Mastercard, railyard.Logs, StringComparison.Ordinal);
        Assert.DoesNotContain(SecurityCodeInTheMessage, railyard.Logs, StringComparison.Ordinal);
    }

    static string? FileIn(string logs) => Regex.Match(
        logs, "(?<file>fil_[0-9a-z]+) of tidebank has arrived", RegexOptions.NonBacktracking) is { Success: true } match
        ? match.Groups["file"].Value
        : null;
}
