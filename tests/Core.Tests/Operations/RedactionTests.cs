using Railyard.Core.Operations;

namespace Railyard.Core.Tests.Operations;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("card 4111111111111111 was refused", "card [redacted] was refused")]
    [InlineData("4111 1111 1111 1111", "[redacted]")]
    [InlineData("4111-1111-1111-1111.", "[redacted].")]
    [InlineData("370000000100018 and 4917610000000000", "[redacted] and [redacted]")]
    [InlineData("""{"number":"4111111111111111","cvc":null}""", """{"number":"[redacted]","cvc":null}""")]
    [InlineData("Bearer sk_sandbox_local", "[redacted]")]
    [InlineData("with sk_live_0123456789abcdef, please", "with [redacted], please")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==", "[redacted]")]
    public void What_nobody_may_read_is_taken_out(string text, string kept) => Assert.Equal(kept, Redaction.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("pay_019abc0e8f7a7c3e9d21c0ffee000001")]
    [InlineData("4111111111111112 has a wrong check digit")]
    [InlineData("the reference 41111111111111110000 is longer")]
    [InlineData("amount 1050, sequence 12345678901")]
    [InlineData("task_force and book_keeping")]
    [InlineData("sk_ alone")]
    public void What_is_neither_a_card_nor_a_key_stays(string text) => Assert.Equal(text, Redaction.Of(text));
}
