using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.App.Tests.Merchants;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Payments;

/// <summary>Which payments a list shows, and where it goes on.</summary>
public sealed class ListingTests(RunningRailyard railyard)
{
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    static readonly DateOnly ThisMonth = Months.Of(Now);

    [Fact]
    public async Task A_range_begins_with_its_first_moment_and_ends_before_its_last()
    {
        var merchant = await railyard.OnboardAsync();
        var payments = new List<Reply>();
        for (var number = 0; number < 3; number++) payments.Add(await merchant.Client.PayAsync());
        await ListedAsync(merchant, 3);
        var second = payments[1]["created_at"];

        var from = await merchant.Client.GetAsync($"/v1/payments?created_from={second}");
        var to = await merchant.Client.GetAsync($"/v1/payments?created_to={second}");
        var none = await merchant.Client.GetAsync($"/v1/payments?created_from={payments[0]["created_at"]}&created_to=2020-01-01T00:00:00Z");
        var all = await merchant.Client.GetAsync("/v1/payments?created_from=2020-01-01T02:00:00.5%2B02:00&created_to=2036-01-01T00:00:00Z");

        Assert.Equal([payments[2]["id"], payments[1]["id"]], Ids(from));
        Assert.Equal([payments[0]["id"]], Ids(to));
        Assert.Equal(HttpStatusCode.BadRequest, none.Status);
        Assert.Equal(3, Ids(all).Count());
    }

    [Theory]
    [InlineData("created_from=yesterday", "created_from", "invalid_moment")]
    [InlineData("created_from=2026-11-24", "created_from", "invalid_moment")]
    [InlineData("created_from=2026-11-24T12:00:00", "created_from", "invalid_moment")]
    [InlineData("created_from=1969-12-31T23:59:59Z", "created_from", "invalid_moment")]
    [InlineData("created_to=2026-11-24T12:00:00+01:00", "created_to", "invalid_moment")]
    [InlineData("created_from=2026-11-24T12:00:00Z&created_to=2026-11-24T12:00:00Z", "created_to", "out_of_range")]
    [InlineData("reference=123456789012345678901234567890123456789012345678901234567890123456789012345678901", "reference", "wrong_length")]
    [InlineData("limit=ten", "limit", "out_of_range")]
    [InlineData("created_after=2026-11-24T12:00:00Z", "query", "unknown_field")]
    public async Task A_parameter_that_will_not_do_is_named_with_the_reason(string query, string field, string code)
    {
        var reply = await railyard.Merchant.GetAsync($"/v1/payments?{query}");

        var error = Assert.Single(reply.Body.GetProperty("errors").EnumerateArray());
        Assert.Equal((HttpStatusCode.BadRequest, field, code), (reply.Status, error.GetProperty("field").GetString()!, error.GetProperty("code").GetString()!));
    }

    [Fact]
    public async Task Status_and_reference_narrow_the_list_together()
    {
        var merchant = await railyard.OnboardAsync();
        var voided = await merchant.Client.PayAsync(reference: "a");
        await merchant.Client.PayAsync(reference: "a");
        await merchant.Client.PayAsync(reference: "b");
        await merchant.Client.PostAsync($"/v1/payments/{voided["id"]}/voids");

        var found = await Eventually.ThatAsync(
            () => merchant.Client.GetAsync("/v1/payments?status=voided&reference=a"), page => Ids(page).Any());

        Assert.Equal([voided["id"]], Ids(found));
    }

    [Fact]
    public async Task A_range_goes_over_its_months_and_no_others()
    {
        var merchant = (await railyard.OnboardAsync()).Id;
        var old = await RowAsync(merchant, ThisMonth.AddMonths(-3), days: 10);
        var middle = await RowAsync(merchant, ThisMonth.AddMonths(-2), days: 10);
        await RowAsync(merchant, ThisMonth.AddMonths(-1), days: 10);

        var page = await ListAsync(merchant, 10, null, Start(ThisMonth.AddMonths(-3)), Start(ThisMonth.AddMonths(-1)));

        Assert.Equal([middle, old], page.Items.Select(item => item.Id));
        Assert.Null(page.NextCursor);
    }

    [Fact]
    public async Task A_payment_whose_id_is_of_the_month_before_is_in_the_range_of_its_creation()
    {
        var merchant = (await railyard.OnboardAsync()).Id;
        var midnight = Start(ThisMonth.AddMonths(-1));
        var row = Row(merchant, midnight.AddMilliseconds(-5)) with { CreatedAt = midnight.AddMilliseconds(5) };
        await SaveAsync(row);

        var within = await ListAsync(merchant, 10, null, midnight, null);
        var before = await ListAsync(merchant, 10, null, null, midnight);

        Assert.Equal([row.Id], within.Items.Select(item => item.Id));
        Assert.Empty(before.Items);
    }

    [Fact]
    public async Task A_range_longer_than_one_request_reads_goes_on_by_its_cursor_to_its_end()
    {
        var merchant = (await railyard.OnboardAsync()).Id;
        var oldest = await RowAsync(merchant, ThisMonth.AddMonths(-60), days: 3);

        var found = new List<PaymentId>();
        PaymentPage? page = null;
        for (var pages = 0; pages < 5 && (page is null || page.NextCursor is not null); pages++)
        {
            page = await ListAsync(merchant, 10, page?.NextCursor, Start(ThisMonth.AddMonths(-60)), null);
            found.AddRange(page.Items.Select(item => item.Id));
        }

        Assert.Equal([oldest], found);
        Assert.Null(page!.NextCursor);
    }

    Task<PaymentPage> ListAsync(string merchant, int limit, string? cursor, DateTimeOffset? from, DateTimeOffset? to)
    {
        var query = new PaymentListQuery(limit, cursor is null ? null : new PaymentId(cursor), null, null, from, to);
        return railyard.App.Services.GetRequiredService<PaymentIndex>()
            .ListAsync(new MerchantId(merchant), query, TestContext.Current.CancellationToken);
    }

    async Task<PaymentId> RowAsync(string merchant, DateOnly month, int days)
    {
        var row = Row(merchant, Start(month).AddDays(days));
        await SaveAsync(row);
        return row.Id;
    }

    async Task SaveAsync(IndexRow row) => Assert.NotNull(await railyard.App.Services.GetRequiredService<Containers>()
        .PaymentIndex.TryCreateAsync(row, row.Bucket, TestContext.Current.CancellationToken));

    static IndexRow Row(string merchant, DateTimeOffset at)
    {
        var id = new PaymentId(PaymentId.Prefix + Guid.CreateVersion7(at).ToString("N", CultureInfo.InvariantCulture));
        return new IndexRow
        {
            Id = id,
            Bucket = Months.Bucket(new MerchantId(merchant), Months.Of(id)!.Value),
            AsOf = 1,
            Status = PaymentStatus.Authorized,
            Amount = new Money(1_00, Currency.Find("EUR")!.Value),
            Captured = Money.Zero(Currency.Find("EUR")!.Value),
            Refunded = Money.Zero(Currency.Find("EUR")!.Value),
            CreatedAt = at,
        };
    }

    static DateTimeOffset Start(DateOnly month) => new(month, TimeOnly.MinValue, TimeSpan.Zero);

    static Task<Reply> ListedAsync(Onboarded merchant, int count) => Eventually.ThatAsync(
        () => merchant.Client.GetAsync("/v1/payments"), page => Ids(page).Count() == count);

    static IEnumerable<string?> Ids(Reply page) =>
        page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString());
}
