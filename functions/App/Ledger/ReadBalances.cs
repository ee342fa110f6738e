using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.Core;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>GET /v1/balances: what the merchant is owed, currency by currency, now or at the end of a past day.</summary>
public sealed class GetBalances(LedgerReader ledger, TimeProvider time)
{
    [Function(nameof(GetBalances))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/balances")] HttpRequest request, FunctionContext context)
    {
        var errors = new List<FieldError>();
        var day = ReadDay(new Parameters(request.Query, errors));
        if (errors.Count > 0) return Problem.Invalid(errors);
        var owner = BookOwner.Of(context.Merchant());
        var turnovers = day is { } past
            ? await ledger.AsOfAsync(owner, past, context.CancellationToken)
            : await ledger.OfOwnerAsync(owner, context.CancellationToken);
        return Answer.Ok(MerchantBalances.Of(day, turnovers));
    }

    DateOnly? ReadDay(Parameters parameters)
    {
        var text = parameters.Text("as_of");
        parameters.RefuseOthers();
        if (text is null) return null;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day <= today)
            return day;
        parameters.Wrong("as_of", "invalid_date", "It must be a day such as 2026-11-24, and not one to come.");
        return null;
    }
}

/// <summary>What a merchant is owed, in every currency that it ever had.</summary>
sealed record MerchantBalances(DateOnly? AsOf, IReadOnlyList<MerchantBalance> Balances)
{
    public static MerchantBalances Of(DateOnly? asOf, Turnovers turnovers) => new(
        asOf,
        [
            .. Chart.OwedToMerchants.SelectMany(kind => turnovers.Net(kind).Keys).Distinct()
                .OrderBy(currency => currency.Code, StringComparer.Ordinal)
                .Select(currency => MerchantBalance.Of(currency, turnovers)),
        ]);
}

/// <summary>The parts of what a merchant is owed, in minor units; <c>available</c> is negative where refunds and fees exceed it.</summary>
sealed record MerchantBalance(
    Currency Currency, long Pending, long Available, long Reserved, long Disputed, long InTransit, long Total)
{
    public static MerchantBalance Of(Currency currency, Turnovers turnovers)
    {
        return new(
            currency,
            Of(AccountKind.MerchantPending),
            Of(AccountKind.MerchantAvailable),
            Of(AccountKind.MerchantReserve),
            Of(AccountKind.MerchantDisputed),
            Of(AccountKind.MerchantInTransit),
            Chart.OwedToMerchants.Sum(Of));

        long Of(AccountKind kind) => turnovers[Account.At(kind), currency].Net;
    }
}
