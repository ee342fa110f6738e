using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Routing;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Routing;

public sealed class CardActivityStoreTests(RunningRailyard railyard)
{
    static readonly MerchantId Merchant = new("mer_1");
    static readonly Money Amount = new(10_00, Currency.Of("EUR"));
    static readonly TimeSpan Month = TimeSpan.FromDays(30);

    readonly string fingerprint = $"test-{Guid.CreateVersion7():N}";
    readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    CardActivityStore Store => railyard.App.Services.GetRequiredService<CardActivityStore>();

    [Fact]
    public async Task However_many_declines_of_a_card_come_at_once_no_two_see_the_same_number()
    {
        const int AtOnce = 12;

        var seen = await Task.WhenAll(Enumerable.Range(1, AtOnce).Select(number => CountAsync(number)));

        // So of all decisions made from them, exactly those below a limit go on.
        Assert.Equal(
            Enumerable.Range(1, AtOnce),
            seen.Select(activity => activity.Alike(Merchant, Amount, Month, now).Count).Order());
    }

    [Fact]
    public async Task An_attempt_that_is_counted_again_is_counted_once()
    {
        await CountAsync(1);
        await CountAsync(2);

        var again = await CountAsync(1);

        Assert.Equal(2, again.Declines.Count);
    }

    [Fact]
    public async Task The_same_attempt_counted_by_several_at_once_is_counted_once()
    {
        var seen = await Task.WhenAll(Enumerable.Range(1, 6).Select(_ => CountAsync(1)));

        Assert.All(seen, activity => Assert.Single(activity.Declines));
    }

    [Fact]
    public async Task What_is_kept_is_kept_as_it_was_counted()
    {
        var counted = await CountAsync(1);

        var containers = railyard.App.Services.GetRequiredService<Containers>();
        var stored = await containers.CardActivity.FindAsync<CardActivityDocument>(
            fingerprint, fingerprint, TestContext.Current.CancellationToken);
        Assert.Equal(counted.Declines, stored!.Value.Activity.Declines);
    }

    Task<CardActivity> CountAsync(int number) => Store.CountAsync(
        fingerprint,
        new CountedDecline(new AttemptId($"att_{number}"), Merchant, Amount, now, IsForGood: true),
        TestContext.Current.CancellationToken);
}
