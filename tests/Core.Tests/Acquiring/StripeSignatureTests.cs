using System.Text;
using Railyard.Core.Acquiring;

namespace Railyard.Core.Tests.Acquiring;

public sealed class StripeSignatureTests
{
    const string Secret = "whsec_test_secret";
    const long SentAt = 1_700_000_000;

    static readonly byte[] Body = Encoding.UTF8.GetBytes("""{ "id": "evt_1" }""");
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(SentAt);
    static readonly string Right = StripeSignature.Of(Body, SentAt, Secret);

    [Fact]
    public void A_signature_is_over_the_time_a_point_and_the_body() =>
        // By another implementation of HMAC-SHA256.
        Assert.Equal("f6b3c93520e21c34e3e13b815da950996ac47592a0b9cb029a92757a5572f3a0", Right);

    [Fact]
    public void One_right_signature_among_several_is_enough()
    {
        var header = $"t={SentAt},v1={new string('0', 64)},v1={Right},v0=ignored";

        Assert.True(StripeSignature.IsRight(header, Body, Secret, Now));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void A_notification_is_believed_within_five_minutes(int secondsLater, bool isRight) =>
        Assert.Equal(isRight, StripeSignature.IsRight($"t={SentAt},v1={Right}", Body, Secret, Now.AddSeconds(secondsLater)));

    [Fact]
    public void What_was_signed_in_another_way_is_not_believed()
    {
        string[] wrong =
        [
            "", "t=", $"t={SentAt}", $"v1={Right}", $"t={SentAt + 1},v1={Right}", $"t={SentAt},v0={Right}", $"t={SentAt},v1={Right}0",
            $"t={SentAt},v1={Right[..63]}", $"t=9223372036854775807,v1={Right}", $"t=-1,v1={Right}", $"t=99999999999999999999,v1={Right}",
            $"t={SentAt}," + string.Join(',', Enumerable.Repeat($"v1={Right}", 30)),
        ];

        Assert.All(wrong, header => Assert.False(StripeSignature.IsRight(header, Body, Secret, Now), header));
        Assert.False(StripeSignature.IsRight($"t={SentAt},v1={Right}", [.. Body, (byte)' '], Secret, Now));
        Assert.False(StripeSignature.IsRight($"t={SentAt},v1={Right}", Body, "whsec_another", Now));
    }
}
