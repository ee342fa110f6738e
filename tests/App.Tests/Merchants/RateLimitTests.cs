using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Railyard.App.Merchants;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Merchants;

public sealed class RateLimitTests(RunningRailyard railyard)
{
    [Fact]
    public async Task Every_answer_says_where_the_key_stands()
    {
        var merchant = await railyard.OnboardAsync(["payments:read"], new { per_second = 1, burst = 100 });

        var found = await merchant.Client.GetAsync("/v1/payments");
        var missing = await merchant.Client.GetAsync("/v1/payments/pay_unknown");
        var forbidden = await merchant.Client.PostAsync("/v1/payments");

        Assert.Equal("\"default\";q=100;w=100", found.Header("RateLimit-Policy"));
        Assert.Equal("\"default\";r=99;t=1", found.Header("RateLimit"));
        Assert.All([missing, forbidden], reply => Assert.Matches("^\"default\";r=9[78];t=[123]$", reply.Header("RateLimit")));
    }

    [Fact]
    public async Task Who_calls_too_fast_is_told_when_to_come_back()
    {
        var merchant = await railyard.OnboardAsync(rateLimit: new { per_second = 1, burst = 2 });

        var replies = new List<Reply>();
        for (var number = 0; number < 20; number++) replies.Add(await merchant.Client.GetAsync("/v1/payments"));

        Assert.Equal(HttpStatusCode.OK, replies[0].Status);
        var refused = replies.First(reply => reply.Status != HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (refused.Status, refused["code"]!));
        Assert.Equal("1", refused.Header("Retry-After"));
        Assert.Matches("^\"default\";r=0;t=2$", refused.Header("RateLimit"));
    }

    [Fact]
    public async Task Operators_are_not_limited() =>
        Assert.Null((await railyard.Operator.GetAsync(Onboarded.Merchants)).Header("RateLimit"));

    [Fact]
    public void The_usual_limit_is_a_setting_and_each_key_has_a_bucket_of_its_own()
    {
        var limits = new RateLimits(Settings(("RateLimit:perSecond", "1"), ("RateLimit:burst", "1")), new StoppedClock());

        Assert.Null(limits.Refuse(new DefaultHttpContext().Response, Credential("one")));
        Assert.Equal(TimeSpan.FromSeconds(1), limits.Refuse(new DefaultHttpContext().Response, Credential("one"))?.RetryAfter);
        Assert.Null(limits.Refuse(new DefaultHttpContext().Response, Credential("two")));
    }

    [Fact]
    public void A_setting_that_is_no_limit_is_refused() => Assert.Throws<InvalidOperationException>(
        () => new RateLimits(Settings(("RateLimit:burst", "unlimited")), new StoppedClock()));

    static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(one => one.Name, one => (string?)one.Value)).Build();

    static Credential Credential(string key) => new(
        new MerchantId("mer_1"), new NewKey("Shop", [], null).Key(new ApiKeyId(key), "sk_0123456789", DateTimeOffset.UnixEpoch), null);

    sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
