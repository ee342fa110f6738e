using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;
using Railyard.App.Acquiring.Iso8583;
using Railyard.App.Acquiring.Stripe;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>An acquirer as configured under <c>Acquirers:{name}</c>.</summary>
sealed class AcquirerSettings
{
    /// <summary>What it speaks: <c>adyen</c>, where nothing is said, or <c>stripe</c>.</summary>
    public string Protocol { get; set; } = "adyen";

    /// <summary>Where it is called.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>How it writes ISO 8583: <c>binary</c>, where nothing is said, or <c>ascii</c>.</summary>
    public string Dialect { get; set; } = "binary";

    /// <summary>Our key there.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Our account there.</summary>
    public string MerchantAccount { get; set; } = "";

    /// <summary>The share it charges, in hundredths of a percent.</summary>
    public int FeeBasisPoints { get; set; }

    /// <summary>What it charges for each payment beside the share, in minor units.</summary>
    public long FeeFixedMinorUnits { get; set; }

    /// <summary>The schemes it takes; none listed means those of <see cref="Acquirers.UsualBrands"/>.</summary>
    public IReadOnlyList<CardBrand> Brands { get; set; } = [];

    /// <summary>
    /// Whether our account there may capture a payment in parts; where not, a capture gives up the rest. Only Stripe's
    /// accounts differ in this.
    /// </summary>
    public bool CapturesInParts { get; set; }

    /// <summary>The currencies it takes; none listed means all that its protocol has.</summary>
    public IReadOnlyList<string> Currencies { get; set; } = [];
}

/// <summary>The acquirers that are configured.</summary>
public sealed class Acquirers : IAsyncDisposable
{
    // Known by its connection, not by a key.
    const string Iso8583 = "iso8583";

    internal static readonly IReadOnlyList<CardBrand> UsualBrands =
        [CardBrand.Visa, CardBrand.Mastercard, CardBrand.Amex, CardBrand.Discover, CardBrand.Diners, CardBrand.Jcb,
         CardBrand.UnionPay, CardBrand.Maestro, CardBrand.Unknown];

    readonly FrozenDictionary<AcquirerName, GuardedAcquirer> byName;
    readonly FrozenDictionary<AcquirerName, StripePayments> stripes;
    readonly FrozenDictionary<AcquirerName, string> notificationKeys;
    readonly FrozenDictionary<AcquirerName, SettlementTerms> terms;

    /// <summary>Reads them from the configuration.</summary>
    /// <exception cref="InvalidOperationException">One of them lacks its endpoint.</exception>
    public Acquirers(
        IConfiguration configuration, IHttpClientFactory http, NoticeQueue notices, TimeProvider time, ILoggerFactory logging)
    {
        var sections = configuration.GetSection("Acquirers").GetChildren().ToList();
        var connected = sections.Select(section => Connect(section, http, notices, time, logging)).ToList();
        byName = connected
            .Select(acquirer => new GuardedAcquirer(acquirer, time))
            .ToFrozenDictionary(acquirer => acquirer.Profile.Name);
        Profiles = [.. connected.Select(acquirer => acquirer.Profile).OrderBy(profile => profile.Name.Value, StringComparer.Ordinal)];
        stripes = connected.OfType<StripePayments>().ToFrozenDictionary(acquirer => acquirer.Profile.Name);
        notificationKeys = sections
            .Where(section => section["hmacKey"] is { Length: > 0 })
            .ToFrozenDictionary(section => new AcquirerName(section.Key), section => section["hmacKey"]!);
        terms = sections.ToFrozenDictionary(section => new AcquirerName(section.Key), SettlementSettings.Read);
    }

    /// <summary>Their profiles, in the order of their names.</summary>
    internal IReadOnlyList<AcquirerProfile> Profiles { get; }

    /// <summary>Whether calls of each operation go through at that acquirer, as this instance sees it.</summary>
    internal IReadOnlyDictionary<string, CircuitState> CircuitsOf(AcquirerName name) => byName[name].Circuits;

    /// <summary>The acquirer of that name.</summary>
    /// <exception cref="InvariantBroken">There is none: a route names only what is configured.</exception>
    internal IAcquirer this[AcquirerName name] => byName.GetValueOrDefault(name)
        ?? throw new InvariantBroken($"The acquirer {name} is not configured.");

    /// <summary>
    /// What is agreed with that acquirer about its settlement files. It is no part of the profile, which goes with every
    /// payment that is routed.
    /// </summary>
    internal SettlementTerms TermsOf(AcquirerName name) => terms[name];

    /// <summary>The key under which that acquirer signs its notifications, or null where it sends none.</summary>
    internal string? NotificationKey(AcquirerName name) => notificationKeys.GetValueOrDefault(name);

    /// <summary>The acquirer of that name, where it speaks Stripe's protocol, or null.</summary>
    internal StripePayments? FindStripe(AcquirerName name) => stripes.GetValueOrDefault(name);

    /// <summary>Whether there is an acquirer of that name.</summary>
    internal bool Knows(AcquirerName name) => byName.ContainsKey(name);

    /// <summary>Ends what they hold open.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var acquirer in byName.Values) await acquirer.DisposeAsync();
    }

    static IAcquirer Connect(
        IConfigurationSection section, IHttpClientFactory http, NoticeQueue notices, TimeProvider time, ILoggerFactory logging)
    {
        var settings = section.Get<AcquirerSettings>() ?? new AcquirerSettings();
        if (settings.Endpoint is null) throw new InvalidOperationException($"Acquirers:{section.Key}:endpoint is not set.");
        // Uri knows loopback by name and by address; the hosts of ISO 8583 have schemes of their own and are checked there.
        if (settings.Endpoint.Scheme == Uri.UriSchemeHttp && !settings.Endpoint.IsLoopback)
            throw new InvalidOperationException($"Acquirers:{section.Key}:endpoint is in the clear outside loopback: use https://.");
        if (settings.ApiKey.Length == 0 && settings.Protocol != Iso8583) throw new InvalidOperationException($"Acquirers:{section.Key}:apiKey is not set.");
        var profile = AcquirerTerms.Of(section, new AcquirerProfile
        {
            Name = new AcquirerName(section.Key),
            Brands = settings.Brands.Count > 0 ? settings.Brands : UsualBrands,
            Currencies = settings.Currencies,
            Fee = new Fee(settings.FeeBasisPoints, settings.FeeFixedMinorUnits),
        });
        return settings.Protocol switch
        {
            "adyen" => new AdyenCheckout(profile with { Multiples = AdyenCurrencies.Multiples }, settings, http, time),
            Iso8583 => new Iso8583Acquirer(
                profile, settings, (notice, stop) => notices.KeepAsync([notice], stop), time, logging.CreateLogger<Iso8583Acquirer>()),
            "stripe" => new StripePayments(StripeProfile(profile, settings), settings, http, time),
            var other => throw new InvalidOperationException($"Acquirers:{section.Key}:protocol is {other}, which nobody here speaks."),
        };
    }

    static AcquirerProfile StripeProfile(AcquirerProfile profile, AcquirerSettings settings) => profile with
    {
        Currencies = settings.Currencies.Count > 0 ? settings.Currencies : StripeCurrencies.Taken,
        Multiples = StripeCurrencies.Multiples,
        VerifiesCards = false,
        CapturesInParts = settings.CapturesInParts,
        ReturnParameter = "payment_intent",
    };
}
