using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Merchants;

public sealed class AdmissionTests
{
    static readonly DateTimeOffset Now = A.Moment;

    static readonly ApiKey Key = new()
    {
        Id = new ApiKeyId("key_1"),
        Name = "Shop",
        Scopes = [Scope.PaymentsRead],
        Hash = KeyText.Hash("sk_1"),
        First = "sk_",
        Last = "1",
        CreatedAt = Now,
    };

    static readonly Merchant Merchant = new()
    {
        Id = new MerchantId("mer_1"),
        Name = "Shop",
        CardGroup = new CardGroup("mer_1"),
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    static readonly Merchant Suspended = Merchant with { Status = MerchantStatus.Suspended };

    [Fact]
    public void A_working_key_with_the_scope_opens() =>
        Assert.Null(Admission.Check(Key, Merchant, Scope.PaymentsRead, Now));

    [Fact]
    public void One_scope_does_not_include_another() =>
        Assert.All(
            Enum.GetValues<Scope>().Where(scope => scope != Scope.PaymentsRead),
            scope => Assert.Equal(Denial.ScopeMissing, Admission.Check(Key, Merchant, scope, Now)));

    [Fact]
    public void What_stands_against_a_key_is_said_in_order_of_precedence()
    {
        var expired = Key with { ExpiresAt = Now };
        var revoked = expired with { RevokedAt = Now };

        Assert.Equal(Denial.KeyRevoked, Admission.Check(revoked, Suspended, Scope.Routing, Now));
        Assert.Equal(Denial.KeyExpired, Admission.Check(expired, Suspended, Scope.Routing, Now));
        Assert.Equal(Denial.MerchantSuspended, Admission.Check(Key, Suspended, Scope.Routing, Now));
        Assert.Equal(Denial.ScopeMissing, Admission.Check(Key, Merchant, Scope.Routing, Now));
    }

    [Fact]
    public void No_scope_is_for_merchants_and_operators_alike()
    {
        Assert.Empty(Scopes.OfMerchants.Intersect(Scopes.OfOperators));
        Assert.Equal(Enum.GetValues<Scope>().Length, Scopes.OfMerchants.Count + Scopes.OfOperators.Count);
        Assert.Equal(Scope.PaymentsWrite, Scopes.ByWord["payments:write"]);
    }

    [Fact]
    public void A_key_fits_its_own_text_only()
    {
        Assert.True(Key.Fits("sk_1"));
        Assert.False(Key.Fits("sk_2"));
    }

    [Fact]
    public void A_keys_text_is_as_long_as_its_bytes_need_and_says_whose_it_is()
    {
        var ones = Enumerable.Repeat((byte)255, KeyText.SecretLength).ToArray();

        Assert.Matches("^sk_[0-9A-Za-z]{43}$", KeyText.Of(ones, isOperators: false));
        Assert.Equal($"ok_{new string('0', 43)}", KeyText.Of(new byte[KeyText.SecretLength], isOperators: true));
        Assert.Throws<InvariantBroken>(() => KeyText.Of(new byte[16], isOperators: false));
    }
}
