using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.App.Tests.Merchants;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Payments;

public sealed class CardTokensTests(RunningRailyard railyard)
{
    readonly Client merchant = railyard.Merchant;

    [Fact]
    public async Task A_token_is_made_and_read()
    {
        var made = await TokenAsync(merchant, "5555444433331111");

        var read = await merchant.GetAsync(made.Header("Location")!);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, made.Text), (made.Status, read.Status, read.Text));
        Assert.StartsWith("tok_", read["id"], StringComparison.Ordinal);
        Assert.Equal(("mastercard", "1111", "3", "2030"), (read["card.brand"]!, read["card.last4"]!, read["card.exp_month"]!, read["card.exp_year"]!));
        Assert.Matches("^[0-9a-f]{32}$", read["fingerprint"]);
    }

    [Fact]
    public async Task A_group_of_merchants_sees_one_fingerprint_of_a_card_and_everybody_else_another()
    {
        var group = $"group-{Guid.CreateVersion7()}";
        var one = await railyard.OnboardAsync(cardGroup: group);
        var other = await railyard.OnboardAsync(cardGroup: group);

        var ours = await FingerprintAsync(one.Client, Client.GoodCard);

        Assert.Equal(ours, await FingerprintAsync(one.Client, Client.GoodCard));
        Assert.Equal(ours, await FingerprintAsync(other.Client, Client.GoodCard));
        Assert.NotEqual(ours, await FingerprintAsync(one.Client, "5555444433331111"));
        Assert.NotEqual(ours, await FingerprintAsync(merchant, Client.GoodCard));
    }

    [Fact]
    public async Task A_deleted_token_is_gone_and_pays_nothing_new()
    {
        var path = (await TokenAsync(merchant, Client.GoodCard)).Header("Location")!;

        var deleted = await merchant.SendAsync(HttpMethod.Delete, path);
        var again = await merchant.SendAsync(HttpMethod.Delete, path);
        var read = await merchant.GetAsync(path);
        var payment = await PayAsync(path.Split('/')[^1]);

        Assert.Equal((HttpStatusCode.NoContent, ""), (deleted.Status, deleted.Text));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (again.Status, read.Status));
        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (payment.Status, payment["code"]!));
    }

    [Fact]
    public async Task What_is_under_way_with_a_deleted_token_can_end()
    {
        var vault = railyard.App.Services.GetRequiredService<CardVault>();
        var token = (await TokenAsync(merchant, Client.GoodCard))["id"]!;

        await merchant.SendAsync(HttpMethod.Delete, $"/v1/card-tokens/{token}");
        var number = await vault.RevealAsync(PaidWith(token, "mer_sandbox"), TestContext.Current.CancellationToken);

        Assert.Equal(Client.GoodCard, number.Reveal());
    }

    [Fact]
    public async Task A_token_reveals_nothing_to_another_merchants_payment()
    {
        var vault = railyard.App.Services.GetRequiredService<CardVault>();
        var token = (await TokenAsync(merchant, Client.GoodCard))["id"]!;

        await Assert.ThrowsAsync<InvariantBroken>(
            () => vault.RevealAsync(PaidWith(token, "mer_other"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_card_that_is_held_for_a_payment_is_revealed_to_no_other()
    {
        var vault = railyard.App.Services.GetRequiredService<CardVault>();
        var (one, other) = ((await TokenAsync(merchant, Client.GoodCard))["id"]!, (await TokenAsync(merchant, "5555555555554444"))["id"]!);
        var (paid, elsewhere) = (PaidWith(one, "mer_sandbox"), PaidWith(other, "mer_sandbox"));
        var held = await vault.FindAsync(new TokenId(one), paid.Merchant, TestContext.Current.CancellationToken);

        vault.Hold(paid.Id, held!);

        Assert.Equal("5555555555554444", (await vault.RevealAsync(elsewhere, TestContext.Current.CancellationToken)).Reveal());
        Assert.Equal(Client.GoodCard, (await vault.RevealAsync(paid, TestContext.Current.CancellationToken)).Reveal());
        vault.Hold(paid.Id, held!);
        await Assert.ThrowsAsync<InvariantBroken>(
            () => vault.RevealAsync(paid with { Token = elsewhere.Token }, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"number":"9111111111111111","exp_month":3,"exp_year":2030}""", "card.number", "unsupported_card_brand")]
    [InlineData("""{"number":"4111111111111112","exp_month":3,"exp_year":2030}""", "card.number", "invalid_card_number")]
    [InlineData("""{"number":"411111111111111","exp_month":3,"exp_year":2030}""", "card.number", "invalid_card_number")]
    [InlineData("""{"number":"4111111111111111","exp_month":3,"exp_year":2019}""", "card.exp_year", "out_of_range")]
    [InlineData("""{"number":"370000000000002","exp_month":3,"exp_year":2030,"cvc":"737"}""", "card.cvc", "invalid_cvc")]
    [InlineData("""{"number":"4111111111111111","exp_month":3,"exp_year":2030,"cvc":"7373"}""", "card.cvc", "invalid_cvc")]
    [InlineData("""{"number":"4111111111111111","exp_month":3,"exp_year":2030,"holder":"A"}""", "card.holder", "unknown_field")]
    public async Task What_is_wrong_with_a_card_is_said_without_the_card(string card, string field, string code)
    {
        var reply = await merchant.PostRawAsync(
            "/v1/card-tokens", $$"""{"card":{{card}}}""", headers: ("Idempotency-Key", $"bad {Guid.CreateVersion7()}"));

        var error = Assert.Single(reply.Body.GetProperty("errors").EnumerateArray());
        Assert.Equal((field, code), (error.GetProperty("field").GetString()!, error.GetProperty("code").GetString()!));
        Assert.DoesNotContain("1111111", reply.Text, StringComparison.Ordinal);
    }

    static Task<Reply> TokenAsync(Client client, string number) =>
        client.PostAsync("/v1/card-tokens", new { card = new { number, exp_month = 3, exp_year = 2030 } });

    // As much of a payment as the vault looks at.
    static Payment PaidWith(string token, string merchant) => new()
    {
        Id = new PaymentId($"pay_{Guid.CreateVersion7():N}"),
        Merchant = new MerchantId(merchant),
        Amount = new Money(100, Currency.Of("EUR")),
        Capture = CaptureMode.Manual,
        Card = new CardSummary(CardBrand.Visa, "411111", "1111", 3, 2030),
        Token = new TokenId(token),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    static async Task<string> FingerprintAsync(Client client, string number) => (await TokenAsync(client, number))["fingerprint"]!;

    Task<Reply> PayAsync(string token) => merchant.PostAsync(
        "/v1/payments", new { amount = 100, currency = "EUR", payment_method = new { type = "card_token", token } });
}
