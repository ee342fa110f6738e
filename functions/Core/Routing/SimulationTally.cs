namespace Railyard.Core.Routing;

/// <summary>Payments that would go elsewhere first.</summary>
public sealed record Moved(string From, string To, int Payments);

/// <summary>What a simulation has come to so far.</summary>
public sealed record SimulationTally
{
    // A few to look at say more than a number; all of them would not fit.
    const int MostExamples = 10;

    /// <summary>What stands for no acquirer at all.</summary>
    public const string Nowhere = "none";

    /// <summary>How many payments were looked at.</summary>
    public int Payments { get; init; }

    /// <summary>Those of which no route was recorded: they are left out.</summary>
    public int WithoutRecord { get; init; }

    /// <summary>Those decided again, by the program that had decided them, to the very same bytes.</summary>
    public int Identical { get; init; }

    /// <summary>Those that were not.</summary>
    public int Different { get; init; }

    /// <summary>The first of these.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Those that the candidate would send elsewhere first.</summary>
    public int Rerouted { get; init; }

    /// <summary>From where to where.</summary>
    public IReadOnlyList<Moved> Moves { get; init; } = [];

    /// <summary>How many more of them would be approved.</summary>
    public Expected Approvals { get; init; }

    /// <summary>How much more they would cost, by currency, in minor units.</summary>
    public IReadOnlyDictionary<string, Expected> Costs { get; init; } = new Dictionary<string, Expected>();

    /// <summary>The tally after a payment of which no route was recorded.</summary>
    public SimulationTally WithUnrecorded() => this with { Payments = Payments + 1, WithoutRecord = WithoutRecord + 1 };

    /// <summary>The tally after a payment was decided again.</summary>
    public SimulationTally WithReplayed(string payment, bool isIdentical) => this with
    {
        Payments = Payments + 1,
        Identical = Identical + (isIdentical ? 1 : 0),
        Different = Different + (isIdentical ? 0 : 1),
        Examples = isIdentical || Examples.Count >= MostExamples ? Examples : [.. Examples, payment],
    };

    /// <summary>The tally after a payment was routed by the candidate.</summary>
    public SimulationTally With(Rerouting rerouting)
    {
        if (rerouting.From == rerouting.To) return this;
        var currency = rerouting.Currency.Code;
        return this with
        {
            Rerouted = Rerouted + 1,
            Moves = With(rerouting.From?.Value ?? Nowhere, rerouting.To?.Value ?? Nowhere),
            Approvals = Approvals + rerouting.Approval,
            Costs = new Dictionary<string, Expected>(Costs) { [currency] = Costs.GetValueOrDefault(currency) + rerouting.Cost },
        };
    }

    Moved[] With(string from, string to)
    {
        var known = Moves.FirstOrDefault(one => one.From == from && one.To == to) ?? new Moved(from, to, 0);
        return [.. Moves.Where(one => one != known), known with { Payments = known.Payments + 1 }];
    }
}
