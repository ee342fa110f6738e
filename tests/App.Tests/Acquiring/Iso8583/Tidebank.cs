using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Railyard.App.Acquiring;
using Railyard.App.Acquiring.Iso8583;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Local.Acquirers;

namespace Railyard.App.Tests.Acquiring.Iso8583;

/// <summary>The simulated host of ISO 8583 on ports that stay, and our connector to it.</summary>
sealed class Tidebank : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("railyard-tidebank-").FullName;
    readonly int pages = FreePort();
    readonly int port = FreePort();
    readonly HttpClient http = new();
    SimulatedAcquirers? host;

    Tidebank(string dialect) => Connector = Connect(new Uri($"tcp://127.0.0.1:{port}"), Notices.Enqueue, dialect: dialect);

    public Iso8583Acquirer Connector { get; }

    /// <summary>What came late.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<AcquirerNotice> Notices { get; } = [];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Tidebank> StartAsync(string dialect = "binary")
    {
        var bank = new Tidebank(dialect);
        await File.WriteAllTextAsync(
            Path.Combine(bank.folder, "acquirers.json"),
            $$"""
            { "acquirers": [ { "name": "tidebank", "protocol": "iso8583", "dialect": "{{dialect}}", "port": {{bank.pages}},
              "isoPort": {{bank.port}}, "merchantAccount": "RailyardTide", "apiKey": "",
              "fee": { "basisPoints": 80, "fixedMinorUnits": 12 } } ] }
            """,
            Cancellation);
        await bank.OpenAsync();
        return bank;
    }

    /// <summary>A connector to that endpoint.</summary>
    public static Iso8583Acquirer Connect(
        Uri endpoint, Action<AcquirerNotice> keep, TimeProvider? time = null, string dialect = "binary")
    {
        var profile = new AcquirerProfile
        {
            Name = new AcquirerName("tidebank"), Brands = App.Acquiring.Acquirers.UsualBrands, Fee = new Core.Routing.Fee(0, 0),
        };
        var settings = new AcquirerSettings { Endpoint = endpoint, MerchantAccount = "RailyardTide", Dialect = dialect };
        return new Iso8583Acquirer(
            profile,
            settings,
            (notice, _) =>
            {
                keep(notice);
                return Task.CompletedTask;
            },
            time ?? TimeProvider.System,
            NullLogger.Instance);
    }

    public async Task OpenAsync() => host = await SimulatedAcquirers.StartAsync(
        new AcquirersOptions
        {
            ResourcesPath = Path.Combine(folder, "acquirers.json"),
            DatabasePath = Path.Combine(folder, "acquirers.db"),
            BlobConnectionString = "UseDevelopmentStorage=true",
            Logging = NullLoggerFactory.Instance,
        },
        Cancellation);

    public async Task CloseAsync()
    {
        if (host is not null) await host.DisposeAsync();
        host = null;
    }

    public async Task PlayAsync(string behaviour) => (await http.PutAsJsonAsync(
        new Uri($"http://127.0.0.1:{pages}/sim/script"), new { rules = new[] { new { behaviour } } }, Cancellation)).EnsureSuccessStatusCode();

    /// <summary>How many approvals of that payment may still be charged.</summary>
    public async Task<int> LiveAsync(Ask asked) => (await BookAsync(asked))["live_approvals"]!.GetValue<int>();

    public async Task<JsonNode> BookAsync(Ask asked) => (await http.GetFromJsonAsync<JsonNode>(
        new Uri($"http://127.0.0.1:{pages}/sim/book?reference={asked.Payment}"), Cancellation))!;

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        await CloseAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>An attempt, and the calls that one makes about it.</summary>
sealed record Ask
{
    public const string Visa = "4111111111111111";

    static readonly DateTimeOffset Moment = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    public string Card { get; init; } = Visa;

    public Money Amount { get; init; } = new(10_00, Currency.Of("EUR"));

    public PaymentId Payment { get; } = new($"pay_{Guid.CreateVersion7():N}");

    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(20);

    AttemptId Attempt => Payment.Attempt(1);

    CardNumber Number => CardNumber.Read(Card)!.Value;

    CardSummary Summary => new(Number.Brand, Number.Bin, Number.Last4, 3, 2030);

    public AuthorizationCall Authorisation => new(
        Attempt, Payment, Amount, Number, Summary, "737", new Uri("https://merchant.example/return"), Moment, Within);

    public ReversalCall Reversal => new(Attempt, Payment, Amount, null, Number, Summary, Moment, IsRepeat: false, Within);

    public OperationCall Operation(OperationKind kind, string reference, long? minorUnits = null) => new(
        new OperationId($"cap_{Guid.CreateVersion7():N}"),
        kind,
        Payment,
        reference,
        minorUnits is { } amount ? new Money(amount, Amount.Currency) : Amount,
        new OriginalCall(Attempt, Moment, Number, Summary, Amount),
        Within);
}
