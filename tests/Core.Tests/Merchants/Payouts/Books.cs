using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Merchants.Payouts;

/// <summary>Merchants, terms and items to try payouts with.</summary>
static class Books
{
    public static readonly MerchantId Merchant = new("mer_1");
    public static readonly DateOnly Tuesday = new(2026, 11, 24);

    public static readonly Iban OurIban = new("NL91ABNA0417164300");
    public static readonly MerchantAccount Account = new("Tea & Co", OurIban, new Bic("ABNANL2A"));
    public static readonly DebtorAccount Debtor = new("Railyard", new Iban("DE89370400440532013000"), new Bic("COBADEFF"));

    public static readonly PayoutSchedule Daily = new()
    {
        Interval = PayoutInterval.Daily, DelayBusinessDays = 0, CutOff = new TimeOnly(17, 0), Zone = "Europe/Amsterdam",
    };

    public static readonly MerchantFees Free = Fees(0, 0);

    public static MerchantFees Fees(int basisPoints, long fixedPart, long refund = 0, long chargeback = 0, long minimum = 0) =>
        new(new MerchantPricing.Blended([new(new Fee(basisPoints, fixedPart))]), refund, chargeback, minimum);

    public static PayoutTerms Terms(ReserveTerms? reserve = null, long minimum = 0, MerchantFees? fees = null) => new()
    {
        Currency = Amounts.Euro,
        Account = Account,
        Schedule = Daily,
        Fees = fees ?? Free,
        Reserve = reserve ?? new ReserveTerms.None(),
        MinimumPayout = minimum,
    };

    public static PayableItem Item(PayableKind kind, long cents, string id = "1", CardBrand? brand = CardBrand.Visa) => new()
    {
        Id = PayableId.Of(id),
        Kind = kind,
        Gross = new Movement(Math.Abs(cents).Eur(), PayableItem.DirectionOf(kind) ?? (cents < 0 ? Direction.Debit : Direction.Credit)),
        Brand = brand,
    };

    public static IReadOnlyList<PayableTotal> Totals(MerchantFees fees, params PayableItem[] items) =>
        PayableTotal.Of(items.Select(fees.Price));

    public static (PayoutStatement Statement, MerchantStanding After) Pay(PayoutTerms terms, params PayableItem[] items) =>
        PayoutRule.Pay(terms, MerchantStanding.New(terms.Currency), Totals(terms.Fees, items), Tuesday);
}
