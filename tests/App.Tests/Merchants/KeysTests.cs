using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Merchants;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Merchants;

public sealed class KeysTests(RunningRailyard railyard)
{
    readonly Client operators = railyard.Operator;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_opens_what_its_scopes_say_and_names_the_one_that_is_missing()
    {
        var merchant = await railyard.OnboardAsync(["payments:read"]);

        var read = await merchant.Client.GetAsync("/v1/payments");
        var written = await merchant.Client.PostAsync("/v1/payments", Client.Payment());

        Assert.Equal(HttpStatusCode.OK, read.Status);
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (written.Status, written["code"]!));
        Assert.Contains("payments:write", written["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_shown_when_it_is_made_and_never_again()
    {
        var merchant = await railyard.OnboardAsync();

        var listed = Assert.Single((await ListAsync(merchant)).EnumerateArray());

        Assert.Matches("^sk_[0-9A-Za-z]{43}$", merchant.Key);
        Assert.False(listed.TryGetProperty("key", out _));
        Assert.Equal(merchant.Key[..8], listed.GetProperty("prefix").GetString());
        Assert.Equal(merchant.Key[^4..], listed.GetProperty("last4").GetString());
        Assert.DoesNotContain(KeyText.Hash(merchant.Key), listed.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_request_gives_the_same_key_which_nothing_that_is_stored_or_logged_shows()
    {
        var merchant = await railyard.OnboardAsync();
        var wanted = new { name = "Twice", scopes = new[] { "reports" } };

        var first = await operators.PostAsync($"{merchant.Path}/keys", wanted, "key once");
        var again = await operators.PostAsync($"{merchant.Path}/keys", wanted, "key once");

        Assert.Equal((first.Text, "true"), (again.Text, again.Header("Idempotent-Replayed")));
        Assert.Equal(2, (await ListAsync(merchant)).GetArrayLength());
        Assert.DoesNotContain(first["key"]!, railyard.Logs, StringComparison.Ordinal);
        Assert.Empty(DataFolder.FilesWith(railyard.App.DataFolder, first["key"]!));
        // Its hash is what is kept: were that nowhere, this test would look in the wrong place.
        Assert.NotEmpty(DataFolder.FilesWith(railyard.App.DataFolder, KeyText.Hash(first["key"]!)));
    }

    [Fact]
    public async Task A_revoked_key_opens_nothing_any_more_and_stays_listed()
    {
        var merchant = await railyard.OnboardAsync();

        var revoked = await operators.PostAsync($"{merchant.KeyPath}/revocations");
        var again = await operators.PostAsync($"{merchant.KeyPath}/revocations");
        var refused = await merchant.Client.GetAsync("/v1/payments");

        Assert.Equal((HttpStatusCode.Created, "revoked"), (revoked.Status, revoked["status"]!));
        Assert.Equal(revoked["revoked_at"], again["revoked_at"]);
        Assert.Equal((HttpStatusCode.Unauthorized, "api_key_revoked"), (refused.Status, refused["code"]!));
        Assert.Equal("revoked", (await ListAsync(merchant))[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_revocation_made_elsewhere_holds_here_within_half_a_minute()
    {
        var merchant = await railyard.OnboardAsync();
        var clock = new SetClock(DateTimeOffset.UnixEpoch.AddYears(60));
        var services = railyard.App.Services;
        var elsewhere = new Credentials(
            services.GetRequiredService<KeyRings>(),
            services.GetRequiredService<MerchantStore>(),
            services.GetRequiredService<IConfiguration>(),
            clock);

        var before = await elsewhere.FindAsync(merchant.Key, Cancellation);
        await operators.PostAsync($"{merchant.KeyPath}/revocations");
        clock.Now += TimeSpan.FromSeconds(29);
        var believed = await elsewhere.FindAsync(merchant.Key, Cancellation);
        clock.Now += TimeSpan.FromSeconds(1);
        var known = await elsewhere.FindAsync(merchant.Key, Cancellation);

        Assert.Same(before, believed);
        Assert.Null(before!.Key.RevokedAt);
        Assert.NotNull(known!.Key.RevokedAt);
    }

    [Fact]
    public async Task A_rolled_key_and_its_successor_both_work_during_the_overlap()
    {
        var merchant = await railyard.OnboardAsync();

        var rolled = await operators.PostAsync($"{merchant.KeyPath}/rolls", new { overlap_seconds = 600 });
        var both = (await merchant.Client.GetAsync("/v1/payments"), await railyard.ClientOf(rolled["key"]).GetAsync("/v1/payments"));
        var again = await operators.PostAsync($"{merchant.KeyPath}/rolls");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (both.Item1.Status, both.Item2.Status));
        Assert.NotEqual(merchant.Key, rolled["key"]);
        Assert.Equal((HttpStatusCode.Conflict, "api_key_rolled"), (again.Status, again["code"]!));
        var old = (await ListAsync(merchant)).EnumerateArray().Single(key => key.GetProperty("id").GetString() == merchant.KeyId);
        Assert.Equal(rolled["id"], old.GetProperty("rolled_to").GetString());
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, old.GetProperty("expires_at").ValueKind);
    }

    [Fact]
    public async Task A_revoked_key_has_no_successor()
    {
        var merchant = await railyard.OnboardAsync();
        await operators.PostAsync($"{merchant.KeyPath}/revocations");

        var refused = await operators.PostAsync($"{merchant.KeyPath}/rolls");

        Assert.Equal((HttpStatusCode.Conflict, "api_key_revoked"), (refused.Status, refused["code"]!));
    }

    [Fact]
    public async Task A_key_rolled_without_overlap_has_expired()
    {
        var merchant = await railyard.OnboardAsync();

        await operators.PostAsync($"{merchant.KeyPath}/rolls", new { overlap_seconds = 0 });
        var refused = await merchant.Client.GetAsync("/v1/payments");

        Assert.Equal((HttpStatusCode.Unauthorized, "api_key_expired"), (refused.Status, refused["code"]!));
    }

    [Fact]
    public async Task The_use_of_a_key_is_noted()
    {
        var merchant = await railyard.OnboardAsync();
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await ListAsync(merchant))[0].GetProperty("last_used_at").ValueKind);

        await merchant.Client.GetAsync("/v1/payments");
        var noted = (await ListAsync(merchant))[0].GetProperty("last_used_at").GetString();
        await merchant.Client.GetAsync("/v1/payments");

        Assert.NotNull(noted);
        Assert.Equal(noted, (await ListAsync(merchant))[0].GetProperty("last_used_at").GetString());
    }

    [Fact]
    public async Task An_operator_can_issue_a_key_to_an_operator()
    {
        var key = await railyard.IssueAsync("operators", ["operations:read"]);
        var reader = railyard.ClientOf(key["key"]);

        var read = await reader.GetAsync(Onboarded.Merchants);
        var written = await reader.PostAsync(Onboarded.Merchants, new { name = "Not mine to make" });

        Assert.StartsWith("ok_", key["key"], StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (read.Status, written.Status));
        Assert.Contains("operations:write", written["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"scopes":["reports"]}""", "name", "required")]
    [InlineData("""{"name":"a"}""", "scopes", "required")]
    [InlineData("""{"name":"a","scopes":[]}""", "scopes", "wrong_type")]
    [InlineData("""{"name":"a","scopes":["everything"]}""", "scopes", "unknown_value")]
    [InlineData("""{"name":"a","scopes":["reports","reports"]}""", "scopes", "unknown_value")]
    [InlineData("""{"name":"a","scopes":["operations:write"]}""", "scopes", "unknown_value")]
    [InlineData("""{"name":"a","scopes":["reports"],"expires_at":"tomorrow"}""", "expires_at", "wrong_type")]
    [InlineData("""{"name":"a","scopes":["reports"],"expires_at":"2020-01-01T00:00:00Z"}""", "expires_at", "out_of_range")]
    [InlineData("""{"name":"a","scopes":["reports"],"key":"sk_mine"}""", "key", "unknown_field")]
    public async Task What_is_wrong_with_a_key_is_said(string body, string field, string code)
    {
        var reply = await operators.PostRawAsync(
            $"{Onboarded.Merchants}/mer_sandbox/keys", body, headers: ("Idempotency-Key", $"bad {Guid.CreateVersion7()}"));

        var error = reply.Body.GetProperty("errors")[0];
        Assert.Equal((HttpStatusCode.BadRequest, field, code), (reply.Status, error.GetProperty("field").GetString()!, error.GetProperty("code").GetString()!));
    }

    [Fact]
    public async Task Keys_of_nobody_and_unknown_keys_are_not_found()
    {
        var merchant = await railyard.OnboardAsync();
        var wanted = new { name = "a", scopes = new[] { "reports" } };

        Assert.Equal(HttpStatusCode.NotFound, (await operators.GetAsync($"{Onboarded.Merchants}/mer_unknown/keys")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.PostAsync($"{Onboarded.Merchants}/mer_unknown/keys", wanted)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.PostAsync($"{merchant.Path}/keys/key_unknown/rolls")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.PostAsync($"{merchant.Path}/keys/key_unknown/revocations")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.PostAsync($"{Onboarded.Merchants}/mer_sandbox/keys/{merchant.KeyId}/rolls")).Status);
    }

    [Fact]
    public async Task A_key_whose_making_was_cut_off_opens_nothing_that_is_not_listed()
    {
        var merchant = await railyard.OnboardAsync();
        var rings = railyard.App.Services.GetRequiredService<KeyRings>();
        var owner = new MerchantId(merchant.Id);
        var unplaced = Key("key_unplaced", "sk_unplaced_0123456789");
        var unlisted = Key("key_unlisted", "sk_unlisted_0123456789");

        await rings.ChangeAsync(owner, ring => ring.Issue(unplaced, unplaced.CreatedAt), Cancellation);
        await rings.PlaceAsync(owner, unlisted, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, (await railyard.ClientOf("sk_unplaced_0123456789").GetAsync("/v1/payments")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await railyard.ClientOf("sk_unlisted_0123456789").GetAsync("/v1/payments")).Status);
    }

    [Fact]
    public async Task The_first_operator_key_of_an_installation_is_known_by_its_hash()
    {
        var services = railyard.App.Services;
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Operators:firstKeyHash"] = KeyText.Hash("ok_first") }).Build();
        var credentials = new Credentials(
            services.GetRequiredService<KeyRings>(), services.GetRequiredService<MerchantStore>(), settings, TimeProvider.System);

        Assert.Equal(Operators.Id, (await credentials.FindAsync("ok_first", Cancellation))?.Owner);
        Assert.Null(await credentials.FindAsync("ok_second", Cancellation));
    }

    async Task<System.Text.Json.JsonElement> ListAsync(Onboarded merchant) =>
        (await operators.GetAsync($"{merchant.Path}/keys")).Body.GetProperty("items");

    static ApiKey Key(string id, string text) => new NewKey("Cut off", Scopes.OfMerchants, null)
        .Key(new ApiKeyId(id), text, DateTimeOffset.UnixEpoch);

    sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
