using System.Net;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Acquiring;
using Railyard.App.Operations;

namespace Railyard.App.Tests.Operations;

/// <summary>What nobody could process is seen with its reason, sent again, or thrown away with one.</summary>
public sealed class DeadLettersTests(RunningRailyard railyard)
{
    const string Queue = NoticeQueue.Name;
    const string Path = $"/ops/v1/dead-letters/{Queue}";
    const int MostPages = 50;

    readonly Client @operator = railyard.Operator;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_letter_is_counted_and_shown_with_its_reason_and_without_the_card_number_in_it()
    {
        var id = await DieAsync();

        var letter = await FindAsync(id);
        var queues = await @operator.GetAsync("/ops/v1/dead-letters");

        Assert.NotNull(letter);
        Assert.Equal("MaxDeliveryCountExceeded", letter["reason"]);
        Assert.Contains("[redacted]", letter["body"], StringComparison.Ordinal);
        Assert.DoesNotContain("4111111111111111", letter.Text, StringComparison.Ordinal);
        var counted = queues.Body.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("queue").GetString() == Queue);
        Assert.True(counted.GetProperty("count").GetInt32() >= 1);
    }

    [Fact]
    public async Task A_dead_letter_that_is_sent_again_is_tried_again_and_is_another_one_when_it_fails()
    {
        var id = await DieAsync();
        var number = (await FindAsync(id))!["sequence_number"]!;

        var replayed = await @operator.PostAsync($"{Path}/replays", new { sequence_numbers = new[] { number }, reason = "the cause is gone" });

        Assert.Equal((HttpStatusCode.Created, "1"), (replayed.Status, replayed["moved"]));
        var again = await Eventually.ThatAsync(() => FindAsync($"{id}:replay-{number}"), found => found is not null);
        Assert.Null(await FindAsync(id));
        await DiscardAsync(again!["sequence_number"]!);
    }

    [Fact]
    public async Task A_dead_letter_that_is_thrown_away_is_gone_and_the_audit_log_says_why()
    {
        var id = await DieAsync();
        var number = (await FindAsync(id))!["sequence_number"]!;

        var discarded = await DiscardAsync(number);
        var again = await DiscardAsync(number);

        Assert.Equal(("1", "0"), (discarded["moved"], again["moved"]));
        Assert.Null(await FindAsync(id));
        await Eventually.ThatAsync(NotesAsync, notes => notes.Contains($"of a test: 1 of {Queue}: {number}"));
    }

    // Other tests write beside it, and may have filled some pages since.
    async Task<IReadOnlyList<string?>> NotesAsync()
    {
        var notes = new List<string?>();
        string? cursor = null;
        for (var page = 0; page < MostPages && (page == 0 || cursor is not null); page++)
        {
            var read = await @operator.GetAsync($"/ops/v1/audit?limit=100{(cursor is null ? "" : $"&cursor={cursor}")}");
            notes.AddRange(read.Body.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("note").GetString()));
            cursor = read["next_cursor"];
        }
        return notes;
    }

    [Fact]
    public async Task Without_a_reason_or_a_number_nothing_is_thrown_away()
    {
        var reasonless = await @operator.PostAsync($"{Path}/discards", new { sequence_numbers = new[] { "1" } });
        var wordy = await @operator.PostAsync($"{Path}/discards", new { sequence_numbers = new[] { "all" }, reason = "tidy" });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (reasonless.Status, wordy.Status));
    }

    [Theory]
    [InlineData("?limit=5")]
    [InlineData("/webhooks?limit=0")]
    [InlineData("/webhooks?cursor=last")]
    public async Task A_list_that_cannot_be_read_so_is_refused(string query)
    {
        var reply = await @operator.GetAsync($"/ops/v1/dead-letters{query}");

        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (reply.Status, reply["code"]));
    }

    [Fact]
    public void Every_queue_and_subscription_that_is_declared_is_among_them()
    {
        var declared = JsonDocument.Parse(File.ReadAllBytes(
            System.IO.Path.Combine(Repository.Root, "local", "resources", "servicebus.json"))).RootElement
            .GetProperty("UserConfig").GetProperty("Namespaces")[0];
        var names = Names(declared, "Queues").Concat(
            declared.GetProperty("Topics").EnumerateArray().SelectMany(topic => Names(topic, "Subscriptions")));

        Assert.Equal(names.Order(StringComparer.Ordinal), DeadLetterSource.All.Select(source => source.Name).Order(StringComparer.Ordinal));
    }

    static IEnumerable<string> Names(JsonElement parent, string list) =>
        parent.GetProperty(list).EnumerateArray().Select(one => one.GetProperty("Name").GetString()!);

    // No notice at all, with a card number where nobody expects one.
    async Task<string> DieAsync()
    {
        var id = $"notice-{Guid.CreateVersion7():N}";
        await using var sender = railyard.App.Services.GetRequiredService<ServiceBusClient>().CreateSender(Queue);
        await sender.SendMessageAsync(
            new ServiceBusMessage("""{"acquirer":5,"note":"card 4111111111111111"}""") { MessageId = id }, Cancellation);
        await Eventually.ThatAsync(() => FindAsync(id), found => found is not null);
        return id;
    }

    Task<Reply> DiscardAsync(string number) =>
        @operator.PostAsync($"{Path}/discards", new { sequence_numbers = new[] { number }, reason = "of a test" });

    async Task<Reply?> FindAsync(string messageId)
    {
        for (string? cursor = "0"; cursor is not null;)
        {
            var page = await @operator.GetAsync($"{Path}?limit=100&cursor={cursor}");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            foreach (var item in page.Body.GetProperty("items").EnumerateArray())
                if (item.GetProperty("message_id").GetString() == messageId)
                    return new Reply(page.Status, item.GetRawText(), page.Response);
            cursor = page["next_cursor"];
        }
        return null;
    }
}
