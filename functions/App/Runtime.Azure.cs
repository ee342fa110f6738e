using Azure.Security.KeyVault.Secrets;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.App.Webhooks;

namespace Railyard.App;

/// <summary>What only Azure has: the vault's secret in Key Vault, read by our identity, and webhooks to public addresses only.</summary>
static class Runtime
{
    const string SecretName = "card-vault";

    /// <summary>Adds it.</summary>
    public static void Configure(FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => new VaultKeys(Secret(services)));
        builder.Services.AddSingleton(new AddressGuard(AddressGuard.SystemResolver, allowsLoopback: false));
    }

    static byte[] Secret(IServiceProvider services)
    {
        var vault = services.GetRequiredService<IConfiguration>()["KeyVault:vaultUri"]
            ?? throw new InvalidOperationException("The setting KeyVault:vaultUri is missing.");
        var secret = new SecretClient(new Uri(vault), Connections.Identity(services)).GetSecret(SecretName).Value;
        return Convert.FromBase64String(secret.Value);
    }
}
