#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>The parts of a connection string.</summary>
public class ServiceBusConnectionStringProperties
{
    /// <summary>Where the namespace is.</summary>
    public Uri Endpoint { get; private init; }

    /// <summary>The one entity that the connection string is for, if any.</summary>
    public string EntityPath { get; private init; }

    /// <summary>The host of the namespace.</summary>
    public string FullyQualifiedNamespace => Endpoint?.Host;

    /// <summary>The key.</summary>
    public string SharedAccessKey { get; private init; }

    /// <summary>The name of the key.</summary>
    public string SharedAccessKeyName { get; private init; }

    /// <summary>The signature that takes the place of a key.</summary>
    public string SharedAccessSignature { get; private init; }

    /// <summary>Takes a connection string apart.</summary>
    public static ServiceBusConnectionStringProperties Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var parts = connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(Part)
            .ToDictionary(part => part.Name, part => part.Value, StringComparer.OrdinalIgnoreCase);
        return new ServiceBusConnectionStringProperties
        {
            Endpoint = Address(parts.GetValueOrDefault("Endpoint")),
            EntityPath = parts.GetValueOrDefault("EntityPath"),
            SharedAccessKey = parts.GetValueOrDefault("SharedAccessKey"),
            SharedAccessKeyName = parts.GetValueOrDefault("SharedAccessKeyName"),
            SharedAccessSignature = parts.GetValueOrDefault("SharedAccessSignature"),
        };
    }

    static (string Name, string Value) Part(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new FormatException("The connection string has a part that is not name=value.");
        return (part[..equals].Trim(), part[(equals + 1)..].Trim());
    }

    static Uri Address(string endpoint) =>
        endpoint is null ? null
        : Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme == "sb" ? address
        : throw new FormatException("The connection string's Endpoint is not an address like sb://host.");
}
