using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Railyard.App.Routing;
using Railyard.App.Settlement;
using Railyard.App.Settlement.Bank;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation.Bank;

/// <summary>Takes a file of bank statements from its arrival to its report; its instance id is the file's.</summary>
public static class ReconcileBankStatement
{
    [Function(nameof(ReconcileBankStatement))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var file = context.GetInput<FileId>();
        if (await context.CallActivityAsync<bool>(nameof(ParseBankStatement), file, AuthorizePayment.UntilItWorks))
            await context.CallActivityAsync(nameof(JoinBankStatement), file, AuthorizePayment.UntilItWorks);
    }
}

/// <summary>Brings the lines of a file together with what its account should show, and writes the report.</summary>
public sealed class JoinBankStatement(BankDesk desk, BankStatementStore files)
{
    [Function(nameof(JoinBankStatement))]
    public async Task Run([ActivityTrigger] FileId id, FunctionContext context)
    {
        var file = await files.LoadAsync(id, context.CancellationToken);
        if (!file.IsConcluded) await desk.JoinAsync(file, context.CancellationToken);
    }
}

/// <summary>
/// Writes down what the bank should show of a settlement file's batches. Where it has shown it already, the two are brought
/// together.
/// </summary>
public sealed class ExpectPayouts(SettlementFileStore files, BankAccounts accounts, BankDesk desk)
{
    [Function(nameof(ExpectPayouts))]
    public async Task Run([ActivityTrigger] FileId id, FunctionContext context)
    {
        var file = await files.LoadAsync(id, context.CancellationToken);
        if (file.Parsed is not { Payouts.Count: > 0 } parsed) return;
        var account = accounts.AccountOf(file.Acquirer);
        var expected = parsed.Payouts
            .Where(payout => !payout.Paid.Amount.IsZero)
            .GroupBy(payout => (payout.Batch, payout.Reference, payout.Paid.Amount.Currency))
            .SelectMany(alike => alike.Select((payout, i) => BankExpectation.OfBatch(
                id, file.Acquirer, account, payout, i + 1,
                accounts.OverdueAfter(file.Acquirer, DateOnly.FromDateTime(payout.PaidAt.DateTime)))))
            .ToList();
        await desk.ExpectAsync(account, expected, context.CancellationToken);
    }
}

/// <summary>Finds what the bank should have shown by now.</summary>
public sealed class FindOverdueAtBank(BankAccounts accounts, BankDesk desk)
{
    // Twenty past every hour.
    const string EveryHour = "0 20 * * * *";

    [Function(nameof(FindOverdueAtBank))]
    public async Task Run([TimerTrigger(EveryHour)] TimerInfo timer, FunctionContext context)
    {
        foreach (var account in accounts.All) await desk.FindOverdueAsync(account, context.CancellationToken);
    }
}
