using System.Net;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Operations;
using Railyard.App.Payments;
using Railyard.App.Tests.Acquiring;
using Railyard.App.Tests.Merchants;
using Railyard.App.Tests.Payments;
using Railyard.Core.Payments;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Operations;

/// <summary>
/// An app whose database goes away in the middle of a request: every operation says that it failed, and every POST that
/// the same request is still running until its lease is over.
/// </summary>
public sealed class LostDatabaseTests : IAsyncLifetime
{
    // They ask the durable runtime or the broker, and who asks is known from a moment ago.
    static readonly string[] WithoutDatabase = ["GetBulkResolution", "GetExport", "GetRewrap", "GetSimulation", "ListDeadLetterQueues", "ListDeadLetters"];

    readonly CosmosCable cable = new();
    RunningApp? app;

    RunningApp App => app ?? throw new InvalidOperationException("The app has not started.");

    Client Operators => new(App.Address, "ok_sandbox_local");

    public async ValueTask InitializeAsync()
    {
        var options = new LocalOptions { Services = services => services.AddSingleton<CosmosClient>(Cosmos) };
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, options, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        cable.Dispose();
    }

    [Fact]
    public async Task What_was_begun_and_could_not_be_finished_is_still_running_for_who_repeats_it()
    {
        foreach (var operation in Contract.Document.Operations.Where(one => one.Method == "POST" && one.Scope is not null))
        {
            var calls = await CallsOfAsync(operation);
            var example = operation.Bodies.SelectMany(body => body.Examples).FirstOrDefault();
            var key = $"{Guid.CreateVersion7()}";
            // What it names is made by the first.
            await calls.SendAsync(example);

            cable.CutAfter(IsClaim);
            var failed = await calls.SendAsync(example, key);
            cable.Mend();
            var again = await calls.SendAsync(example, key);

            AssertRefused(failed, HttpStatusCode.InternalServerError, "internal_error");
            AssertRefused(again, HttpStatusCode.Conflict, "idempotency_key_in_flight");
            Assert.InRange(int.Parse(again.Header("Retry-After")!), 1, 15);
        }
    }

    [Fact]
    public async Task What_cannot_be_looked_up_is_a_fault_of_ours_and_nothing_else_is_said_of_it()
    {
        foreach (var operation in Contract.Document.Operations.Where(one => one.Method != "POST" && one.Scope is not null))
        {
            var calls = await CallsOfAsync(operation);
            var example = operation.Bodies.SelectMany(body => body.Examples).FirstOrDefault();
            await calls.SendAsync(example);

            cable.Cut();
            var failed = WithoutDatabase.Contains(operation.Id) ? null : await calls.SendAsync(example);
            var unknown = await StrangerAsync(operation);
            cable.Mend();

            if (failed is not null) AssertRefused(failed, HttpStatusCode.InternalServerError, "internal_error");
            AssertRefused(unknown, HttpStatusCode.InternalServerError, "internal_error");
        }
    }

    [Fact]
    public async Task Cardholders_and_acquirers_are_told_likewise()
    {
        var back = $"{App.Services.GetRequiredService<ReturnLinks>().For(new PaymentId("pay_1")).AbsolutePath}?redirectResult=1";
        var notice = SignedNotice.For(App, "pay_1");
        var nobody = new Client(App.Address, key: null);
        cable.Cut();
        // What an acquirer tells us goes nowhere but into a queue.
        await App.Services.GetRequiredService<ServiceBusClient>().DisposeAsync();

        AssertRefused(await nobody.GetAsync(back), HttpStatusCode.InternalServerError, "internal_error");
        AssertRefused(await nobody.PostRawAsync(back, ""), HttpStatusCode.InternalServerError, "internal_error");
        AssertRefused(
            await nobody.PostAsync("/notifications/adyen/northbank", notice), HttpStatusCode.InternalServerError, "internal_error");
        AssertRefused(await SignedEvent.PostAsync(App, nobody), HttpStatusCode.InternalServerError, "internal_error");
    }

    CosmosClient Cosmos(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<IConfiguration>();
        return cable.Client(settings["Cosmos:accountEndpoint"]!, settings["Cosmos:accountKey"]!);
    }

    async Task<ExampleCalls> CallsOfAsync(ApiOperation operation) =>
        new(App, Operators, await Onboarding.OnboardAsync(App.Address, Operators), operation);

    Task<Reply> StrangerAsync(ApiOperation operation) =>
        new Client(App.Address, "sk_nobody").SendAsync(new HttpMethod(operation.Method), operation.ExamplePath);

    static bool IsClaim(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post
        && request.RequestUri!.AbsolutePath.EndsWith("/colls/idempotency/docs", StringComparison.Ordinal);

    static void AssertRefused(Reply reply, HttpStatusCode status, string code) => Assert.True(
        reply.Status == status && reply["code"] == code, $"{reply.Response.RequestMessage} {reply.Status} {reply.Text}");
}
