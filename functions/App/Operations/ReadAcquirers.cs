using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Polly.CircuitBreaker;
using Railyard.App.Acquiring;
using Railyard.App.Routing;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Operations;

/// <summary>GET /ops/v1/acquirers: how each of them fares.</summary>
public sealed class ReadAcquirers(Acquirers acquirers, RoutingStatistics statistics, TimeProvider time)
{
    const double BasisPoints = 10_000;

    // An outcome weighs less from the moment it is counted.
    const double FewestOutcomes = 0.5;

    [Function("ListAcquirers")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/acquirers")] HttpRequest request, FunctionContext context)
    {
        var errors = new List<FieldError>();
        new Parameters(request.Query, errors).RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        var all = await Task.WhenAll(acquirers.Profiles.Select(profile => ShownAsync(profile, context.CancellationToken)));
        return Answer.Ok(new AcquirerList(all));
    }

    async Task<AcquirerWire> ShownAsync(AcquirerProfile profile, CancellationToken cancellation)
    {
        var (known, outage) = await statistics.OverviewAsync(profile.Name, cancellation);
        var tally = known.Overall(time.GetUtcNow());
        return new AcquirerWire(
            profile.Name,
            outage,
            acquirers.CircuitsOf(profile.Name).ToDictionary(circuit => circuit.Key, circuit => WordOf(circuit.Value)),
            Rate(tally),
            (long)Math.Round(tally.Weight),
            known.AsOf == DateTimeOffset.UnixEpoch ? null : known.AsOf,
            profile.Brands,
            profile.Fee.BasisPoints,
            profile.Fee.FixedMinorUnits);
    }

    static int? Rate(Tally tally) => tally.Weight < FewestOutcomes ? null : (int)Math.Round(tally.Successes / tally.Weight * BasisPoints);

    static string WordOf(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open or CircuitState.Isolated => "open",
        CircuitState.HalfOpen => "half_open",
    };
}

/// <summary>Every acquirer that is configured.</summary>
sealed record AcquirerList(IReadOnlyList<AcquirerWire> Items);

/// <summary>An acquirer as the contract shows it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Outage">Whether it answers, by what all instances saw.</param>
/// <param name="Circuits">Whether calls go through, by operation, as the instance sees it that answers.</param>
/// <param name="ApprovalBasisPoints">The share of late outcomes that speak for it, in hundredths of a percent; null where there are none.</param>
/// <param name="Outcomes">How many outcomes that is of, the older the lighter.</param>
/// <param name="AsOf">When the last of them was counted.</param>
/// <param name="Brands">The schemes it takes.</param>
/// <param name="FeeBasisPoints">The share it charges, in hundredths of a percent.</param>
/// <param name="FeeFixedMinorUnits">What it charges beside it, in minor units.</param>
sealed record AcquirerWire(
    AcquirerName Name,
    OutageState Outage,
    IReadOnlyDictionary<string, string> Circuits,
    int? ApprovalBasisPoints,
    long Outcomes,
    DateTimeOffset? AsOf,
    IReadOnlyList<CardBrand> Brands,
    int FeeBasisPoints,
    long FeeFixedMinorUnits);
