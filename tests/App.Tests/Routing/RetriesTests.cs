using System.Globalization;
using System.Text.Json;
using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Routing;

/// <summary>What is done after declines, on the running app, and how it is explained.</summary>
public sealed class RetriesTests(RunningRailyard railyard)
{
    const string Visa = "4111111111111111";
    const string Mastercard = "5555444433331111";
    const string DeclinedEverywhere = "4000000000000002";
    const string Stolen = "4000000000009979";

    [Fact]
    public async Task A_hard_decline_is_not_tried_elsewhere_and_says_which_fee_that_avoided()
    {
        var (payment, attempts) = await PayAsync(await NewMerchantAsync(), number: Stolen);

        var next = Assert.Single(attempts).GetProperty("next");
        Assert.Equal("stop", next.GetProperty("decision").GetString());
        Assert.Contains("43, stolen card", next.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("Visa excessive reattempts", 10, "USD"),
            (Fee(next, "name").GetString()!, Fee(next, "amount").GetInt64(), Fee(next, "currency").GetString()!));
        Assert.Equal(("False", null), (payment["decline.retry.allowed"], payment["decline.retry.not_before"]));
        Assert.Equal(next.GetProperty("why").GetString(), payment["decline.retry.why"]);
    }

    [Fact]
    public async Task A_generic_decline_goes_on_to_another_acquirer_once_and_then_is_the_merchants_to_retry()
    {
        var (payment, attempts) = await PayAsync(await NewMerchantAsync(), number: DeclinedEverywhere);

        Assert.Equal(["next_acquirer", "stop"], attempts.Select(attempt => attempt.GetProperty("next").GetProperty("decision").GetString()));
        Assert.Equal(JsonValueKind.Null, attempts[1].GetProperty("next").GetProperty("avoided_fee").ValueKind);
        Assert.Equal("True", payment["decline.retry.allowed"]);
    }

