using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using static Railyard.Core.Ledger.PostingRules;

namespace Railyard.Core.Ledger;

/// <summary>The entries of discrepancies that a person resolved: accepted as they are, or written off.</summary>
public static class ResolutionPostings
{
    /// <summary>The entries; none where the discrepancy moved no money.</summary>
    /// <param name="found">The discrepancy.</param>
    /// <param name="expected">What was expected, where something was.</param>
    /// <param name="isWrittenOff">Whether the difference is ours to bear; else the books follow what was found.</param>
    /// <param name="at">When it was decided.</param>
    public static IReadOnlyList<JournalEntry> Of(Discrepancy found, Expectation? expected, bool isWrittenOff, DateTimeOffset at)
    {
        var resolution = new Resolved(found, expected, isWrittenOff, at);
        var entries = found.Kind switch
        {
            DiscrepancyKind.MissingAtAcquirer => resolution.Missing(),
            DiscrepancyKind.AmountDiffers or DiscrepancyKind.CurrencyDiffers => resolution.Differing(),
            DiscrepancyKind.FeeDiffers => resolution.Fee(),
            DiscrepancyKind.MissingHere or DiscrepancyKind.Duplicate or DiscrepancyKind.UnknownType or DiscrepancyKind.Ambiguous
                => resolution.Surplus(),
            DiscrepancyKind.ControlTotalBroken or DiscrepancyKind.MissingAtBank or DiscrepancyKind.UnexpectedAtBank => [],
            DiscrepancyKind.AmbiguousAtBank or DiscrepancyKind.DiffersAtBank or DiscrepancyKind.DuplicateAtBank => [],
        };
        return [.. entries.OfType<JournalEntry>()];
    }

    enum Way { Paid, Taken, GivenBack }

    sealed record Resolved(Discrepancy Found, Expectation? Expected, bool IsWrittenOff, DateTimeOffset At)
    {
        string Cause => Found.Id.Value;

        string Acquirer => Found.Acquirer.Value;

        Expectation Wanted => Expected ?? throw new InvariantBroken($"{Found.Id} differs from nothing.");

        // What is given back was the merchant's as soon as it was told, and waits in pending no more.
        Way Way => Wanted.Kind == LineKind.Payment ? Way.Paid
            : SettlementPostings.IsTaken(Wanted.Kind) ? Way.Taken
            : Way.GivenBack;

        SettlementLine Line => Found.Line ?? throw new InvariantBroken($"{Found.Id} has no line.");

        public IEnumerable<JournalEntry?> Missing()
        {
            var rule = (Way, IsWrittenOff) switch
            {
                (Way.Paid, false) => MissingAccepted,
                (Way.Paid, true) => MissingWrittenOff,
                (Way.Taken, false) => MissingRefundAccepted,
                (Way.Taken, true) => MissingRefundWrittenOff,
                (Way.GivenBack, false) => MissingReversalAccepted,
                (Way.GivenBack, true) => MissingReversalWrittenOff,
            };
            yield return InMerchantsBook(rule, PartAmounts.Of(Wanted.Amount));
        }

        public IEnumerable<JournalEntry?> Differing()
        {
            var gross = SettledLine.Unexplained(Line).Gross;
            var wanted = Signed(Wanted.Kind, Wanted.Amount);
            return !IsWrittenOff && gross.Currency == wanted.Currency ? AsFound(gross, wanted) : AsExpected(gross, wanted);
        }

        public IEnumerable<JournalEntry?> Fee()
        {
            if (Wanted.State is ExpectationState.Broken { Bundle: not null }) yield break;
            var difference = new SettledLine(Line, [], Wanted.ExpectedFee).FeeDifference;
            yield return IsWrittenOff
                ? InOurBook(WrittenOff, new PartAmounts((Part.Amount, SettlementPostings.Negative(difference))))
                : InOurBook(FeeAccepted, new PartAmounts((Part.Amount, difference)));
        }

        public IEnumerable<JournalEntry?> Surplus()
        {
            yield return InOurBook(WrittenOff, new PartAmounts((Part.Amount, SettledLine.Unexplained(Line).Gross)));
        }

        IEnumerable<JournalEntry?> AsFound(Balance gross, Balance wanted)
        {
            var rule = Way switch
            {
                Way.Paid => FoundAccepted,
                Way.Taken => FoundRefundAccepted,
                Way.GivenBack => FoundReversalAccepted,
            };
            var isTaken = Way == Way.Taken;
            var found = isTaken ? SettlementPostings.Negative(gross) : gross;
            var asked = isTaken ? SettlementPostings.Negative(wanted) : wanted;
            var amounts = new PartAmounts((Part.Amount, asked), (Part.Found, found), (Part.Loss, found - asked));
            yield return InMerchantsBook(rule, amounts);
            yield return InOurBook(ExplainedLate, new PartAmounts((Part.Amount, gross), (Part.Matched, gross)));
        }

        IEnumerable<JournalEntry?> AsExpected(Balance gross, Balance wanted)
        {
            yield return InMerchantsBook(SettlementPostings.RuleOf(Wanted.Kind), PartAmounts.Of(Wanted.Amount));
            yield return InOurBook(DifferenceWrittenOff, gross.Currency == wanted.Currency
                ? new PartAmounts((Part.Found, gross), (Part.Amount, wanted), (Part.Loss, wanted - gross))
                : new PartAmounts((Part.Found, gross), (Part.Amount, wanted), (Part.Exchanged, gross), (Part.ExchangedTo, wanted)));
        }

        JournalEntry? InMerchantsBook(PostingRule rule, PartAmounts amounts) => rule.Post(
            BookId.Of(BookOwner.Of(Wanted.Merchant), At, Wanted.Payment.Value), Cause, At, amounts, Acquirer, about: Wanted.Payment.Value);

        JournalEntry? InOurBook(PostingRule rule, PartAmounts amounts)
        {
            var batch = SettlementPostings.BatchOf(Line);
            return rule.Post(BookId.Of(BookOwner.Of(Found.Acquirer), At, batch), Cause, At, amounts, Acquirer, batch, Found.File?.Value);
        }

        static Balance Signed(LineKind kind, Money amount) => SettlementPostings.IsTaken(kind)
            ? Balance.Zero(amount.Currency).Debit(amount)
            : Balance.Zero(amount.Currency).Credit(amount);
    }
}
