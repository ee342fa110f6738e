using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Payments;

public sealed class IdempotentPostTests(RunningRailyard railyard)
{
    [Fact]
    public async Task What_went_wrong_first_is_told_although_the_lease_cannot_be_given_back()
    {
        using var cable = new CosmosCable();
        using var logs = new CapturedLogs();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(logs));
        var settings = railyard.App.Services.GetRequiredService<IConfiguration>();
        using var cosmos = cable.Client(settings["Cosmos:accountEndpoint"]!, settings["Cosmos:accountKey"]!);
        var store = new IdempotencyStore(new Containers(cosmos, "railyard"), TimeProvider.System);
        var post = new IdempotentPost(
            store, new VaultKeys(new byte[VaultKeys.SecretLength]), TimeProvider.System, logging.CreateLogger<IdempotentPost>());
        var asked = new Post(
            new MerchantId("mer_lease"), "leases", Guid.CreateVersion7().ToString(), [], "lease_1", Token: null, TimeSpan.Zero);

        var told = await Assert.ThrowsAsync<InvalidOperationException>(
            () => post.RunAsync(asked, FailAsync, TestContext.Current.CancellationToken));

        Assert.Equal("the first", told.Message);
        Assert.Contains("The lease for lease_1 could not be given back", logs.Text, StringComparison.Ordinal);

        Task<PostResult> FailAsync(IdempotencyClaim claim)
        {
            cable.Cut();
            throw new InvalidOperationException("the first");
        }
    }
}
