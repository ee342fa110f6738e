namespace Railyard.App.Tests.Operations;

public sealed class HealthTests(RunningRailyard railyard)
{
    [Fact]
    public async Task What_the_app_needs_is_named_with_its_state()
    {
        var health = await Eventually.ThatAsync(
            () => railyard.Merchant.GetAsync("/health"), reply => reply["storage"] == "up");

        Assert.Equal(("healthy", "up"), (health["status"], health["database"]));
    }
}