    [Fact]
    public async Task An_approval_is_followed_by_no_decision()
    {
        var (_, attempts) = await PayAsync(await NewMerchantAsync(), amount: 10_00);

        Assert.Equal(JsonValueKind.Null, Assert.Single(attempts).GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData(8_003_003, "03")]
    [InlineData(8_003_021, "21")]
    public async Task An_advice_never_to_try_again_stops_and_names_the_fee(long amount, string advice)
    {
        var (payment, attempts) = await PayAsync(await NewMerchantAsync(), amount, Mastercard);

        var next = Assert.Single(attempts).GetProperty("next");
        Assert.Equal("stop", next.GetProperty("decision").GetString());
        Assert.Contains($"advice {advice}", next.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal("Mastercard merchant advice code", Fee(next, "name").GetString());
        Assert.Equal("False", payment["decline.retry.allowed"]);
    }

    [Theory]
    [InlineData(8_003_002, 72)]
    [InlineData(8_003_024, 1)]
    [InlineData(8_003_025, 24)]
    [InlineData(8_003_026, 48)]
    [InlineData(8_003_027, 96)]
    [InlineData(8_003_028, 144)]
    [InlineData(8_003_029, 192)]
    [InlineData(8_003_030, 240)]
    public async Task An_advice_to_wait_says_until_when(long amount, int hours)
    {
        var (payment, attempts) = await PayAsync(await NewMerchantAsync(), amount, Mastercard);

        var attempt = Assert.Single(attempts);
        Assert.Equal("wait", attempt.GetProperty("next").GetProperty("decision").GetString());
        var notBefore = attempt.GetProperty("next").GetProperty("not_before").GetDateTimeOffset();
        Assert.Equal(TimeSpan.FromHours(hours), notBefore - attempt.GetProperty("ended_at").GetDateTimeOffset());
        Assert.Equal("True", payment["decline.retry.allowed"]);
        Assert.Equal(notBefore, DateTimeOffset.Parse(payment["decline.retry.not_before"]!, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(8_003_001, "fix_details", "True")]
    [InlineData(8_003_004, "fix_details", "True")]
    [InlineData(8_003_022, "stop", "False")]
    [InlineData(8_003_040, "stop", "False")]
    [InlineData(8_003_041, "stop", "False")]
    [InlineData(8_003_043, "stop", "True")]
    public async Task Any_other_advice_is_followed_too(long amount, string decision, string mayRetry)
    {
        var (payment, attempts) = await PayAsync(await NewMerchantAsync(), amount, Mastercard);

        Assert.Equal(decision, Assert.Single(attempts).GetProperty("next").GetProperty("decision").GetString());
        Assert.Equal(mayRetry, payment["decline.retry.allowed"]);
    }

    [Theory]
    [InlineData(8_000_006, "fix_details")]
    [InlineData(8_000_024, "fix_details")]
    [InlineData(8_000_038, "authenticate")]
    public async Task What_is_wrong_with_the_details_or_wants_the_cardholder_is_not_tried_elsewhere(long amount, string decision)
    {
        var (payment, attempts) = await PayAsync(await NewMerchantAsync(), amount);

        Assert.Equal(decision, Assert.Single(attempts).GetProperty("next").GetProperty("decision").GetString());
        Assert.Equal("True", payment["decline.retry.allowed"]);
    }

    [Fact]
    public async Task After_as_many_tries_of_a_card_and_amount_as_we_make_it_is_tried_nowhere_until_one_is_too_old()
    {
        var merchant = await NewMerchantAsync();
        const int Tries = 16;

        for (var made = 0; made < Tries; made += 2)
        {
            var (last, both) = await PayAsync(merchant, 77_77, DeclinedEverywhere);
            Assert.Equal(2, both.Count);
            Assert.Equal(made + 2 < Tries ? "True" : "False", last["decline.retry.allowed"]);
        }
        var (payment, attempts) = await PayAsync(merchant, 77_77, DeclinedEverywhere);
        var (_, another) = await PayAsync(merchant, 77_78, DeclinedEverywhere);

        var next = Assert.Single(attempts).GetProperty("next");
        Assert.Equal("stop", next.GetProperty("decision").GetString());
        Assert.StartsWith("Declined 17 times with this card and amount", next.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal("False", payment["decline.retry.allowed"]);
        var free = DateTimeOffset.Parse(payment["decline.retry.not_before"]!, CultureInfo.InvariantCulture);
        Assert.InRange(free - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(29.9), TimeSpan.FromDays(30));
        Assert.Equal(2, another.Count);
    }

    [Fact]
    public async Task A_card_that_ten_were_declined_of_in_a_day_is_tried_with_no_amount()
    {
        var merchant = await NewMerchantAsync();

        for (var made = 0; made < 10; made++) await PayAsync(merchant, amount: 8_000_012, Mastercard);
        var (payment, attempts) = await PayAsync(merchant, amount: 8_000_002, Mastercard);

        var next = Assert.Single(attempts).GetProperty("next");
        Assert.Equal("Mastercard excessive authorization attempts", Fee(next, "name").GetString());
        Assert.Equal((55, "EUR"), (Fee(next, "amount").GetInt64(), Fee(next, "currency").GetString()!));
        Assert.Equal("False", payment["decline.retry.allowed"]);
    }

    [Fact]
    public async Task A_merchant_who_lets_nothing_cascade_has_one_attempt()
    {
        var merchant = await NewMerchantAsync();
        var program = new
        {
            rules = Array.Empty<object>(),
            otherwise = new { priority = new[] { "northbank", "southbank" } },
            limits = new { cascades = 0 },
        };
        var put = await merchant.SendAsync(HttpMethod.Put, "/v1/routing", new { program }, ("If-Match", "*"));

        var (_, attempts) = await PayAsync(merchant, 10_00, DeclinedEverywhere);

        Assert.Equal(System.Net.HttpStatusCode.OK, put.Status);
        Assert.Contains("as often as it may", Assert.Single(attempts).GetProperty("next").GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    static JsonElement Fee(JsonElement next, string member) => next.GetProperty("avoided_fee").GetProperty(member);

    // Of their own, so that no other test's declines count.
    async Task<Client> NewMerchantAsync() => (await railyard.OnboardAsync()).Client;

    static async Task<(Reply Payment, IReadOnlyList<JsonElement> Attempts)> PayAsync(
        Client merchant, long amount = 10_00, string number = Visa)
    {
        var payment = await merchant.PayAsync(amount, number: number);
        var attempts = await merchant.GetAsync($"/v1/payments/{payment["id"]}/attempts");
        return (payment, [.. attempts.Body.GetProperty("items").EnumerateArray()]);
    }
}
