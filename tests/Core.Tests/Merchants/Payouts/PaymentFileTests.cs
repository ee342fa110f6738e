using System.Text;
using System.Xml.Linq;
using CsCheck;
using Railyard.Core.Merchants.Payouts;
using static Railyard.Core.Tests.Merchants.Payouts.Books;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class PaymentFileTests
{
    const string Message = "RY0123456789abcdef0123456789abcdef";

    static readonly XNamespace Pain = PaymentFile.Namespace;

    [Fact]
    public void Ten_thousand_payouts_add_up()
    {
        var orders = Enumerable.Range(1, 10_000).Select(number => Order(number, number * 37L + 1)).ToList();

        var file = Checked(Write(Amounts.Euro, orders));

        Assert.Equal("10000", file.Descendants(Pain + "NbOfTxs").First().Value);
        Assert.Equal("18501950.00", file.Descendants(Pain + "CtrlSum").First().Value);
    }

    [Theory]
    [InlineData("EUR", 1_234_56, "1234.56")]
    [InlineData("EUR", 5, "0.05")]
    [InlineData("JPY", 1_234, "1234")]
    [InlineData("KWD", 1_234, "1.234")]
    public void An_amount_has_the_decimals_of_its_currency(string currency, long minorUnits, string written)
    {
        var order = Order(1, 1) with { Amount = new Money(minorUnits, Currency.Of(currency)) };

        var amount = Checked(Write(Currency.Of(currency), [order])).Descendants(Pain + "InstdAmt").Single();

        Assert.Equal((written, currency), (amount.Value, amount.Attribute("Ccy")!.Value));
    }

    [Fact]
    public void Whatever_a_merchant_is_called_the_file_is_valid() =>
        Gen.Select(Gen.String, Gen.Long[1, 999_999_999_999], Gen.Bool).Array[1, 20].Sample(drawn =>
        {
            var orders = drawn.Select((one, i) => Order(i + 1, one.Item2) with
            {
                To = Account with { Name = one.Item1, Bic = one.Item3 ? null : Account.Bic },
                Text = $"Payout {i} for {one.Item1}",
            }).ToList();

            Checked(Write(Amounts.Euro, orders));
        });

    [Fact]
    public void The_same_orders_are_the_same_bytes() =>
        Assert.Equal(Write(Amounts.Euro, [Order(1, 1_00)]), Write(Amounts.Euro, [Order(1, 1_00)]));

    [Fact]
    public void A_file_that_would_pay_twice_or_nothing_is_not_written()
    {
        Assert.Throws<InvariantBroken>(() => Write(Amounts.Euro, [Order(1, 1_00), Order(1, 2_00)]));
        Assert.Throws<InvariantBroken>(() => Write(Amounts.Euro, [Order(1, 0)]));
        Assert.Throws<InvariantBroken>(() => Write(Amounts.Euro, []));
        Assert.Throws<InvariantBroken>(() => Write(Currency.Of("GBP"), [Order(1, 1_00)]));
    }

    [Theory]
    [InlineData("<NbOfTxs>1<", "<NbOfTxs>2<")]
    [InlineData("<CtrlSum>1.00<", "<CtrlSum>1.01<")]
    [InlineData("<PmtMtd>TRF</PmtMtd>", "")]
    [InlineData("RY0123456789abcdef0123456789abcdef", "RY0123456789abcdef0123456789abcdef!!")]
    [InlineData("NL91ABNA0417164300", "NL92ABNA0417164300")]
    [InlineData("<Nm>Railyard</Nm>", "<Nm>Räilyard</Nm>")]
    public void The_rules_find_what_is_wrong(string right, string wrong)
    {
        var damaged = Write(Amounts.Euro, [Order(1, 1_00)]).Replace(right, wrong, StringComparison.Ordinal);

        Assert.NotEmpty(PaymentFileRules.Broken(XDocument.Parse(damaged)));
    }

    static PaymentOrder Order(int number, long cents) => new(
        PayoutId.Of(Merchant, Amounts.Euro, Tuesday.AddDays(number)).EndToEnd(1), cents.Eur(), Account, $"Payout {number}");

    static string Write(Currency currency, IReadOnlyList<PaymentOrder> orders)
    {
        var text = new StringBuilder();
        foreach (var piece in new PaymentFile(Message, A.Moment, Debtor, currency, Tuesday, orders).Write()) text.Append(piece);
        return text.ToString();
    }

    static XDocument Checked(string text)
    {
        var document = XDocument.Parse(text);
        Assert.Empty(PaymentFileRules.Broken(document));
        return document;
    }
}
