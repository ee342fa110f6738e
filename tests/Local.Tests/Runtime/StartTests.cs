using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Functions;
using Railyard.Local.Runtime.Storage;

namespace Railyard.Local.Tests.Runtime;

public sealed class StartTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("railyard-start-").FullName;

    public sealed class None;

    public sealed class SameRoute
    {
        [Function("One")]
        public static void One(
            [HttpTrigger("get", "post", Route = "things/{id}")] HttpRequest request, string id) { }

        [Function("Other")]
        public static void Other(
            [HttpTrigger("post", Route = "things/{name}")] HttpRequest request, string name) { }
    }

    public sealed class UnknownParameter
    {
        [Function("Lost")]
        public static void Lost([HttpTrigger("get")] HttpRequest request, Version version) { }
    }

    public sealed class BadSchedule
    {
        [Function("Never")]
        public static void Never([TimerTrigger("every day")] TimerInfo timer) { }
    }

    public sealed class BadConstraint
    {
        [Function("Odd")]
        public static void Odd(
            [HttpTrigger("get", Route = "odd/{id:odd}")] HttpRequest request, string id) { }
    }

    public sealed class Reserved
    {
        [Function("Admin")]
        public static void Admin([HttpTrigger("get", Route = "admin/things")] HttpRequest request) { }
    }

    public sealed class NoTrigger
    {
        [Function("Idle")]
        public static void Idle(string nothing) { }
    }

    public sealed class NoQueue
    {
        [Function("Deaf")]
        public static void Deaf([ServiceBusTrigger("nowhere")] string message) { }
    }

    public sealed class NoTopic
    {
        [Function("Deaf")]
        public static void Deaf([ServiceBusTrigger("nowhere", "ledger")] string message) { }
    }

    public sealed class NoSubscription
    {
        [Function("Deaf")]
        public static void Deaf([ServiceBusTrigger("payment-events", "nobody")] string message) { }
    }

    public sealed class NoSessions
    {
        [Function("Deaf")]
        public static void Deaf([ServiceBusTrigger("payment-events", "webhooks", IsSessionsEnabled = true)] string message) { }
    }

    public sealed class OnlySessions
    {
        [Function("Deaf")]
        public static void Deaf([ServiceBusTrigger("payment-events", "payment-reviews")] string message) { }
    }

    public sealed class Batches
    {
        [Function("Many")]
        public static void Many([ServiceBusTrigger("ledger-postings", IsBatched = true)] string[] messages) { }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(typeof(SameRoute), "Functions One and Other both answer POST /api/things/{name}.")]
    [InlineData(
        typeof(UnknownParameter),
        "Function Lost: nothing can be bound to the parameter version of type Version.")]
    [InlineData(
        typeof(BadSchedule),
        "Function Never: \"every day\" is neither an NCRONTAB expression nor an interval.")]
    [InlineData(
        typeof(BadConstraint), "Function Odd: the route api/odd/{id:odd} has the unknown constraint odd.")]
    [InlineData(
        typeof(Reserved), "Function Admin: the route admin/things begins with a word that the host keeps.")]
    [InlineData(typeof(NoQueue), "Function Deaf: there is no queue nowhere in local/resources/servicebus.json.")]
    [InlineData(typeof(NoTopic), "Function Deaf: there is no topic nowhere in local/resources/servicebus.json.")]
    [InlineData(
        typeof(NoSubscription),
        "Function Deaf: there is no subscription nobody of the topic payment-events in local/resources/servicebus.json.")]
    [InlineData(
        typeof(NoSessions), "Function Deaf: payment-events/webhooks has no sessions, and IsSessionsEnabled says otherwise.")]
    [InlineData(
        typeof(OnlySessions), "Function Deaf: payment-events/payment-reviews requires sessions, and IsSessionsEnabled says otherwise.")]
    [InlineData(typeof(NoTrigger), "Function Idle: NoTrigger.Idle must have exactly one trigger parameter.")]
    public async Task A_declaration_that_cannot_work_stops_the_start(Type functions, string reason)
    {
        var refusal = await Assert.ThrowsAsync<StartRefused>(() => Sample.StartAsync([functions]));

        Assert.Equal(reason, refusal.Message);
    }

    [Theory]
    [InlineData("20", "00:00:01", "host.json: extensions.serviceBus.minMessageBatchSize cannot be more than maxMessageBatchSize, 10.")]
    [InlineData(
        "10",
        "00:00:31",
        "Function Many: extensions.serviceBus.maxBatchWaitTime, 00:00:31, is more than half of the lock duration, 00:01:00.")]
    public async Task Batches_that_cannot_be_gathered_stop_the_start(string least, string wait, string reason)
    {
        const string Section = "AzureFunctionsJobHost:extensions:serviceBus";
        var options = new LocalOptions
        {
            Settings = new Dictionary<string, string?>
            {
                [$"{Section}:maxMessageBatchSize"] = "10",
                [$"{Section}:minMessageBatchSize"] = least,
                [$"{Section}:maxBatchWaitTime"] = wait,
            },
        };

        var refusal = await Assert.ThrowsAsync<StartRefused>(() => Sample.StartAsync<Batches>(options));

        Assert.Equal(reason, refusal.Message);
    }

    [Fact]
    public async Task An_occupied_port_is_named_with_the_option_that_changes_it()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;
        var options =
            new LocalOptions { Settings = new Dictionary<string, string?> { ["Local:Port"] = $"{port}" } };

        var refusal = await Assert.ThrowsAsync<StartRefused>(() => Sample.StartAsync<None>(options));

        Assert.Equal(
            $"Port {port}, wanted for the app, is in use; stop what uses it, or choose another with --port.",
            refusal.Message);
    }

    [Fact]
    public async Task A_second_instance_on_the_same_data_is_refused()
    {
        await using var first = DataFolder.Take(Path.Combine(folder, "data"), fresh: false);
        var options = new LocalOptions { DataFolder = first.Path };

        var refusal = await Assert.ThrowsAsync<StartRefused>(() => Sample.StartAsync<None>(options));

        Assert.Equal(
            $"The data folder {first.Path} is in use by another instance; stop it, or choose another with --data.",
            refusal.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_with_somebody_elses_files_is_neither_used_nor_emptied(bool fresh)
    {
        var thesis = Path.Combine(folder, "thesis.txt");
        File.WriteAllText(thesis, "years of work");

        Assert.Throws<StartRefused>(() => DataFolder.Take(folder, fresh));

        Assert.Equal("years of work", File.ReadAllText(thesis));
    }

    [Fact]
    public async Task Fresh_empties_a_folder_of_ours()
    {
        var path = Path.Combine(folder, "data");
        await using (var before = DataFolder.Take(path, fresh: false))
        {
            await File.WriteAllTextAsync(
                before.File("durable.db"), "old", TestContext.Current.CancellationToken);
            before.Folder("azurite");
        }

        await using var after = DataFolder.Take(path, fresh: true);

        Assert.Equal(["railyard.lock"], Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_app_reads_where_everything_is_from_its_configuration()
    {
        await using var app = await Sample.StartAsync<None>();
        var settings = app.Services.GetRequiredService<IConfiguration>();

        Assert.Equal(app.StorageConnectionString, settings["AzureWebJobsStorage"]);
        Assert.Equal(app.ServiceBusConnectionString, settings["ServiceBus"]);
        Assert.Equal(app.CosmosAddress, new Uri(settings["Cosmos:accountEndpoint"]!));
        Assert.NotEmpty(app.Acquirers);
        Assert.All(
            app.Acquirers,
            each => Assert.Equal(each.Value.Host, new Uri(settings[$"Acquirers:{each.Key}:endpoint"]!).Host));
        Assert.Equal(app.Acquirers["northbank"], new Uri(settings["Acquirers:northbank:endpoint"]!));
    }

    [Fact]
    public void Two_functions_of_one_name_are_refused()
    {
        var refusal = Assert.Throws<StartRefused>(
            () => Discovery.FunctionsOf([typeof(SameRoute), typeof(SameName)]));

        Assert.StartsWith(
            "Function One is declared more than once", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    public sealed class SameName
    {
        [Function("one")]
        public static void One([HttpTrigger("get")] HttpRequest request) { }
    }
}
