using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Railyard.Local.Acquirers.Adyen;
using Railyard.Local.Acquirers.Bank;
using Railyard.Local.Acquirers.Bookkeeping;
using Railyard.Local.Acquirers.Iso8583;
using Railyard.Local.Acquirers.Notifications;
using Railyard.Local.Acquirers.Settlement;
using Railyard.Local.Acquirers.Stripe;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers;

/// <summary>One acquirer on one loopback port.</summary>
sealed class AcquirerServer : IAsyncDisposable
{
    const long LargestBodyBytes = 64 * 1024;
    const int KeyBytes = 32;
    static readonly TimeSpan PatienceAtStop = TimeSpan.FromSeconds(2);
    static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(20);

    readonly AcquirerProfile profile;
    readonly SettlementDesk settlement;
    readonly BankDesk bank;
    readonly NotificationDesk notifications;
    readonly RunTimeScript script;
    readonly Book book;
    readonly TimeProvider time;
    readonly ILoggerFactory logging;
    readonly ILogger log;
    WebApplication? app;
    IsoHost? host;

    public AcquirerServer(
        AcquirerProfile profile, Database database, DeliverReport deliver, BankDesk bank, AcquirersOptions options)
    {
        this.bank = bank;
        (this.profile, time, logging) = (profile, options.Time, options.Logging);
        var alarm = new Alarm(time, options.Workload);
        book = new Book(
            database, profile.Name, Sent(profile, options), alarm, time);
        script = new RunTimeScript(time);
        settlement = new SettlementDesk(profile, new BatchBook(database, profile), deliver, time);
        log = logging.CreateLogger<SimulatedAcquirers>();
        notifications = new NotificationDesk(profile, book, alarm, Writer(options), time, log);
    }

    public async Task<Uri> StartAsync(int port, CancellationToken cancellation)
    {
        app = Build(port);
        Speak(app);
        new SimPages(profile, book, settlement).Map(app);
        new BankPages(bank).Map(app);
        new FrontPage(profile, book, script).Map(app);
        new ScriptPages(script).Map(app);
        await app.StartAsync(cancellation);
        notifications.Start();
        return new Uri(app.Urls.First());
    }

    /// <summary>Starts its host of ISO 8583; where.</summary>
    public Uri StartHost(int port)
    {
        host = new IsoHost(new IsoDesk(profile, book, script, time), log);
        return host.Start(port);
    }

    /// <summary>Lets it speak its protocol, where that is spoken over HTTP; there a cardholder also comes back.</summary>
    void Speak(WebApplication listening)
    {
        var closing = listening.Lifetime.ApplicationStopping;
        WhatComesBack? brought = profile.Protocol switch
        {
            Protocol.Adyen => SpeakAdyen(listening, closing),
            Protocol.Stripe => SpeakStripe(listening, closing),
            Protocol.Iso8583 => null,
        };
        if (brought is null) return;
        new AuthenticationPage(profile, book, brought).Map(listening);
        new NotificationPages(book, time).Map(listening);
    }

    WhatComesBack SpeakAdyen(WebApplication listening, CancellationToken closing)
    {
        new AdyenCheckout(profile, book, Desk(AdyenError.Manners, closing), script, time).Map(listening);
        return AdyenCheckout.WhatComesBack;
    }

    WhatComesBack SpeakStripe(WebApplication listening, CancellationToken closing)
    {
        var stripe = new StripePayments(profile, book, Desk(StripeError.Manners, closing), script, time);
        stripe.Map(listening);
        return stripe.WhatComesBack;
    }

    CallDesk Desk(Manners manners, CancellationToken closing) => new(book, manners, time, closing);

    WriteNotification Writer(AcquirersOptions options) => profile.Protocol switch
    {
        // ISO 8583 has no words for it, and nothing is sent.
        Protocol.Adyen or Protocol.Iso8583 => AdyenNotification.Writer(profile.MerchantAccount, Key(options)),
        Protocol.Stripe => new StripeNotification(book, Secret(options), time).Write,
    };

    /// <summary>From here on there is somebody to notify.</summary>
    public void NotifyAt(Uri app) => notifications.NotifyAt(app);

    // The blobs may be gone again. The batch is safe in the book, and asking for a report delivers it.
    public async Task DeliverLeftBehindAsync(CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(PatienceAtStart, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            await settlement.DeliverLeftBehindAsync(patience.Token);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(fault, "{Acquirer} could not deliver a report that it had closed", profile.Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
        // Last, so that nothing is left to be notified of when nobody notifies any more.
        await notifications.DisposeAsync();
        settlement.Dispose();
    }

    // ISO 8583 has no words for it: whoever speaks it answers, or does not.
    static NotificationsSent Sent(AcquirerProfile profile, AcquirersOptions options) =>
        profile.Protocol == Protocol.Iso8583
            ? NotificationsSent.None
            : options.Notifications.GetValueOrDefault(profile.Name, NotificationsSent.Late);

    // Used as it is written, unlike Adyen's.
    string Secret(AcquirersOptions options) =>
        options.HmacKeys.GetValueOrDefault(profile.Name) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));

    byte[] Key(AcquirersOptions options)
    {
        if (!options.HmacKeys.TryGetValue(profile.Name, out var key)) return RandomNumberGenerator.GetBytes(KeyBytes);
        try
        {
            return Convert.FromHexString(key);
        }
        catch (FormatException fault)
        {
            throw new InvalidDataException($"The HMAC key of {profile.Name} is not hexadecimal.", fault);
        }
    }

    WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBodyBytes;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logging);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = PatienceAtStop);
        return builder.Build();
    }

    /// <summary>Ctrl-C belongs to the process that started the acquirers.</summary>
    sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
