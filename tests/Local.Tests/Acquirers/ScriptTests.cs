using Railyard.Local.Acquirers;

namespace Railyard.Local.Tests.Acquirers;

public sealed class ScriptTests
{
    [Fact]
    public void Every_scripted_card_number_is_valid()
    {
        Assert.All(Script.Cards, scene => Assert.True(CardNumber.IsValid(scene.Card!), scene.Card));
    }

    [Fact]
    public void Every_fault_and_every_refusal_can_be_asked_for_by_amount()
    {
        var amounts = Script.Amounts.ToList();

        Assert.All(
            Enum.GetValues<Fault>().Where(fault => fault != Fault.None),
            fault => Assert.Contains(amounts, scene => scene.Fault == fault));
        Assert.All(
            Script.Declines,
            why => Assert.Contains(amounts, scene => scene.OnlyAt is null && Refuses(scene, why)));
    }

    [Fact]
    public async Task The_script_and_the_counts_are_shown()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync();

        var shown = (await bench.GetAsync("/sim")).Json;

        Assert.Equal("northbank", shown["name"]!.GetValue<string>());
        Assert.Equal(1, shown["counts"]!["approved"]!.GetValue<int>());
        Assert.Contains(
            shown["script"]!.AsArray(),
            scene => scene!["amount"]?.GetValue<long>() == 8_001_002
                && scene["happens"]!.GetValue<string>() == "refuse: 2 Refused");
    }

    [Theory]
    [InlineData(90, 10, 9_050, 91)]
    [InlineData(90, 0, 5_500, 50)]
    [InlineData(90, 0, 5_499, 49)]
    [InlineData(120, 5, 0, 5)]
    public void A_fee_is_rounded_half_up(int basisPoints, long fixedMinorUnits, long amount, long fee)
    {
        Assert.Equal(fee, new Fee(basisPoints, fixedMinorUnits).Of(amount));
    }

    static bool Refuses(Scene scene, Decline why) =>
        scene.Decision is Decision.Declined declined && declined.Why == why;
}
