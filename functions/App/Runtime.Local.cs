using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.App.Webhooks;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App;

/// <summary>
/// What only a developer's machine has: the vault's secrets in files beside the other data, webhooks to loopback (unless
/// <c>Webhooks:allowLoopback</c> is false), and a sandbox merchant and an operator whose keys everybody knows. This file
/// is no part of what is deployed.
/// </summary>
static partial class Runtime
{
    const string SecretFile = "vault.key";
    const string WrappingKeysFile = "vault-wrapping.keys";
    const string MerchantKey = "sk_sandbox_local";
    const string OperatorKey = "ok_sandbox_local";

    // What one operator asks for, another has to approve.
    const string SecondOperatorKey = "ok_sandbox_second";

    static readonly MerchantId Sandbox = new("mer_sandbox");

    /// <summary>Adds it.</summary>
    public static void Configure(FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => new VaultKeys(Secret(Path.Combine(Folder(services), SecretFile))));
        builder.Services.AddSingleton<IWrappingKeys>(services =>
            new WrappingKeysInFile(Path.Combine(Folder(services), WrappingKeysFile)));
        builder.Services.AddSingleton(services => new AddressGuard(
            AddressGuard.SystemResolver, services.GetRequiredService<IConfiguration>().GetValue("Webhooks:allowLoopback", true)));
        builder.Services.AddHostedService<SandboxKeys>();
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 }) Telemetry.Collect(builder.Services).UseOtlpExporter();
    }

    static string Folder(IServiceProvider services) => services.GetRequiredService<IConfiguration>()["Local:DataFolder"]!;

    static byte[] Secret(string path)
    {
        if (!File.Exists(path)) WritePrivately(path, Convert.ToBase64String(Ids.Secret(VaultKeys.SecretLength)));
        return Convert.FromBase64String(File.ReadAllText(path));
    }

    // Written whole under another name first: a crash in between must not leave half a secret.
    static void WritePrivately(string path, string text)
    {
        var draft = path + ".new";
        using (File.Create(draft))
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(draft, text);
        File.Move(draft, path);
    }

    /// <summary>
    /// The versions of the wrapping key, one a line: its name, a blank, 32 bytes in base64. The last is the newest, and
    /// appending another is a rotation.
    /// </summary>
    sealed class WrappingKeysInFile : IWrappingKeys
    {
        readonly string path;
        readonly Lock one = new();
        (DateTime WrittenAt, long Length) seen;
        IReadOnlyList<WrappingKey> keys = [];

        public WrappingKeysInFile(string path)
        {
            this.path = path;
            if (!File.Exists(path)) WritePrivately(path, $"1 {Convert.ToBase64String(Ids.Secret(WrappingKey.Length))}\n");
        }

        public Task<WrappingKey> CurrentAsync(CancellationToken cancellation) => Task.FromResult(Keys()[^1]);

        public Task<WrappingKey?> FindAsync(string version, CancellationToken cancellation) =>
            Task.FromResult(Keys().FirstOrDefault(key => key.Version == version));

        IReadOnlyList<WrappingKey> Keys()
        {
            lock (one)
            {
                var file = new FileInfo(path);
                if (seen != (file.LastWriteTimeUtc, file.Length))
                {
                    keys = [.. File.ReadLines(path).Select(Read)];
                    seen = (file.LastWriteTimeUtc, file.Length);
                }
                return keys;
            }
        }

        WrappingKey Read(string line, int index)
        {
            var secret = new byte[WrappingKey.Length];
            var isKey = line.Split(' ') is [{ Length: > 0 }, var text]
                && Convert.TryFromBase64String(text, secret, out var length) && length == WrappingKey.Length;
            return isKey
                ? new WrappingKey(line.Split(' ')[0], secret)
                : throw new InvalidOperationException($"Line {index + 1} of {path} is no wrapping key.");
        }
    }

    /// <summary>Keeps the keys before the first request, and says what can be done with them when all has started.</summary>
    sealed partial class SandboxKeys(
        MerchantStore merchants,
        KeyRings rings,
        IHostApplicationLifetime lifetime,
        IConfiguration settings,
        TimeProvider time,
        ILogger<SandboxKeys> log) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow();
            var sandbox = new NewMerchant("Sandbox", CardGroup: null, RateLimit: null).Merchant(Sandbox, now);
            await merchants.CreateAsync(sandbox, cancellationToken);
            await KeepAsync(Sandbox, "key_sandbox_mer_sandbox", MerchantKey, Scopes.OfMerchants, now, cancellationToken);
            await KeepAsync(Operators.Id, "key_sandbox_operators", OperatorKey, Scopes.OfOperators, now, cancellationToken);
            await KeepAsync(Operators.Id, "key_sandbox_second", SecondOperatorKey, Scopes.OfOperators, now, cancellationToken);
            lifetime.ApplicationStarted.Register(() => Started(Welcome()));
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        async Task KeepAsync(
            MerchantId owner, string id, string text, IReadOnlyList<Scope> scopes, DateTimeOffset now, CancellationToken cancellation)
        {
            var key = new NewKey("Sandbox", scopes, ExpiresAt: null).Key(new ApiKeyId(id), text, now);
            await rings.ChangeAsync(owner, ring => ring.Issue(key, now), cancellation);
            await rings.PlaceAsync(owner, key, cancellation);
        }

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
                  operator  {OperatorKey}, and {SecondOperatorKey} to approve

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
