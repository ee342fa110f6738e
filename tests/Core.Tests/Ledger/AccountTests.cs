using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Ledger;

public sealed class AccountTests
{
    [Fact]
    public void Every_kind_has_one_line_of_the_chart() => Assert.Equal(Enum.GetValues<AccountKind>(), Chart.Lines.Select(line => line.Kind));

    [Fact]
    public void An_account_is_read_back_from_its_code()
    {
        Account[] accounts =
        [
            Account.At(AccountKind.MerchantPending),
            Account.At(AccountKind.AcquirerCaptured, "northbank"),
            Account.At(AccountKind.AcquirerSettled, "northbank", "2026:11:24"),
        ];

        Assert.Equal(accounts, accounts.Select(account => Account.Parse(account.Code)));
    }

    [Fact]
    public void An_account_without_what_the_chart_asks_for_is_none()
    {
        Assert.Throws<InvariantBroken>(() => Account.At(AccountKind.AcquirerCaptured));
        Assert.Throws<InvariantBroken>(() => Account.At(AccountKind.AcquirerSettled, "northbank"));
        Assert.Throws<InvariantBroken>(() => Account.At(AccountKind.MerchantPending, "northbank"));
        Assert.Throws<InvariantBroken>(() => Account.At(AccountKind.AcquirerCaptured, "north:bank"));
    }

    [Fact]
    public void A_book_is_one_lane_of_one_month_of_its_owner()
    {
        var owner = BookOwner.Of(new MerchantId("mer_1"));
        var late = new DateTimeOffset(2026, 12, 1, 0, 30, 0, TimeSpan.FromHours(1));

        var book = BookId.Of(owner, late, "pay_1");

        Assert.Equal((owner, new DateOnly(2026, 11, 1)), (book.Owner, book.Month));
        Assert.Equal(book, book.Next.Previous);
        Assert.Equal(book, BookId.Of(owner, late, "pay_1"));
        Assert.Equal(book, BookId.Read(book.Value));
        Assert.InRange(Enumerable.Range(0, 100).Select(number => BookId.Of(owner, late, $"pay_{number}")).Distinct().Count(), 2, owner.Lanes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mer_1|2026-11")]
    [InlineData("mer_1|2026-13|0")]
    [InlineData("mer_1|2026-11|8")]
    [InlineData("mer_1|2026-11|-1")]
    [InlineData("platform:northbank|2026-11|1")]
    public void What_is_no_book_is_not_read_as_one(string text) => Assert.Null(BookId.Read(text));

    [Fact]
    public void The_platform_has_books_of_its_own()
    {
        Assert.False(BookOwner.Of(A.Northbank).IsMerchant);
        Assert.False(BookOwner.OfBank("DE02120300000000202051").IsMerchant);
        Assert.True(BookOwner.Of(new MerchantId("mer_1")).IsMerchant);
    }
}
