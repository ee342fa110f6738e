using System.Text;
using Railyard.Core.Webhooks;

namespace Railyard.Core.Tests.Webhooks;

public sealed class SignatureTests
{
    const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const string SecretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const string Expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    static readonly DateTimeOffset Moment = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
    static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    static readonly byte[] Secret = Signature.Read(SecretText)!;
    static readonly byte[] OtherSecret = Encoding.ASCII.GetBytes("another secret of 32 bytes, here");

    static SignedMessage Message(string signatures, string timestamp = "1614265330", string id = Id) => new(id, timestamp, signatures);

    [Fact]
    public void The_vector_of_Standard_Webhooks_is_signed_as_there() =>
        Assert.Equal(Expected, Signature.Sign(Id, Moment, Body, [Secret]));

    [Fact]
    public void The_vector_of_Standard_Webhooks_is_verified() =>
        Assert.True(Signature.Verify(Message(Expected), Body, Secret, Tolerance, Moment));

    [Fact]
    public void During_a_rotation_both_signatures_are_sent_and_either_secret_verifies()
    {
        var signatures = Signature.Sign(Id, Moment, Body, [OtherSecret, Secret]);

        Assert.Equal(2, signatures.Split(' ').Length);
        Assert.EndsWith($" {Expected}", signatures, StringComparison.Ordinal);
        Assert.True(Signature.Verify(Message(signatures), Body, Secret, Tolerance, Moment));
        Assert.True(Signature.Verify(Message(signatures), Body, OtherSecret, Tolerance, Moment));
    }

    [Theory]
    [InlineData(299, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_message_is_believed_within_the_tolerance(int ageSeconds, bool isBelieved) => Assert.Equal(
        isBelieved, Signature.Verify(Message(Expected), Body, Secret, Tolerance, Moment + TimeSpan.FromSeconds(ageSeconds)));

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=,")]
    public void Another_signature_is_refused(string signatures) =>
        Assert.False(Signature.Verify(Message(signatures), Body, Secret, Tolerance, Moment));

    [Theory]
    [InlineData("1614265331", Id)]
    [InlineData("1614265330", "msg_other")]
    [InlineData("", Id)]
    [InlineData("-1614265330", Id)]
    [InlineData("9223372036854775807", Id)]
    [InlineData("99999999999999999999", Id)]
    public void A_signature_of_another_message_is_refused(string timestamp, string id) =>
        Assert.False(Signature.Verify(Message(Expected, timestamp, id), Body, Secret, Tolerance, Moment));

    [Fact]
    public void A_body_that_was_changed_is_refused() =>
        Assert.False(Signature.Verify(Message(Expected), [.. Body, (byte)' '], Secret, Tolerance, Moment));

    [Fact]
    public void A_secret_is_written_with_its_prefix_and_read_again() =>
        Assert.Equal(OtherSecret, Signature.Read(Signature.Write(OtherSecret)));

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_secret_has_24_to_64_bytes(int length, bool isSecret) =>
        Assert.Equal(isSecret, Signature.Read(Signature.Write(new byte[length])) is not null);

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base 64 and long enough for it")]
    public void What_is_no_secret_is_not_read_as_one(string text) => Assert.Null(Signature.Read(text));
}
