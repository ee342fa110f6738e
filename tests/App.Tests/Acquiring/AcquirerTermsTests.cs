using Microsoft.Extensions.Configuration;
using Railyard.App.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Acquiring;

public sealed class AcquirerTermsTests
{
    static readonly AcquirerProfile Profile =
        new() { Name = new AcquirerName("northbank"), Brands = [CardBrand.Visa], Fee = new Fee(100, 0) };

    static AcquirerProfile Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.ToDictionary(one => $"Acquirers:northbank:{one.Key}", one => (string?)one.Value)).Build();
        return AcquirerTerms.Of(configuration.GetSection("Acquirers:northbank"), Profile);
    }

    [Fact]
    public void What_nothing_is_said_of_is_any()
    {
        var read = Read(("endpoint", "http://localhost"));

        Assert.Empty(read.IssuerCountries);
        Assert.Empty(read.Amounts);
        Assert.Equal(Enum.GetValues<Capability>(), read.Capabilities);
        Assert.Equal((null, null, null), (read.Closed, read.MostPaymentsPerMonth, read.PromisedPaymentsPerMonth));
    }

    [Fact]
    public void What_it_takes_is_read_from_its_settings()
    {
        var read = Read(
            ("issuerCountries:0", "NL"), ("capabilities:0", "ManualCapture"), ("amounts:EUR:least", "100"),
            ("closedFrom", "23:00"), ("closedUntil", "01:00"), ("mostPaymentsPerMonth", "1000"), ("promisedPaymentsPerMonth", "10"));

        Assert.Equal(["NL"], read.IssuerCountries);
        Assert.Equal([Capability.ManualCapture], read.Capabilities);
        Assert.Equal(new AmountLimits(100, long.MaxValue), read.Amounts["EUR"]);
        Assert.Equal(new ClosedHours(new TimeOnly(23, 0), new TimeOnly(1, 0)), read.Closed);
        Assert.Equal((1_000L, 10L), (read.MostPaymentsPerMonth!.Value, read.PromisedPaymentsPerMonth!.Value));
    }

    [Theory]
    [InlineData("closedFrom", "23:00")]
    [InlineData("amounts:euro:least", "1")]
    public void What_cannot_be_is_refused(string key, string value) =>
        Assert.Throws<InvalidOperationException>(() => Read((key, value)));
}
