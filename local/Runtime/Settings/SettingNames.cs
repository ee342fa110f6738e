namespace Railyard.Local.Runtime.Settings;

/// <summary>The names under which the runtime and the app find each other in configuration.</summary>
internal static class SettingNames
{
    public const string DataFolder = "Local:DataFolder";
    public const string Fresh = "Local:Fresh";
    public const string Port = "Local:Port";
    public const string CosmosPort = "Local:CosmosPort";
    public const string AzuritePort = "Local:AzuritePort";
    public const string AcquirersPort = "Local:AcquirersPort";

    public const string EnforceKeys = "Local:EnforceKeys";
    public const string Keys = "Local:Keys";

    /// <summary>Where the app is found, as the platform and the Core Tools say it.</summary>
    public const string HostName = "WEBSITE_HOSTNAME";

    public const string Storage = "AzureWebJobsStorage";
    public const string ServiceBus = "ServiceBus";
    public const string CosmosEndpoint = "Cosmos:accountEndpoint";
    public const string CosmosKey = "Cosmos:accountKey";

    public static readonly Dictionary<string, string> Switches = new()
    {
        ["--data"] = DataFolder,
        ["--port"] = Port,
        ["--cosmos-port"] = CosmosPort,
        ["--azurite-port"] = AzuritePort,
        ["--acquirers-port"] = AcquirersPort,
    };

    public static string AcquirerEndpoint(string name) => $"Acquirers:{name}:endpoint";

    public static string AcquirerHmacKey(string name) => $"Acquirers:{name}:hmacKey";

    public static string AcquirerNotifications(string name) => $"Local:Acquirers:{name}:notifications";
}
