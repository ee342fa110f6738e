using System.Text;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// What lines without an exact pair, and open breaks, may be about: references, payments and expectations. A reference is
/// known by its hash: a pair that is parted without need is made again by whoever answers the rest.
/// </summary>
sealed class Questions
{
    readonly HashSet<ulong> references = [];
    readonly HashSet<PaymentId> payments = [];
    readonly HashSet<ExpectationId> expectations = [];

    /// <summary>Whether there is nothing that a pair could be asked.</summary>
    public bool AreNone => references.Count == 0 && !NameExpectations;

    /// <summary>Whether expectations have to be looked at.</summary>
    public bool NameExpectations => payments.Count > 0 || expectations.Count > 0;

    /// <summary>What open breaks ask: lines that nothing explained look for it still, and what was missed may be found.</summary>
    public static Questions Of(IEnumerable<Discrepancy> openBreaks)
    {
        var questions = new Questions();
        foreach (var found in openBreaks)
        {
            if (found.Line is { } line) questions.Add(line);
            if (found.Expectation is { } expectation) questions.expectations.Add(expectation);
        }
        return questions;
    }

    /// <summary>What lines ask.</summary>
    public static Questions Of(IEnumerable<SettlementLine> lines)
    {
        var questions = new Questions();
        foreach (var line in lines) questions.Add(line);
        return questions;
    }

    /// <summary>Whether a line is asked about.</summary>
    public bool AreAbout(in PackedLine line) => references.Contains(KeyHash.Of(line.AcquirerReference));

    /// <summary>Whether an expectation is asked about.</summary>
    public bool AreAbout(Expectation expected) => payments.Contains(expected.Payment) || expectations.Contains(expected.Id);

    void Add(SettlementLine line)
    {
        references.Add(KeyHash.Of(Encoding.UTF8.GetBytes(line.AcquirerReference)));
        if (Claim.OwnOf(line) is { } own) payments.Add(own.Payment);
    }
}
