using CsCheck;
using Railyard.Core.Ledger;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using Railyard.Core.Tests.Ledger;
using Railyard.Core.Tests.Reconciliation;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class ResolvedItemTests
{
    static readonly LineKind[] Kinds =
    [
        LineKind.Payment, LineKind.Refund, LineKind.RefundReversal, LineKind.Chargeback, LineKind.SecondChargeback, LineKind.ChargebackReversal,
    ];

    [Fact]
    public void What_a_resolution_makes_payable_is_what_the_books_have_available() => Drawn.Sample(one =>
    {
        var (found, expected) = Resolved(one.Kind, one.Resolution, one.Found, one.Currency);

        var books = new Shelf();
        books.Post([Told(expected)]);
        books.Post(ResolutionPostings.Of(found, expected, one.Resolution != ResolutionKind.Accepted, A.Moment));
        books.AssertSound();

        Assert.Equal(ResolvedItem.Of(found, expected)?.Balance.MinorUnits ?? 0, books.Net(AccountKind.MerchantAvailable));
        Assert.Equal((0, 0), (books.Net(AccountKind.MerchantPending), books.Net(AccountKind.AcquirerCaptured)));
    });

    [Fact]
    public void What_is_accepted_to_be_missing_is_nobodys_and_what_nobody_has_ended_waits()
    {
        var (found, expected) = Resolved(LineKind.Payment, ResolutionKind.Accepted, cents: null);

        Assert.Null(ResolvedItem.Of(found, expected));
        Assert.Null(ResolvedItem.Of(Resolved(LineKind.Payment, ResolutionKind.Accepted, 9_00).Found with { State = new DiscrepancyState.Open() }, expected));
    }

    [Fact]
    public void The_item_is_the_one_that_a_matching_line_would_have_made()
    {
        var (found, expected) = Resolved(LineKind.Payment, ResolutionKind.Accepted, 9_00);

        var item = ResolvedItem.Of(found, expected)!;

        Assert.Equal((PayableId.Of(expected.Id), PayableKind.Sale, 9_00), (item.Id, item.Kind, item.Balance.MinorUnits));
        Assert.Equal((expected.Payment, expected.Operation), (item.Payment, item.Operation));
    }

    // No line, one of another amount, or one of another currency.
    static readonly Gen<(LineKind Kind, ResolutionKind Resolution, int? Found, string Currency)> Drawn =
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.Enum<ResolutionKind>(), Gen.Int[-10_00, 20_00], Gen.Bool)
            .Select(drawn => (Kinds[drawn.Item1], drawn.Item2, drawn.Item3 <= 0 ? null : (int?)drawn.Item3, drawn.Item4 ? "EUR" : "USD"));

    static (Discrepancy Found, Expectation Expected) Resolved(LineKind kind, ResolutionKind resolution, int? cents, string currency = "EUR")
    {
        var expected = Desk.Expected(kind: kind);
        var found = cents is { } other
            ? Discrepancy.OfLine(
                Desk.LaterFile, Desk.Line(2, cents: other, kind: kind, currency: currency),
                currency == "EUR" ? DiscrepancyKind.AmountDiffers : DiscrepancyKind.CurrencyDiffers, expected)
            : Discrepancy.OfMissing(expected, Desk.LaterFile.Id);
        return (found with { State = new DiscrepancyState.Resolved(new Resolution(resolution, "Said so."), "key_1", null) }, expected);
    }

    // What had been posted when the acquirer said yes, as far as the merchant is concerned.
    static JournalEntry Told(Expectation expected)
    {
        var rule = expected.Kind switch
        {
            LineKind.Payment => PostingRules.PaymentCaptured,
            LineKind.Refund or LineKind.Chargeback or LineKind.SecondChargeback => PostingRules.PaymentRefunded,
            _ => PostingRules.RefundUndone,
        };
        var book = BookId.Of(BookOwner.Of(expected.Merchant), A.Moment, expected.Payment.Value);
        return rule.Post(book, "told", A.Moment, PartAmounts.Of(expected.Amount), expected.Acquirer.Value)!;
    }
}
