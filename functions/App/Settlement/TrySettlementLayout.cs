using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Merchants;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>A line as a dry run shows it; what is taken from our balance is negative.</summary>
sealed record DryLineWire(
    int Line,
    LineKind Kind,
    string Type,
    string AcquirerReference,
    string? ModificationReference,
    string? MerchantReference,
    Balance? Gross,
    Balance Net,
    Balance Fees,
    string Batch,
    DateTimeOffset BookedAt)
{
    public static DryLineWire Of(SettlementLine line) => new(
        line.Number,
        line.Kind,
        line.Type,
        line.AcquirerReference,
        line.ModificationReference,
        line.MerchantReference,
        line.Gross?.ToBalance(),
        line.Net.ToBalance(),
        line.FeesCharged(),
        line.Batch,
        line.BookedAt);
}

/// <summary>A line that the layout could not read.</summary>
sealed record DryFaultWire(int Line, string Field, string Expected, string Found);

/// <summary>What a layout makes of the beginning of a file; nothing of it is kept.</summary>
sealed record DryRunWire(
    bool IsRecognised, IReadOnlyList<DryLineWire> Lines, IReadOnlyList<DryFaultWire> Faults, IReadOnlyList<ControlCheck> Checks);

/// <summary>
/// POST /ops/v1/settlement-layouts/{name}/dry-runs: reads the beginning of a file by a layout, shows what comes of it, and
/// keeps nothing of it.
/// </summary>
public sealed class TrySettlementLayout(SettlementLayoutStore layouts, IdempotentPost idempotent, Ids ids)
{
    const int MostShown = 20;

    static readonly Problem Empty = Problem.BadRequest("empty_body", "The file is empty.");

    [Function(nameof(TrySettlementLayout))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/settlement-layouts/{name}/dry-runs")] HttpRequest request,
        string name,
        FunctionContext context)
    {
        var (key, keyProblem) = IdempotencyKey.Read(request);
        if (keyProblem is not null) return keyProblem;
        var (beginning, problem) = await RequestBody.ReadBytesAsync(request, context.CancellationToken);
        if (problem is not null) return problem;
        if (beginning.IsEmpty) return Empty;
        if (await layouts.FindAsync(name, context.CancellationToken) is not { } layout) return Problem.NotFound("settlement layout");
        return await idempotent.RunAsync(
            new Post(Operators.Id, $"dry-runs {name}", key!, beginning.ToArray(), ids.DryRun(), Token: null, Wait: default),
            _ => Task.FromResult(Shown(Try(SettlementLayoutStore.Compiled(layout), beginning.Span))),
            CancellationToken.None);
    }

    // Kept sealed, for whoever repeats the request and nobody else: lines of a file are not ours to show around.
    static PostResult Shown(DryRunWire made) => new(Answer.Ok(made), IsFinal: true) { HoldsSecret = true };

    // What was sent may end in the middle of a line: one without its end is not shown, nor what the end of the file would say.
    static DryRunWire Try(CompiledLayout layout, ReadOnlySpan<byte> beginning)
    {
        var reader = new SettlementReader(new ReadingTerms { Layouts = [layout] });
        var (lines, faults, checks) = (new List<DryLineWire>(), new List<DryFaultWire>(), new List<ControlCheck>());
        var start = 0;
        while (lines.Count < MostShown && faults.Count < MostShown)
        {
            var outcome = reader.Read(beginning[start..], isLast: false, out var consumed, out var line);
            start += consumed;
            switch (outcome)
            {
                case ReadOutcome.Line: lines.Add(DryLineWire.Of(line.ToLine())); break;
                case ReadOutcome.Quarantined(var bad): faults.Add(Fault(bad.Number, bad.Fault)); break;
                case ReadOutcome.Frame said: checks.AddRange(said.Checks); break;
                case ReadOutcome.Rejected rejected: faults.Add(Fault(rejected.LineNumber, rejected.Fault)); return Wire();
                default: return Wire();
            }
        }
        return Wire();

        DryRunWire Wire() => new(reader.Format == layout.Layout.Name, lines, faults, checks);
    }

    static DryFaultWire Fault(int line, Fault fault) => new(line, fault.Field, fault.Expected, fault.Found);
}
