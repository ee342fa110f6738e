using Railyard.Core;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>All books together.</summary>
sealed record AllBooks(Turnovers All, int Owners, IReadOnlyList<LedgerFinding> Findings);

/// <summary>Adds all books up, and holds each owner to what must be true of it while it is at it.</summary>
public sealed class TrialBalances(LedgerReader ledger, BookOwners owners)
{
    const int OwnersAtOnce = 8;

    internal async Task<AllBooks> ReadAsync(CancellationToken cancellation)
    {
        var (all, findings, gate) = (new Turnovers(), new List<LedgerFinding>(), new Lock());
        var known = await owners.AllAsync(cancellation);
        await Parallel.ForEachAsync(
            known,
            new ParallelOptions { MaxDegreeOfParallelism = OwnersAtOnce, CancellationToken = cancellation },
            async (one, stop) =>
            {
                var owner = new BookOwner(one.Id);
                var turnovers = await ledger.OfOwnerAsync(owner, stop);
                lock (gate)
                {
                    all.Add(turnovers);
                    findings.AddRange(Invariants.OfBook(one.Id, turnovers));
                    if (owner.IsMerchant) findings.AddRange(Invariants.OfMerchant(new(one.Id), turnovers));
                }
            });
        return new AllBooks(all, known.Count, findings);
    }
}
