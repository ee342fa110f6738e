using System.Net;
using System.Security.Cryptography;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Payments;

/// <summary>The rotation of the key under which the vault's data keys lie.</summary>
public sealed class RewrapTests(RunningRailyard railyard)
{
    const int Cards = RewrapCards.CardsPerPage + 10;

    readonly Client merchant = railyard.Merchant;
    readonly Client operators = railyard.Operator;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    Containers Containers => railyard.App.Services.GetRequiredService<Containers>();

    IWrappingKeys Keys => railyard.App.Services.GetRequiredService<IWrappingKeys>();

    [Fact]
    public async Task After_a_rewrap_no_card_is_under_the_old_key_and_every_token_still_pays()
    {
        var old = await Keys.CurrentAsync(Cancellation);
        var tokens = await Task.WhenAll(Enumerable.Range(0, Cards).Select(_ => TokenAsync()));

        var version = Rotate();
        var before = await LoadAsync(tokens[0]["id"]!);
        var fresh = await LoadAsync((await TokenAsync())["id"]!);
        var payment = await PayAsync(tokens[0]["id"]!);
        var done = await RewrapAsync();
        var after = await LoadAsync(tokens[0]["id"]!);

        Assert.Equal((old.Version, version, version), (before.Number.KeyVersion, fresh.Number.KeyVersion, after.Number.KeyVersion));
        Assert.Equal(before.Number.Sealed, after.Number.Sealed);
        Assert.Equal(before.Fingerprint, after.Fingerprint);
        Assert.Equal(("done", version, "0"), (done["status"]!, done["key_version"]!, done["failed"]!));
        Assert.InRange(int.Parse(done[$"rewrapped_by_version.{old.Version}"]!), Cards, int.MaxValue);
        Assert.Equal(HttpStatusCode.Created, payment.Status);
        Assert.Empty(await UnderAsync(old.Version));
        Assert.Equal(Client.GoodCard, await OpenWithAsync(new OneKey(await Keys.CurrentAsync(Cancellation)), after));
        Assert.Equal("captured", (await PayAsync(tokens[^1]["id"]!))["status"]);
    }

    [Fact]
    public async Task A_card_under_a_key_that_is_gone_is_counted_and_does_not_stop_the_others()
    {
        var lost = new WrappingKey("lost", RandomNumberGenerator.GetBytes(WrappingKey.Length));
        var token = await LoadAsync((await TokenAsync())["id"]!);
        var card = token with
        {
            Id = new TokenId($"{token.Id}_lost"),
            Number = await new Envelopes(new OneKey(lost)).SealAsync("4111111111111111"u8.ToArray(), "lost", Cancellation),
        };
        await Containers.Cards.UpsertAsync(card, card.Id.Value, Cancellation);

        Rotate();
        var done = await RewrapAsync();
        await Containers.Cards.DeleteItemStreamAsync(card.Id.Value, new PartitionKey(card.Id.Value), null, Cancellation);

        Assert.Equal(("incomplete", "1"), (done["status"]!, done["failed"]!));
        Assert.NotEqual(token.Number.KeyVersion, (await LoadAsync(token.Id.Value)).Number.KeyVersion);
        Assert.Contains($"{card.Id} could not be put under the new key", railyard.Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_card_is_under_a_data_key_of_its_own_and_opens_nowhere_else()
    {
        var (one, other) = (await LoadAsync((await TokenAsync())["id"]!), await LoadAsync((await TokenAsync())["id"]!));
        var envelopes = railyard.App.Services.GetRequiredService<Envelopes>();

        Assert.Equal(Client.GoodCard.ToArray(), (await envelopes.OpenAsync(one.Number, one.Binding, Cancellation)).Select(digit => (char)digit));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => envelopes.OpenAsync(one.Number, other.Binding, Cancellation));
        await Assert.ThrowsAnyAsync<CryptographicException>(
            () => envelopes.OpenAsync(one.Number with { WrappedKey = other.Number.WrappedKey }, one.Binding, Cancellation));
    }

    [Fact]
    public async Task A_rewrap_that_was_never_started_is_not_found()
    {
        var payment = await merchant.PayAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await operators.GetAsync("/ops/v1/vault/rewraps/rwr_unknown")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.GetAsync($"/ops/v1/vault/rewraps/{payment["id"]}")).Status);
    }

    [Fact]
    public async Task The_keys_are_their_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes of files.");
            return;
        }
        await TokenAsync();

        foreach (var name in (string[])["vault.key", "vault-wrapping.keys"])
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(railyard.App.DataFolder, name)));
    }

    // As the README says it is done on a developer's machine.
    string Rotate()
    {
        var path = Path.Combine(railyard.App.DataFolder, "vault-wrapping.keys");
        var version = Guid.CreateVersion7().ToString("N");
        File.AppendAllText(path, $"{version} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(WrappingKey.Length))}\n");
        return version;
    }

    async Task<Reply> RewrapAsync()
    {
        var started = await operators.PostAsync("/ops/v1/vault/rewraps");
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        return await Eventually.ThatAsync(
            () => operators.GetAsync(started.Header("Location")!), reply => reply["status"] != "running");
    }

    Task<Reply> TokenAsync() =>
        merchant.PostAsync("/v1/card-tokens", new { card = new { number = Client.GoodCard, exp_month = 3, exp_year = 2030 } });

    Task<Reply> PayAsync(string token) => merchant.PostAsync(
        "/v1/payments", new { amount = 100, currency = "EUR", payment_method = new { type = "card_token", token } });

    async Task<VaultedCard> LoadAsync(string token) =>
        (await Containers.Cards.FindAsync<VaultedCard>(token, token, Cancellation))!.Value;

    async Task<IReadOnlyList<object>> UnderAsync(string version)
    {
        var query = new QueryDefinition("SELECT c.id FROM c WHERE c.number.key_version = @version").WithParameter("@version", version);
        return (await Containers.Cards.PageAsync<object>(query, null, 10, null, Cancellation)).Rows;
    }

    static async Task<string> OpenWithAsync(IWrappingKeys keys, VaultedCard card) =>
        string.Concat((await new Envelopes(keys).OpenAsync(card.Number, card.Binding, Cancellation)).Select(digit => (char)digit));

    sealed class OneKey(WrappingKey key) : IWrappingKeys
    {
        public Task<WrappingKey> CurrentAsync(CancellationToken cancellation) => Task.FromResult(key);

        public Task<WrappingKey?> FindAsync(string version, CancellationToken cancellation) =>
            Task.FromResult(version == key.Version ? key : null);
    }
}
