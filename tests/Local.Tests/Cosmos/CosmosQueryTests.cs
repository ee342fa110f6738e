using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Linq;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosQueryTests(CosmosQueryTests.Menu menu) : IClassFixture<CosmosQueryTests.Menu>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("c.price = 3", "b")]
    [InlineData("c.price != 3", "a c d")]
    [InlineData("c.price <> 3", "a c d")]
    [InlineData("c.price > 2 AND c.price <= 10", "b c")]
    [InlineData("c.price < 3 OR c.price >= 10", "a c")]
    [InlineData("NOT (c.price = 3)", "a c d")]
    [InlineData("NOT c.hot", "b")]
    [InlineData("c.hot", "a")]
    [InlineData("c.hot = true", "a")]
    [InlineData("c.price IN (1, 10, 'x')", "a c")]
    [InlineData("c.price NOT IN (1, 10)", "b d")]
    [InlineData("c.price BETWEEN 1 AND 3", "a b")]
    [InlineData("c.price NOT BETWEEN 1 AND 3", "c")]
    [InlineData("c.price > '1'", "d")]
    [InlineData("IS_DEFINED(c.hot)", "a b c")]
    [InlineData("NOT IS_DEFINED(c.hot)", "d e")]
    [InlineData("IS_NULL(c.hot)", "c")]
    [InlineData("c.hot = null", "c")]
    [InlineData("c.hot != null", "a b")]
    [InlineData("IS_NUMBER(c.price)", "a b c")]
    [InlineData("IS_STRING(c.price)", "d")]
    [InlineData("STARTSWITH(c.name, 'Tea')", "a")]
    [InlineData("STARTSWITH(c.name, 'tea', true)", "a b")]
    [InlineData("ENDSWITH(c.name, 'pot')", "b")]
    [InlineData("CONTAINS(c.name, 'of')", "c")]
    [InlineData("LOWER(c.name) = 'tea'", "a")]
    [InlineData("UPPER(c.name) = \"TEAPOT\"", "b")]
    [InlineData("ARRAY_CONTAINS(c.tags, 'x')", "a b")]
    [InlineData("ARRAY_CONTAINS(c.parts, {\"n\": 2}, true)", "a")]
    [InlineData("ARRAY_CONTAINS(c.parts, {n: 2})", "")]
    [InlineData("c.tags[1] = 'y'", "a")]
    [InlineData("c[\"maker\"].city = 'Oslo'", "a")]
    [InlineData("c.maker[\"city\"] = 'Oslo' OR c.maker.city = 'Rome'", "a b")]
    [InlineData("c.price * 2 + 1 = 7", "b")]
    [InlineData("c.price % 2 = 1 AND -c.price < -2", "b")]
    [InlineData("c.name || '!' = 'Tea!'", "a")]
    [InlineData("(c.hot ?? 'none') = 'none'", "d e")]
    [InlineData("(c.price > 5 ? 'dear' : 'cheap') = 'dear'", "c")]
    [InlineData("c.id IN ('a', 'e', 'nope')", "a e")]
    [InlineData("c.id > 'b' AND c.id < 'e'", "c d")]
    [InlineData("c.maker = {\"city\": \"Oslo\"}", "a")]
    [InlineData("c.missing = c.missing", "")]
    [InlineData("c.missing != 1", "")]
    [InlineData("NOT (c.missing = 1)", "")]
    [InlineData("c.missing = 1 OR c.id = 'a'", "a")]
    public async Task A_filter_returns_the_items_it_is_true_for(string filter, string expected)
    {
        var rows = await menu.RowsAsync($"SELECT VALUE c.id FROM c WHERE {filter}");

        Assert.Equal(expected, string.Join(' ', rows.Select(row => row.GetString())));
    }

    [Theory]
    [InlineData("SELECT VALUE COUNT(1) FROM c", "[5]")]
    [InlineData("SELECT VALUE COUNT(c.hot) FROM c", "[3]")]
    [InlineData("SELECT VALUE COUNT(1) FROM c WHERE c.price > 100", "[0]")]
    [InlineData("SELECT VALUE SUM(c.price) FROM c WHERE IS_NUMBER(c.price)", "[14]")]
    [InlineData("SELECT VALUE SUM(c.price) FROM c", "[]")]
    [InlineData("SELECT VALUE MIN(c.price) FROM c", "[1]")]
    [InlineData("SELECT VALUE MAX(c.price) FROM c", "[\"ten\"]")]
    [InlineData("SELECT VALUE AVG(c.price) FROM c WHERE c.price IN (1, 10)", "[5.5]")]
    [InlineData("SELECT VALUE AVG(c.missing) FROM c", "[]")]
    [InlineData("SELECT COUNT(1) AS n, MAX(c.id) AS last FROM c", """[{"n":5,"last":"e"}]""")]
    [InlineData("SELECT c.id, c.maker.city, c.price * 2 AS twice, 1 FROM c WHERE c.id = 'a'",
        """[{"id":"a","city":"Oslo","twice":2,"$4":1}]""")]
    [InlineData("SELECT c.id, c.hot FROM c WHERE c.id = 'e'", """[{"id":"e"}]""")]
    [InlineData("SELECT VALUE {id: c.id, list: [c.price, c.missing, true]} FROM c WHERE c.id = 'b'",
        """[{"id":"b","list":[3,true]}]""")]
    [InlineData("SELECT VALUE c.maker FROM c", """[{"city":"Oslo"},{"city":"Rome"}]""")]
    [InlineData("select value menu.id from menu where menu.id = 'a'", """["a"]""")]
    [InlineData("SELECT VALUE m.id FROM menu AS m ORDER BY m.id DESC OFFSET 1 LIMIT 2", """["d","c"]""")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.price", """["a","b","c","d"]""")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.hot DESC", """["a","b","c"]""")]
    [InlineData("SELECT TOP 2 VALUE c.id FROM c ORDER BY c.price DESC", """["d","c"]""")]
    [InlineData("SELECT TOP 2 VALUE c.id FROM c", """["a","b"]""")]
    [InlineData("SELECT VALUE c.id FROM c OFFSET 3 LIMIT 9", """["d","e"]""")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.maker.city DESC", """["b","a"]""")]
    public async Task A_query_selects_and_orders(string query, string expected)
    {
        var rows = await menu.RowsAsync(query);

        Assert.Equal(expected, $"[{string.Join(',', rows.Select(row => row.GetRawText()))}]");
    }

    [Theory]
    [InlineData("SELECT VALUE COUNT(1) FROM c", "[5]")]
    [InlineData("SELECT VALUE AVG(c.price) FROM c WHERE c.price IN (1, 10)", "[5.5]")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.price", """["a","b","c","d"]""")]
    [InlineData("SELECT TOP 2 VALUE c.id FROM c", """["a","b"]""")]
    public async Task A_client_that_plans_queries_gets_the_same_rows(string query, string expected)
    {
        var rows = await menu.RowsAsync(
            query, new QueryRequestOptions { EnableOptimisticDirectExecution = false });

        Assert.Equal(expected, $"[{string.Join(',', rows.Select(row => row.GetRawText()))}]");
    }

    // Where its native planner does not load, the SDK asks the endpoint for the plan.
    [Theory]
    [InlineData("SELECT VALUE COUNT(1) FROM c", "[5]")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.price DESC", """["d","c","b","a"]""")]
    [InlineData("SELECT TOP 2 VALUE c.id FROM c ORDER BY c.price DESC", """["d","c"]""")]
    [InlineData("SELECT VALUE c.id FROM c ORDER BY c.price OFFSET 1 LIMIT 2", """["b","c"]""")]
    public async Task A_client_that_cannot_plan_queries_is_given_the_plan(string query, string expected)
    {
        const string bypass = "AZURE_COSMOS_BYPASS_QUERY_PARSING";
        Environment.SetEnvironmentVariable(bypass, "true");
        try
        {
            var rows = await menu.RowsAsync(
                query, new QueryRequestOptions { EnableOptimisticDirectExecution = false });

            Assert.Equal(expected, $"[{string.Join(',', rows.Select(row => row.GetRawText()))}]");
        }
        finally
        {
            Environment.SetEnvironmentVariable(bypass, null);
        }
    }

    [Theory]
    [InlineData("SELECT DISTINCT VALUE c.id FROM c", "DISTINCT")]
    [InlineData("SELECT c.id, COUNT(1) FROM c GROUP BY c.id", "GROUP BY")]
    [InlineData("SELECT VALUE t FROM c JOIN t IN c.tags", "JOIN")]
    [InlineData("SELECT VALUE t FROM t IN c.tags", "IN")]
    [InlineData("SELECT VALUE c FROM c.maker c", "FROM a path")]
    [InlineData("SELECT * FROM c WHERE c.name LIKE 'T%'", "LIKE")]
    [InlineData("SELECT * FROM c WHERE EXISTS(SELECT VALUE 1 FROM c)", "EXISTS")]
    [InlineData("SELECT * FROM c WHERE c.id IN (SELECT VALUE 1 FROM c)", "SELECT")]
    [InlineData("SELECT * FROM c WHERE REGEXMATCH(c.name, 'T')", "REGEXMATCH")]
    [InlineData("SELECT * FROM c WHERE NOT c.price = 3", "NOT before a comparison")]
    [InlineData("SELECT * FROM c WHERE d.price = 3", "d")]
    [InlineData("SELECT * FROM c WHERE c.price = @missing", "@missing")]
    [InlineData("SELECT * FROM c WHERE c.price =", "Syntax error")]
    [InlineData("SELECT * FROM c ORDER BY LOWER(c.name)", "ORDER BY")]
    [InlineData("SELECT * FROM c ORDER BY c.price, c.name", "composite index")]
    [InlineData("SELECT c.id, COUNT(1) FROM c", "GROUP BY")]
    [InlineData("SELECT VALUE 1", "FROM")]
    public async Task What_is_not_supported_is_refused_by_name(string query, string what)
    {
        var refused = await Assert.ThrowsAsync<CosmosException>(() => menu.RowsAsync(query));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT * FROM c ORDER BY c.price")]
    [InlineData("SELECT VALUE COUNT(1) FROM c")]
    [InlineData("SELECT TOP 1 * FROM c")]
    public async Task Across_partitions_only_a_filter_is_answered(string query)
    {
        var everywhere = new QueryRequestOptions();

        var rows = await menu.RowsAsync(
            "SELECT VALUE c.id FROM c WHERE c.price = 3", everywhere, anyPartition: true);
        var refused = await Assert.ThrowsAsync<CosmosException>(
            () => menu.RowsAsync(query, everywhere, anyPartition: true));

        Assert.Equal(["b", "b"], rows.Select(row => row.GetString()));
        Assert.Contains(
            "without a partition key is not supported", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_of_every_kind_are_compared_by_value()
    {
        var query = new QueryDefinition(
                """
                SELECT VALUE c.id FROM c
                WHERE c.price = @number AND c.name = @text AND c.hot = @flag AND ARRAY_CONTAINS(@list, c.id)
                """)
            .WithParameter("@number", 1)
            .WithParameter("@text", "Tea")
            .WithParameter("@flag", true)
            .WithParameter("@list", new[] { "a", "b" });

        var rows = await menu.RowsAsync(query);

        Assert.Equal("a", Assert.Single(rows).GetString());
    }

    [Theory]
    [InlineData("SELECT VALUE c.n FROM c")]
    [InlineData("SELECT VALUE c.n FROM c WHERE c.n >= 0")]
    [InlineData("SELECT VALUE c.n FROM c ORDER BY c.n")]
    [InlineData("SELECT VALUE c.n FROM c ORDER BY c.half")]
    public async Task Pages_joined_are_the_whole_result(string query)
    {
        var (numbers, pages) = await PagedAsync(query, itemsPerPage: 7);

        Assert.Equal(Enumerable.Range(0, 100), numbers.Order());
        Assert.Equal(15, pages);
    }

    [Fact]
    public async Task Offset_and_limit_hold_across_pages()
    {
        var (numbers, pages) = await PagedAsync(
            "SELECT VALUE c.n FROM c ORDER BY c.n DESC OFFSET 5 LIMIT 20", 7);

        Assert.Equal(Enumerable.Range(75, 20).Reverse(), numbers);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task A_continuation_of_another_query_is_refused()
    {
        var first = menu.Numbers.GetItemQueryIterator<int>("SELECT VALUE c.n FROM c", null, menu.InPages(5));
        var page = await first.ReadNextAsync(Cancellation);
        var other = menu.Numbers.GetItemQueryIterator<int>(
            "SELECT VALUE c.n FROM c WHERE c.n > 3", page.ContinuationToken, menu.InPages(5));

        var refused = await Assert.ThrowsAsync<CosmosException>(() => other.ReadNextAsync(Cancellation));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_query_costs_more_the_more_it_reads()
    {
        var one = await menu.Numbers.GetItemQueryIterator<int>(
            "SELECT VALUE c.n FROM c WHERE c.id = '007'", null, menu.InPages(5)).ReadNextAsync(Cancellation);
        var all = await menu.Numbers.GetItemQueryIterator<int>(
            "SELECT VALUE c.n FROM c WHERE c.n = 7", null, menu.InPages(5)).ReadNextAsync(Cancellation);

        Assert.Equal((7, 7), (Assert.Single(one), Assert.Single(all)));
        Assert.InRange(one.RequestCharge, 2, 3);
        Assert.InRange(all.RequestCharge, one.RequestCharge + 1, 10);
    }

    [Fact]
    public async Task A_linq_query_is_understood()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var orders = await account.ContainerAsync();
        foreach (var amount in Enumerable.Range(1, 9))
            await orders.CreateItemAsync(new Order($"{amount}", "day", amount), cancellationToken: Cancellation);

        using var iterator = orders.GetItemLinqQueryable<Order>(requestOptions: menu.InPages(10))
            .Where(order => order.Amount > 3 && order.Id != "8")
            .OrderByDescending(order => order.Amount)
            .Take(3)
            .Select(order => order.Id)
            .ToFeedIterator();
        var found = await iterator.ReadNextAsync(Cancellation);

        Assert.Equal(["9", "7", "6"], found);
    }

    [Fact]
    public async Task A_feed_without_a_query_returns_every_item()
    {
        var feed = menu.Items.GetItemQueryIterator<JsonElement>(requestOptions: menu.InPages(100));

        var page = await feed.ReadNextAsync(Cancellation);

        Assert.Equal(5, page.Count);
    }

    [Fact]
    public async Task Several_paths_are_ordered_by_where_a_composite_index_serves_them()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var orders = await account.ContainerAsync();
        var properties = new ContainerProperties("indexed", "/shop");
        properties.IndexingPolicy.CompositeIndexes.Add(
        [
            new CompositePath { Path = "/amount", Order = CompositePathSortOrder.Descending },
            new CompositePath { Path = "/note", Order = CompositePathSortOrder.Ascending },
        ]);
        Container indexed = await orders.Database.CreateContainerAsync(properties, cancellationToken: Cancellation);
        foreach (var order in new[] { ("1", 5, "b"), ("2", 5, "a"), ("3", 9, "c") })
            await indexed.CreateItemAsync(
                new Order(order.Item1, "day", order.Item2, order.Item3), cancellationToken: Cancellation);

        var forth = await FirstPageAsync<string>(
            indexed, "SELECT VALUE c.id FROM c ORDER BY c.amount DESC, c.note ASC");
        var back = await FirstPageAsync<string>(
            indexed, "SELECT VALUE c.id FROM c ORDER BY c.amount ASC, c.note DESC");
        var neither = await Assert.ThrowsAsync<CosmosException>(() => FirstPageAsync<string>(
            indexed, "SELECT VALUE c.id FROM c ORDER BY c.amount ASC, c.note ASC"));

        Assert.Equal(["3", "2", "1"], forth);
        Assert.Equal(["1", "2", "3"], back);
        Assert.Contains("composite index", neither.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_ends_at_four_megabytes()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var orders = await account.ContainerAsync();
        foreach (var id in Enumerable.Range(0, 6))
            await orders.CreateItemAsync(
                new Order($"{id}", "day", Note: new string('x', 1_500_000)), cancellationToken: Cancellation);

        var page = await FirstPageAsync<Order>(orders, "SELECT * FROM c ORDER BY c.id");

        Assert.Equal(["0", "1", "2"], page.Select(order => order.Id));
        Assert.NotNull(page.ContinuationToken);
    }

    async Task<FeedResponse<T>> FirstPageAsync<T>(Container container, string query)
    {
        using var iterator = container.GetItemQueryIterator<T>(query, null, menu.InPages(10));
        return await iterator.ReadNextAsync(Cancellation);
    }

    async Task<(List<int> Numbers, int Pages)> PagedAsync(string query, int itemsPerPage)
    {
        var (numbers, pages) = (new List<int>(), 0);
        string? continuation = null;
        do
        {
            using var iterator = menu.Numbers.GetItemQueryIterator<int>(
                query, continuation, menu.InPages(itemsPerPage));
            var page = await iterator.ReadNextAsync(Cancellation);
            numbers.AddRange(page);
            continuation = page.ContinuationToken;
            pages++;
        }
        while (continuation is not null && pages < 100);
        return (numbers, pages);
    }

    /// <summary>Five dishes in each of two partitions, and a hundred numbers.</summary>
    public sealed class Menu : IAsyncLifetime
    {
        static readonly PartitionKey Day = new("day");

        static readonly string[] Dishes =
        [
            """
                {"id":"a","name":"Tea","price":1,"hot":true,"tags":["x","y"],"parts":[{"n":2,"m":1}],
                 "maker":{"city":"Oslo"},"meal":"MEAL"}
                """,
            """{"id":"b","name":"teapot","price":3,"hot":false,"tags":["x"],"maker":{"city":"Rome"},"meal":"MEAL"}""",
            """{"id":"c","name":"Coffee","price":10,"hot":null,"meal":"MEAL"}""",
            """{"id":"d","name":"Cake","price":"ten","meal":"MEAL"}""",
            """{"id":"e","meal":"MEAL"}""",
        ];

        CosmosAccount? account;

        public Container Items { get; private set; } = null!;

        public Container Numbers { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            account = await CosmosAccount.OpenAsync();
            Items = await account.ContainerAsync("/meal");
            Numbers = await Items.Database.CreateContainerAsync(
                "numbers", "/meal", cancellationToken: Cancellation);
            foreach (var meal in new[] { "day", "night" })
                foreach (var dish in Dishes)
                    await CreateAsync(Items, meal, dish);
            await Task.WhenAll(Enumerable.Range(0, 100)
                .Select(n => CreateAsync(
                    Numbers, "day", $$"""{"id":"{{n:000}}","n":{{n}},"half":{{n / 2}},"meal":"MEAL"}""")));
        }

        public async ValueTask DisposeAsync()
        {
            if (account is not null) await account.DisposeAsync();
        }

        internal QueryRequestOptions InPages(int items) => new() { PartitionKey = Day, MaxItemCount = items };

        internal Task<List<JsonElement>> RowsAsync(
            string query, QueryRequestOptions? options = null, bool anyPartition = false) =>
            RowsAsync(new QueryDefinition(query), options, anyPartition);

        internal async Task<List<JsonElement>> RowsAsync(
            QueryDefinition query, QueryRequestOptions? options = null, bool anyPartition = false)
        {
            options ??= new QueryRequestOptions();
            if (!anyPartition) options.PartitionKey = Day;
            using var iterator = Items.GetItemQueryIterator<JsonElement>(query, requestOptions: options);
            var rows = new List<JsonElement>();
            while (iterator.HasMoreResults) rows.AddRange(await iterator.ReadNextAsync(Cancellation));
            return rows;
        }

        static async Task CreateAsync(Container container, string meal, string json)
        {
            var text = json.Replace("MEAL", meal, StringComparison.Ordinal);
            using var body = new MemoryStream(Encoding.UTF8.GetBytes(text));
            using var created = await container.CreateItemStreamAsync(
                body, new PartitionKey(meal), cancellationToken: Cancellation);
            created.EnsureSuccessStatusCode();
        }
    }
}
