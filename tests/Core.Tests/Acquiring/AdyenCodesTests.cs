using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Acquiring;

public sealed class AdyenCodesTests
{
    // docs.adyen.com, "Refusal reasons": 1, 13 and 30 are not given out.
    static readonly int[] Documented = [.. Enumerable.Range(2, 45).Except([13, 30])];

    [Fact]
    public void Every_documented_refusal_has_a_decline_code() =>
        Assert.Equal(Documented, AdyenCodes.Declines.Keys.Select(int.Parse).Order());

    [Fact]
    public void A_refusal_that_is_not_documented_is_a_refusal_all_the_same() =>
        Assert.Equal(DeclineCode.DoNotHonor, AdyenCodes.Decline("999"));
}
