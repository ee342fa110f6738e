using Railyard.Core.Acquiring;

namespace Railyard.Core.Tests.Acquiring;

public sealed class CallBudgetTests
{
    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 8)]
    [InlineData(4, 5)]
    [InlineData(6, 3)]
    [InlineData(8.5, 3)]
    [InlineData(3600, 3)]
    public void A_call_gets_what_is_left_of_the_merchants_wait_within_its_bounds(double secondsSince, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), CallBudget.For(TimeSpan.FromSeconds(secondsSince)));
}
