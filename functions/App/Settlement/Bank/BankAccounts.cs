using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation.Bank;

namespace Railyard.App.Settlement.Bank;

/// <summary>How an acquirer pays us, as configured under <c>Acquirers:{name}</c> beside how it is called.</summary>
sealed class PayoutTerms
{
    /// <summary>The account of ours that it pays to.</summary>
    public string BankAccount { get; set; } = BankAccounts.Main;

    /// <summary>Within how many working days the bank must show what it has paid.</summary>
    public int PaidWithinDays { get; set; } = 3;

    /// <summary>What our bank calls it, besides its own name and the name of our account there.</summary>
    public IReadOnlyList<string> BankNames { get; set; } = [];

    /// <summary>Our account there, which its payments name.</summary>
    public string MerchantAccount { get; set; } = "";
}

/// <summary>Our bank accounts, and how acquirers pay to them.</summary>
public sealed class BankAccounts
{
    internal const string Main = "main";

    const int MostDays = 90;

    readonly FrozenDictionary<AcquirerName, PayoutTerms> terms;
    readonly FrozenSet<string> names;

    /// <summary>Reads them from the configuration.</summary>
    /// <exception cref="InvalidOperationException">One of them says something that cannot be.</exception>
    public BankAccounts(IConfiguration configuration)
    {
        var acquirers = configuration.GetSection("Acquirers").GetChildren().ToList();
        terms = acquirers.ToFrozenDictionary(section => new AcquirerName(section.Key), TermsOf);
        Known = [.. terms.Select(one => new KnownAcquirer(one.Key, [one.Key.Value, one.Value.MerchantAccount, .. one.Value.BankNames]))
            .OrderBy(one => one.Name.Value, StringComparer.Ordinal)];
        names = terms.Values.Select(one => one.BankAccount)
            .Concat(configuration.GetSection("BankAccounts").GetChildren().Select(section => section.Key))
            .Append(Main)
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The acquirers by the names that a bank may know them by.</summary>
    internal IReadOnlyList<KnownAcquirer> Known { get; }

    /// <summary>All accounts, in the order of their names.</summary>
    internal IReadOnlyList<BankAccountName> All => [.. names.Order(StringComparer.Ordinal).Select(name => new BankAccountName(name))];

    /// <summary>Whether there is an account of that name.</summary>
    internal bool Knows(BankAccountName account) => names.Contains(account.Value);

    /// <summary>The account that an acquirer pays to.</summary>
    internal BankAccountName AccountOf(AcquirerName acquirer) => new(terms[acquirer].BankAccount);

    /// <summary>The last day on which the bank may show what was paid that day.</summary>
    internal DateOnly OverdueAfter(AcquirerName acquirer, DateOnly paidOn) => BankDays.After(paidOn, terms[acquirer].PaidWithinDays);

    static PayoutTerms TermsOf(IConfigurationSection section)
    {
        var read = section.Get<PayoutTerms>() ?? new PayoutTerms();
        return read.PaidWithinDays is >= 0 and <= MostDays
            ? read
            : throw new InvalidOperationException($"{section.Path}:paidWithinDays is not of 0 to {MostDays}.");
    }
}
