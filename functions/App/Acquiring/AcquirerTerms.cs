using Microsoft.Extensions.Configuration;
using Railyard.Core;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>
/// What an acquirer takes and what not, as configured under <c>Acquirers:{name}</c> beside how it is called; what is not
/// said is any.
/// </summary>
sealed class AcquirerTerms
{
    /// <summary>The countries whose cards it takes (ISO 3166-1 alpha-2).</summary>
    public IReadOnlyList<string> IssuerCountries { get; set; } = [];

    /// <summary>What it can; everything, where nothing is listed.</summary>
    public IReadOnlyList<Capability> Capabilities { get; set; } = [];

    /// <summary>The lowest and the highest amount by currency, in minor units.</summary>
    public IReadOnlyDictionary<string, Limits> Amounts { get; set; } = new Dictionary<string, Limits>();

    /// <summary>When its hours of taking nothing begin, in UTC.</summary>
    public TimeOnly? ClosedFrom { get; set; }

    /// <summary>When they end.</summary>
    public TimeOnly? ClosedUntil { get; set; }

    /// <summary>The most payments that it takes in a month.</summary>
    public long? MostPaymentsPerMonth { get; set; }

    /// <summary>How many payments we have promised it in a month.</summary>
    public long? PromisedPaymentsPerMonth { get; set; }

    /// <summary>What it charges in detail, for the choice between acquirers; null where the one fee is all.</summary>
    public FeeSettings? Fees { get; set; }

    /// <summary>The amounts of a currency; what is not said is any.</summary>
    public sealed class Limits
    {
        /// <summary>The lowest.</summary>
        public long Least { get; set; }

        /// <summary>The highest.</summary>
        public long Most { get; set; } = long.MaxValue;
    }

    /// <summary>The profile with what its section says.</summary>
    /// <exception cref="InvalidOperationException">It says something that cannot be.</exception>
    public static AcquirerProfile Of(IConfigurationSection section, AcquirerProfile profile)
    {
        var terms = section.Get<AcquirerTerms>() ?? new AcquirerTerms();
        return profile with
        {
            IssuerCountries = terms.IssuerCountries,
            Capabilities = terms.Capabilities.Count > 0 ? terms.Capabilities : profile.Capabilities,
            Amounts = terms.Amounts.ToDictionary(one => KnownCurrency(section, one.Key), one => new AmountLimits(one.Value.Least, one.Value.Most)),
            Closed = terms.Hours(section),
            MostPaymentsPerMonth = terms.MostPaymentsPerMonth,
            PromisedPaymentsPerMonth = terms.PromisedPaymentsPerMonth,
            Fees = terms.Fees?.Model(section.Path),
        };
    }

    ClosedHours? Hours(IConfigurationSection section) => (ClosedFrom, ClosedUntil) switch
    {
        ({ } from, { } until) => new ClosedHours(from, until),
        (null, null) => null,
        _ => throw new InvalidOperationException($"{section.Path} says only one of closedFrom and closedUntil."),
    };

    static string KnownCurrency(IConfigurationSection section, string code) => Currency.Find(code) is not null
        ? code
        : throw new InvalidOperationException($"{section.Path}:amounts names {code}, which is no ISO 4217 code in capitals.");
}
