using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Merchants;

public sealed class KeyRingTests
{
    static readonly DateTimeOffset Now = A.Moment;
    static readonly MerchantId Owner = new("mer_1");
    static readonly Successor Next = new(new ApiKeyId("key_next"), "hash next", "sk_next1", "next");

    [Fact]
    public void A_key_that_is_issued_is_in_the_ring() =>
        Assert.Equal("hash a", Ring(Key("a")).Find(new ApiKeyId("a"))?.Hash);

    [Fact]
    public void The_same_key_issued_again_changes_nothing()
    {
        var ring = Ring(Key("a"));

        var again = (KeyDecision.Accepted)ring.Issue(Key("a") with { Hash = "another" }, Now);

        Assert.Same(ring, again.Ring);
        Assert.Equal("hash a", again.Key.Hash);
    }

    [Fact]
    public void A_rolled_key_works_until_the_overlap_is_over()
    {
        var rolled = Accepted(Ring(Key("a")).Roll(new ApiKeyId("a"), Next, TimeSpan.FromHours(1), Now)).Ring;

        var old = rolled.Find(new ApiKeyId("a"))!;
        Assert.Equal(KeyStatus.Active, old.StatusAt(Now.AddHours(1).AddTicks(-1)));
        Assert.Equal(KeyStatus.Expired, old.StatusAt(Now.AddHours(1)));
        Assert.Equal(Next.Id, old.RolledTo);
    }

    [Fact]
    public void A_successor_has_its_predecessors_name_scopes_and_lifetime()
    {
        var old = Key("a") with { ExpiresAt = Now.AddDays(90), CreatedAt = Now };

        var successor = Accepted(Ring(old).Roll(old.Id, Next, TimeSpan.Zero, Now.AddDays(30))).Key;

        Assert.Equal((old.Name, old.Scopes), (successor.Name, successor.Scopes));
        Assert.Equal((Now.AddDays(120), Next.Hash), (successor.ExpiresAt, successor.Hash));
    }

    [Fact]
    public void An_overlap_never_prolongs_a_key()
    {
        var old = Key("a") with { ExpiresAt = Now.AddMinutes(1) };

        var ring = Accepted(Ring(old).Roll(old.Id, Next, TimeSpan.FromHours(1), Now)).Ring;

        Assert.Equal(Now.AddMinutes(1), ring.Find(old.Id)!.ExpiresAt);
    }

    [Fact]
    public void The_same_roll_again_changes_nothing()
    {
        var rolled = Accepted(Ring(Key("a")).Roll(new ApiKeyId("a"), Next, TimeSpan.FromHours(1), Now)).Ring;

        var again = Accepted(rolled.Roll(new ApiKeyId("a"), Next, TimeSpan.FromHours(1), Now.AddMinutes(1)));

        Assert.Same(rolled, again.Ring);
    }

    [Fact]
    public void A_revoked_key_stays_revoked_since_the_first_time()
    {
        var revoked = Accepted(Ring(Key("a")).Revoke(new ApiKeyId("a"), Now)).Ring;

        var again = Accepted(revoked.Revoke(new ApiKeyId("a"), Now.AddDays(1)));

        Assert.Equal((KeyStatus.Revoked, Now), (again.Key.StatusAt(Now), again.Key.RevokedAt!.Value));
    }

    public static TheoryData<KeyRefusal, ApiKey?> Unrollable() => new()
    {
        { KeyRefusal.UnknownKey, null },
        { KeyRefusal.KeyRevoked, Key("a") with { RevokedAt = Now, ExpiresAt = Now, RolledTo = new ApiKeyId("b") } },
        { KeyRefusal.AlreadyRolled, Key("a") with { ExpiresAt = Now, RolledTo = new ApiKeyId("b") } },
        { KeyRefusal.KeyExpired, Key("a") with { ExpiresAt = Now } },
    };

    [Theory]
    [MemberData(nameof(Unrollable))]
    public void A_key_that_does_not_work_any_more_is_not_rolled(KeyRefusal reason, ApiKey? key)
    {
        var ring = key is null ? KeyRing.Empty(Owner) : new KeyRing("keys", Owner, [key]);

        Assert.Equal(new KeyDecision.Refused(reason), ring.Roll(new ApiKeyId("a"), Next, TimeSpan.Zero, Now));
    }

    [Fact]
    public void An_unknown_key_is_not_revoked() =>
        Assert.Equal(new KeyDecision.Refused(KeyRefusal.UnknownKey), KeyRing.Empty(Owner).Revoke(new ApiKeyId("a"), Now));

    [Fact]
    public void Working_keys_are_bounded_and_dead_ones_do_not_count()
    {
        var full = Ring([.. Enumerable.Range(0, KeyRing.MostActive).Select(number => Key($"{number}"))]);

        Assert.Equal(new KeyDecision.Refused(KeyRefusal.TooManyKeys), full.Issue(Key("one more"), Now));
        var relieved = Accepted(full.Revoke(new ApiKeyId("0"), Now)).Ring;
        Assert.IsType<KeyDecision.Accepted>(relieved.Issue(Key("one more"), Now));
    }

    [Fact]
    public void The_ring_does_not_grow_for_ever_and_forgets_only_dead_keys()
    {
        var ring = Ring(Key("alive"));

        for (var number = 0; number < 1_000; number++)
        {
            ring = Accepted(ring.Issue(Key($"{number}"), Now)).Ring;
            ring = Accepted(ring.Revoke(new ApiKeyId($"{number}"), Now)).Ring;
        }

        Assert.Equal(200, ring.Keys.Count);
        Assert.NotNull(ring.Find(new ApiKeyId("alive")));
        Assert.NotNull(ring.Find(new ApiKeyId("999")));
    }

    [Fact]
    public void A_use_is_noted_once_in_a_while()
    {
        var coarse = TimeSpan.FromMinutes(5);
        var id = new ApiKeyId("a");

        var used = Ring(Key("a")).Used(id, Now, coarse);

        Assert.Equal(Now, used.Find(id)!.LastUsedAt);
        Assert.Same(used, used.Used(id, Now.AddMinutes(4), coarse));
        Assert.Equal(Now.AddMinutes(5), used.Used(id, Now.AddMinutes(5), coarse).Find(id)!.LastUsedAt);
    }

    static ApiKey Key(string id) => new()
    {
        Id = new ApiKeyId(id),
        Name = "Shop",
        Scopes = [Scope.PaymentsRead],
        Hash = $"hash {id}",
        First = "sk_first",
        Last = "last",
        CreatedAt = Now,
    };

    static KeyRing Ring(params ApiKey[] keys) =>
        keys.Aggregate(KeyRing.Empty(Owner), (ring, key) => Accepted(ring.Issue(key, Now)).Ring);

    static KeyDecision.Accepted Accepted(KeyDecision decision) => Assert.IsType<KeyDecision.Accepted>(decision);
}
