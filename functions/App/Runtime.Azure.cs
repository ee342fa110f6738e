using System.Collections.Concurrent;
using Azure;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.App.Webhooks;

namespace Railyard.App;

/// <summary>What only Azure has: the vault's secrets in Key Vault, read by our identity, and webhooks to public addresses only.</summary>
static class Runtime
{
    const string SecretName = "card-vault";
    const string WrappingKeyName = "card-vault-wrapping-key";

    /// <summary>Adds it.</summary>
    public static void Configure(FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton(KeyVault);
        builder.Services.AddSingleton(services => new VaultKeys(
            Convert.FromBase64String(services.GetRequiredService<SecretClient>().GetSecret(SecretName).Value.Value)));
        builder.Services.AddSingleton<IWrappingKeys, KeyVaultWrappingKeys>();
        builder.Services.AddSingleton(new AddressGuard(AddressGuard.SystemResolver, allowsLoopback: false));
        Tell(builder);
    }

    // The messaging client hands traces on in messages only where it is told to.
    static void Tell(FunctionsApplicationBuilder builder)
    {
        if (builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is not { Length: > 0 } address) return;
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        var identity = new ManagedIdentityCredential(
            ManagedIdentityId.FromUserAssignedClientId(builder.Configuration["AZURE_CLIENT_ID"]));
        Telemetry.Collect(builder.Services)
            .UseFunctionsWorkerDefaults()
            .UseAzureMonitorExporter(options => (options.ConnectionString, options.Credential) = (address, identity));
    }

    static SecretClient KeyVault(IServiceProvider services)
    {
        var vault = services.GetRequiredService<IConfiguration>()["KeyVault:vaultUri"]
            ?? throw new InvalidOperationException("The setting KeyVault:vaultUri is missing.");
        return new SecretClient(new Uri(vault), Connections.Identity(services));
    }

    /// <summary>
    /// The versions of one secret, each 32 bytes in base64. A new version of the secret is a rotation; an old one may be
    /// disabled when a rewrap is done.
    /// </summary>
    sealed class KeyVaultWrappingKeys(SecretClient secrets, TimeProvider time) : IWrappingKeys
    {
        const int MostKnown = 100;
        const int NotFound = 404;

        readonly ConcurrentDictionary<string, WrappingKey> known = [];
        volatile Newest? newest;

        sealed record Newest(WrappingKey Key, DateTimeOffset Until);

        public async Task<WrappingKey> CurrentAsync(CancellationToken cancellation)
        {
            var now = time.GetUtcNow();
            if (newest is { } believed && believed.Until > now) return believed.Key;
            var key = Remember(await secrets.GetSecretAsync(WrappingKeyName, cancellationToken: cancellation));
            newest = new Newest(key, now + IWrappingKeys.KnownWithin);
            return key;
        }

        public async Task<WrappingKey?> FindAsync(string version, CancellationToken cancellation)
        {
            if (known.TryGetValue(version, out var key)) return key;
            try
            {
                return Remember(await secrets.GetSecretAsync(WrappingKeyName, version, cancellation));
            }
            catch (RequestFailedException fault) when (fault.Status == NotFound)
            {
                return null;
            }
        }

        WrappingKey Remember(KeyVaultSecret secret)
        {
            var bytes = Convert.FromBase64String(secret.Value);
            if (bytes.Length != WrappingKey.Length)
                throw new InvalidOperationException($"The secret {WrappingKeyName} must be {WrappingKey.Length} bytes in base64.");
            if (known.Count >= MostKnown) known.Clear();
            return known[secret.Properties.Version] = new WrappingKey(secret.Properties.Version, bytes);
        }
    }
}
