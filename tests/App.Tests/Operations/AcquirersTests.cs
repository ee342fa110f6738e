using System.Net;
using System.Text.Json;

namespace Railyard.App.Tests.Operations;

public sealed class AcquirersTests(RunningRailyard railyard)
{
    [Fact]
    public async Task Every_acquirer_is_shown_with_its_breaker_and_after_a_payment_with_its_rate()
    {
        var paid = await railyard.Merchant.PayAsync();

        var shown = await Eventually.ThatAsync(
            () => ShownAsync(paid["acquirer"]!), one => one.GetProperty("outcomes").GetInt64() > 0);

        Assert.Equal("closed", shown.GetProperty("circuits").GetProperty("authorize").GetString());
        Assert.InRange(shown.GetProperty("approval_basis_points").GetInt32(), 0, 10_000);
        Assert.NotEqual(JsonValueKind.Null, shown.GetProperty("as_of").ValueKind);
    }

    [Fact]
    public async Task A_parameter_is_refused()
    {
        var reply = await railyard.Operator.GetAsync("/ops/v1/acquirers?name=northbank");

        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (reply.Status, reply["code"]));
    }

    async Task<JsonElement> ShownAsync(string name)
    {
        var list = await railyard.Operator.GetAsync("/ops/v1/acquirers");
        Assert.Equal(HttpStatusCode.OK, list.Status);
        return list.Body.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
    }
}
