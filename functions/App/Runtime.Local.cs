using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.App.Webhooks;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App;

/// <summary>
/// What only a developer's machine has: a vault secret in a file beside the other data, webhooks to loopback (unless
/// <c>Webhooks:allowLoopback</c> is false), and a sandbox merchant and an operator whose keys everybody knows. This file
/// is no part of what is deployed.
/// </summary>
static partial class Runtime
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
        builder.Services.AddSingleton(services => new AddressGuard(
            AddressGuard.SystemResolver, services.GetRequiredService<IConfiguration>().GetValue("Webhooks:allowLoopback", true)));
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

    /// <summary>Keeps the two keys before the first request, and says what can be done with them when all has started.</summary>
    sealed partial class SandboxKeys(
        ApiKeyStore keys, IHostApplicationLifetime lifetime, IConfiguration settings, ILogger<SandboxKeys> log) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await keys.SaveAsync(new ApiKey(ApiKey.Hash(MerchantKey), KeyHolder.Merchant, Sandbox), cancellationToken);
            await keys.SaveAsync(new ApiKey(ApiKey.Hash(OperatorKey), KeyHolder.Operator, null), cancellationToken);
            lifetime.ApplicationStarted.Register(() => Started(Welcome()));
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        string Welcome()
        {
            const string Payment =
                """{"amount":1050,"currency":"EUR","payment_method":{"type":"card","card":{"number":"4111111111111111","exp_month":3,"exp_year":2030,"cvc":"737"}}}""";
            const string Report = """{"discrepancies":["wrong_amount"]}""";
            const string Json = "-H 'Content-Type: application/json'";
            var app = $"http://localhost:{settings["Local:Port"]}";
            var acquirer = settings["Acquirers:northbank:endpoint"];
            return $"""

                Keys:
                  merchant  {MerchantKey}
                  operator  {OperatorKey}

                Try:
                  curl -s {app}/v1/payments -H 'Authorization: Bearer {MerchantKey}' -H "Idempotency-Key: $(date +%s%N)" {Json} -d '{Payment}'
                  curl -s {acquirer}/sim/settlement-reports {Json} -d '{Report}'
                  curl -s {app}/ops/v1/discrepancies -H 'Authorization: Bearer {OperatorKey}'

                Ctrl-C stops all of it.
                """;
        }

        [LoggerMessage(Level = LogLevel.Information, Message = "Railyard runs. {Welcome}")]
        partial void Started(string welcome);
    }
}
