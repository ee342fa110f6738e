using Railyard.Core.Acquiring;

namespace Railyard.Core.Tests.Acquiring;

public sealed class AdyenNotificationSignatureTests
{
    const string Key = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";

    // The example of docs.adyen.com, "Verify HMAC signatures".
    static readonly SignedNotification Example = new(
        "7914073381342284", null, "TestMerchant", "TestPayment-1407325143704", "1130", "EUR", "AUTHORISATION", "true");

    [Fact]
    public void The_documented_example_has_the_documented_signature() =>
        Assert.Equal("coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=", AdyenNotificationSignature.Of(Example, Key));

    [Fact]
    public void A_changed_amount_breaks_the_signature() =>
        Assert.False(AdyenNotificationSignature.IsRight(
            Example with { Value = "1131" }, AdyenNotificationSignature.Of(Example, Key), Key));

    [Fact]
    public void A_colon_cannot_move_from_one_part_to_the_next()
    {
        var one = Example with { MerchantAccount = "a:b", MerchantReference = "c" };
        var other = Example with { MerchantAccount = "a", MerchantReference = "b:c" };

        Assert.NotEqual(AdyenNotificationSignature.Of(one, Key), AdyenNotificationSignature.Of(other, Key));
    }
}
