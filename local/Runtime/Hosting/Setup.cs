using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Railyard.Local.Acquirers;
using Railyard.Local.Cosmos;
using Railyard.Local.Runtime.Blobs;
using Railyard.Local.Runtime.Http;
using Railyard.Local.Runtime.Settings;
using Railyard.Local.Runtime.Testing;

namespace Railyard.Local.Runtime.Hosting;

/// <summary>Everything that is settled before the app's own code runs: settings, ports, folders.</summary>
internal sealed class Setup
{
    const string DefaultDataFolder = ".local";
    const int HmacKeyBytes = 32;

    // Ten seconds in Azure; nobody wants to wait for that at a desk.
    static readonly TimeSpan BlobScanInterval = TimeSpan.FromSeconds(1);

    readonly ConfigurationManager configuration;
    readonly IReadOnlyList<AcquirerProfile> acquirers;

    Setup(
        Launch? launch, Assembly app, Folders folders, HostJson host, ConfigurationManager configuration,
        IReadOnlyList<AcquirerProfile> acquirers)
    {
        Launch = launch;
        Faults = launch is null ? null : new InjectedFaults(launch.Options.Faults);
        App = app;
        Folders = folders;
        Host = host;
        this.configuration = configuration;
        this.acquirers = acquirers;
        Ports = Ports.From(configuration, launch?.Options.FreePorts ?? false, Math.Max(1, AcquirerPortCount));
        DataFolder = Path.GetFullPath(
            launch?.DataFolder ?? configuration[SettingNames.DataFolder] ?? Default(folders));
        configuration.AddInMemoryCollection(Actual());
    }

    public Launch? Launch { get; }

    public Assembly App { get; }

    public Folders Folders { get; }

    public HostJson Host { get; }

    public Ports Ports { get; }

    public string DataFolder { get; }

    /// <summary>How many ports the acquirers listen on.</summary>
    public int AcquirerPortCount => new AcquirerPorts(acquirers, first: null).Count;

    IEnumerable<string> Acquirers => acquirers.Select(acquirer => acquirer.Name);

    /// <summary>What each acquirer signs its notifications with, in hexadecimal.</summary>
    public IReadOnlyDictionary<string, string> AcquirerHmacKeys =>
        Acquirers.ToDictionary(name => name, name => configuration[SettingNames.AcquirerHmacKey(name)]!);

    /// <summary>Which notifications an acquirer sends of its own accord, where the settings say so.</summary>
    public IReadOnlyDictionary<string, NotificationsSent> AcquirerNotifications =>
        Acquirers.Where(name => configuration[SettingNames.AcquirerNotifications(name)] is not null)
            .ToDictionary(name => name, Notifications);

    /// <summary>
    /// The broker's name in connection strings: several apps in one process each have their own.
    /// </summary>
    public string BrokerHost => Launch is null ? "localhost" : $"localhost-{Ports.App}";

    public TimeProvider Time => Launch?.Options.Time ?? TimeProvider.System;

    /// <summary>What a test lets go wrong; null outside of tests.</summary>
    public InjectedFaults? Faults { get; }

    /// <summary>The clock that a test moves, where it does.</summary>
    public VirtualTime? VirtualTime => Time as VirtualTime;

    /// <summary>Counts what is under way on virtual time; null where nobody asks.</summary>
    public Workload? Workload => VirtualTime?.Workload;

    public bool IsFresh => configuration[SettingNames.Fresh] is "true" or "True";

    /// <summary>The host under whose name receipts, queues and schedules are kept.</summary>
    public string HostId =>
        configuration["AzureFunctionsWebHost:hostid"] ??
        App.GetName().Name!.ToLowerInvariant().Replace('.', '-');

    public BlobHost BlobHost =>
        new(HostId, Ports.StorageConnectionString, Host.BlobParallelism, Host.BlobTries, BlobScanInterval);

    public References References => new(configuration);

    public FunctionKeys FunctionKeys => new(configuration);

    public IEnumerable<Type> FunctionTypes => Launch?.FunctionTypes ?? App.GetTypes();

