using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Reconciliation;
using Railyard.App.Tests.Settlement;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Operations;

/// <summary>Discrepancies as a join finds them, without the file.</summary>
sealed class FoundDiscrepancies(RunningApp app)
{
    static readonly AcquirerName Northbank = new("northbank");

    // No line of a file that a test makes has so high a number.
    static int last = 1_000_000;

    /// <summary>One of so many cents.</summary>
    public async Task<string> MakeAsync(long cents = 50_00, DiscrepancyKind kind = DiscrepancyKind.MissingHere, string? file = null)
    {
        var number = Interlocked.Increment(ref last);
        var amount = new Movement(new Money(cents, Currency.Of("EUR")), Direction.Credit);
        var line = new SettlementLine
        {
            Number = number, Bytes = default, Kind = LineKind.Payment, Type = "Settled", AcquirerReference = $"R{number}",
            Gross = amount, Net = amount, Fees = [], Batch = "1", BookedAt = TimeProvider.System.GetUtcNow(), Zone = "UTC",
        };
        var facts = new FileFacts(new FileId(file ?? "fil_0198abcd8f7a8c3e9d21c0ffee000001"), Northbank, null);
        var found = Discrepancy.OfLine(facts, line, kind, null, new FieldDifference("amount", null, $"{amount.Amount}"));
        await app.Services.GetRequiredService<DiscrepancyStore>().RecordAsync(found, Cancellation);
        return found.Id.Value;
    }

    /// <summary>One whose resolution another operator has proposed.</summary>
    public async Task<string> ProposedAsync()
    {
        var id = await MakeAsync(5_000_00);
        var proposed = await Second.PostAsync(
            $"/ops/v1/discrepancies/{id}/resolutions", new { kind = "written_off", reason = "It will not be paid." });
        Assert.True(proposed["status"] == "proposed", proposed.Text);
        return id;
    }

    /// <summary>A file that is reconciled.</summary>
    public async Task<string> FileAsync()
    {
        var content = Sdr.File(Sdr.Settled($"X{Guid.CreateVersion7():N}", "M1"), Sdr.Payout("10.00"));
        var put = await Operator.PutAsync($"/ops/v1/settlement-files/northbank/found-{Guid.CreateVersion7():N}.csv", Encoding.UTF8.GetBytes(content));
        var file = put["file_id"]!;
        await Eventually.ThatAsync(
            () => Operator.GetAsync($"/ops/v1/settlement-files/{file}"),
            reply => reply.Status == HttpStatusCode.OK && reply["status"]!.StartsWith("reconciled", StringComparison.Ordinal));
        return file;
    }

    /// <summary>A bulk of none.</summary>
    public async Task<string> BulkAsync() => (await Operator.PostAsync(
        "/ops/v1/discrepancies/bulk-resolutions",
        new
        {
            filter = new { acquirer = "northbank", file_id = "fil_none" },
            resolution = new { kind = "corrected", reason = "none" },
            expected_count = 0,
        }))["id"]!;

    Client Operator => new(app.Address, "ok_sandbox_local");

    Client Second => new(app.Address, "ok_sandbox_second");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
