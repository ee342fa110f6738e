using System.Net;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;

namespace Railyard.App.Tests.Payments;

/// <summary>An app of its own whose days pass in milliseconds.</summary>
public sealed class ExpiryTests : IAsyncLifetime
{
    readonly VirtualTime time = new(new DateTimeOffset(2026, 7, 1, 9, 0, 0, TimeSpan.Zero));
    RunningApp? app;

    Client Merchant => new(app!.Address, "sk_sandbox_local");

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, new LocalOptions { Time = time, Settings = Timers.Off }, Stop);

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    [Fact]
    public async Task What_nobody_finishes_comes_to_its_end_in_its_time()
    {
        var held = await Merchant.PayAsync();
        var captured = await Merchant.PayAsync();
        await Merchant.PostAsync($"/v1/payments/{captured["id"]}/captures", new { amount = 4_00 });
        var asked = await Merchant.PayAsync(number: "4212345678901237");

        await time.AdvanceAsync(TimeSpan.FromMinutes(14), Stop);
        Assert.Equal("requires_action", await StatusAsync(asked));
        await time.AdvanceAsync(TimeSpan.FromMinutes(2), Stop);
        Assert.Equal("expired", await StatusAsync(asked));

        await time.AdvanceAsync(TimeSpan.FromDays(9.9), Stop);
        Assert.Equal("authorized", await StatusAsync(held));
        await time.AdvanceAsync(TimeSpan.FromDays(0.2), Stop);
        Assert.Equal("expired", await StatusAsync(held));
        Assert.Equal("captured", await StatusAsync(captured));

        foreach (var payment in new[] { held, captured })
        {
            var late = await Merchant.PostAsync($"/v1/payments/{payment["id"]}/captures", new { amount = 1_00 });
            Assert.Equal((HttpStatusCode.Conflict, "authorization_expired"), (late.Status, late["code"]));
        }
        var voided = await Merchant.PostAsync($"/v1/payments/{held["id"]}/voids");
        Assert.Equal((HttpStatusCode.Conflict, "authorization_expired"), (voided.Status, voided["code"]));
        var events = await Merchant.GetAsync($"/v1/payments/{held["id"]}/events");
        Assert.Equal(
            ["payment.void_requested", "payment.expired", "payment.voided"],
            events.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("type").GetString()!).TakeLast(3));
    }

    async Task<string?> StatusAsync(Reply payment) => (await Merchant.GetAsync($"/v1/payments/{payment["id"]}"))["status"];
}