    public static Setup From(string[] args)
    {
        var launch = Launch.Current;
        var app = launch?.App ?? Assembly.GetEntryAssembly()!;
        var folders = Folders.Of(Path.GetDirectoryName(app.Location)!);
        var settings = new ConfigurationManager();
        settings
            .AddInMemoryCollection(LocalSettings.Load(folders.App, folders.Repository))
            .AddEnvironmentVariables()
            .AddCommandLine(ArgumentsOf(args), SettingNames.Switches)
            .AddInMemoryCollection(launch?.Options.Settings ?? new Dictionary<string, string?>());
        return new Setup(launch, app, folders, HostJson.Load(folders.App, settings), settings, AcquirersIn(folders));
    }

    public HostApplicationBuilder HostBuilder()
    {
        var builder =
            Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = App.GetName().Name,
            EnvironmentName = configuration["AZURE_FUNCTIONS_ENVIRONMENT"] ?? Environments.Development,
            ContentRootPath = Folders.App,
            Configuration = configuration,
        });
        builder.ConfigureContainer(new DefaultServiceProviderFactory(
            new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }));
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        AddLogging(builder);
        return builder;
    }

    /// <summary>Gives the app a setting that is known only once a part has started.</summary>
    public void Provide(string name, string value) => configuration[name] = value;

    void AddLogging(HostApplicationBuilder builder)
    {
        // The list of functions says what listens where; the hosts inside this one need not.
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        foreach (var level in Host.LogLevels.GetChildren())
            if (Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out var minimum))
                builder.Logging.AddFilter(Category(level.Key), minimum);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        if (Launch is not null)
        {
            Launch.Options.Logging?.Invoke(builder.Logging);
            return;
        }
        builder.Logging
            .AddConsole(console => console.FormatterName = ShortLines.Name)
            .AddConsoleFormatter<ShortLines, ConsoleFormatterOptions>();
    }

    static string? Category(string key) =>
        key.Equals("default", StringComparison.OrdinalIgnoreCase) ? null : key;

    static string[] ArgumentsOf(string[] args) =>
        [.. args.SelectMany(arg => arg == "--fresh" ? [$"--{SettingNames.Fresh}=true"] : new[] { arg })];

    static string Default(Folders folders) => Path.Combine(folders.RepositoryOrRefuse(), DefaultDataFolder);

    static IReadOnlyList<AcquirerProfile> AcquirersIn(Folders folders)
    {
        var path = folders.Resource("acquirers.json");
        return File.Exists(path) ? AcquirerProfile.Read(path) : [];
    }

    Dictionary<string, string?> Actual()
    {
        var settings = new Dictionary<string, string?>
        {
            [SettingNames.DataFolder] = DataFolder,
            [SettingNames.Port] = $"{Ports.App}",
            [SettingNames.HostName] = $"localhost:{Ports.App}",
            [SettingNames.Storage] = Ports.StorageConnectionString,
            [SettingNames.ServiceBus] =
                $"Endpoint=sb://{BrokerHost};SharedAccessKeyName=local;SharedAccessKey=local;" +
                "UseDevelopmentEmulator=true",
            [SettingNames.CosmosEndpoint] = $"http://localhost:{Ports.Cosmos}",
            [SettingNames.CosmosKey] = CosmosEndpoint.AccountKey,
        };
        var ports = new AcquirerPorts(acquirers, Ports.Acquirers);
        foreach (var acquirer in acquirers)
        {
            settings[SettingNames.AcquirerEndpoint(acquirer.Name)] = ports.EndpointOf(acquirer);
            settings[SettingNames.AcquirerHmacKey(acquirer.Name)] = HmacKey(acquirer.Name);
        }
        return settings;
    }

    // Made anew at every start: what waits to be sent is signed when it is sent.
    string HmacKey(string acquirer) =>
        configuration[SettingNames.AcquirerHmacKey(acquirer)] is { Length: > 0 } given
            ? given
            : Convert.ToHexString(RandomNumberGenerator.GetBytes(HmacKeyBytes));

    NotificationsSent Notifications(string acquirer)
    {
        var name = SettingNames.AcquirerNotifications(acquirer);
        return Enum.TryParse<NotificationsSent>(configuration[name], ignoreCase: true, out var sent)
            && Enum.IsDefined(sent)
            ? sent
            : throw new StartRefused($"{name} cannot be \"{configuration[name]}\"; it is none, late or all.");
    }
}
