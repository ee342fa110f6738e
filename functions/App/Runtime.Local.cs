using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App;

/// <summary>
/// What only a developer's machine has: a vault secret in a file beside the other data, and a sandbox merchant and an
/// operator whose keys everybody knows. This file is no part of what is deployed.
/// </summary>
static class Runtime
{
    const string SecretFile = "vault.key";
    const string MerchantKey = "sk_sandbox_local";
    const string OperatorKey = "ok_sandbox_local";

    static readonly MerchantId Sandbox = new("mer_sandbox");

    /// <summary>Adds it.</summary>
    public static void Configure(FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services =>
            new VaultKeys(Secret(services.GetRequiredService<IConfiguration>()["Local:DataFolder"]!)));
        builder.Services.AddHostedService<SandboxKeys>();
    }

    static byte[] Secret(string folder)
    {
        var path = Path.Combine(folder, SecretFile);
        if (File.Exists(path)) return Convert.FromBase64String(File.ReadAllText(path));
        var secret = Ids.Secret(VaultKeys.SecretLength);
        // Written whole under another name first: a crash in between must not leave half a secret.
        var draft = path + ".new";
        File.WriteAllText(draft, Convert.ToBase64String(secret));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(draft, path);
        return secret;
    }

    sealed class SandboxKeys(ApiKeyStore keys, IHostApplicationLifetime lifetime, IConfiguration settings) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await keys.SaveAsync(new ApiKey(ApiKey.Hash(MerchantKey), KeyHolder.Merchant, Sandbox), stoppingToken);
            await keys.SaveAsync(new ApiKey(ApiKey.Hash(OperatorKey), KeyHolder.Operator, null), stoppingToken);
        }
    }
}
