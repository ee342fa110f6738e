using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Railyard.App.Tests.Operations;

/// <summary>
/// Cards that are known by sight go in by every way there is, and are then looked for everywhere: databases of
/// documents, histories and messages, blobs, logs, traces and answers.
/// </summary>
public sealed class CardNumbersStayInTheVaultTests(RunningRailyard railyard)
{
    const string Number = "4917610000000000";
    const string AmexNumber = "370000000100018";
    const string WrongNumber = "4917610000000001";
    const string SecurityCode = "941";
    const string AmexSecurityCode = "9413";

    readonly Client merchant = railyard.Merchant;

    [Fact]
    public async Task No_log_no_trace_no_answer_no_document_no_message_no_history_and_no_blob_holds_a_card()
    {
        using var traces = new Traces();

        var payment = await PayAsync(Card(Number, SecurityCode), new { amount = 8_001_002 });
        var replies = await SendEveryWayAsync();
        await merchant.PostAsync($"/v1/payments/{payment["id"]}/refunds", new { amount = 1_00 });
        await railyard.Acquirer("southbank").PostAsync("/sim/settlement-reports");

        Assert.Equal("captured", payment["status"]);
        Assert.Equal([201, 201, 400, 400, 400, 400, 400, 400, 400, 415, 413], replies.Select(reply => (int)reply.Status));
        Assert.All([payment, .. replies], reply => AssertHoldsNoCard($"an answer: {reply.Status}", reply.Text));
        AssertHoldsNoCard("the logs", railyard.Logs);
        AssertHoldsNoCard("the traces", traces.Text);
        Assert.All(Secrets(), secret => Assert.Empty(DataFolder.FilesWith(railyard.App.DataFolder, secret)));
        // The last four digits may be kept, and requests are traced: were they nowhere, this test would look in the wrong place.
        Assert.NotEmpty(DataFolder.FilesWith(railyard.App.DataFolder, $"\"last4\":\"{Number[^4..]}\""));
        Assert.NotEmpty(traces.Text);
    }

    async Task<List<Reply>> SendEveryWayAsync() =>
    [
        await merchant.PostAsync("/v1/card-tokens", new { card = Card(Number, SecurityCode) }),
        await merchant.PostAsync("/v1/card-tokens", new { card = Card(AmexNumber, AmexSecurityCode) }),
        await PayAsync(Card(Number, SecurityCode), new { amount = -1, reference = Number }),
        await PayAsync(Card(Number, SecurityCode), new { amount = 1, metadata = new { Number } }),
        await PayAsync(Card(WrongNumber, SecurityCode), new { amount = 1 }),
        await PayAsync(Card(Number, AmexSecurityCode), new { amount = 1 }),
        await merchant.PostAsync("/v1/card-tokens", new { card = new { number = new[] { Number }, cvc = new[] { SecurityCode } } }),
        await RawAsync("/v1/payments", $$"""{"number":"{{Number}}","cvc":"{{SecurityCode}}" """),
        await RawAsync("/v1/card-tokens", $$"""{"{{Number}}":1,"{{Number}}":2}"""),
        await RawAsync("/v1/payments", $"number={Number}&cvc=\"{SecurityCode}\"", "application/x-www-form-urlencoded"),
        await RawAsync("/v1/card-tokens", $$"""{"card":{"number":"{{Number}}","cvc":"{{SecurityCode}}"},"x":"{{new string('x', 70_000)}}"}"""),
    ];

    static object Card(string number, string cvc) => new { number, exp_month = 3, exp_year = 2030, cvc };

    Task<Reply> PayAsync(object card, object rest)
    {
        var body = rest.GetType().GetProperties().ToDictionary(member => member.Name, member => member.GetValue(rest));
        body["currency"] = "EUR";
        body["payment_method"] = new { type = "card", card };
        return merchant.PostAsync("/v1/payments", body);
    }

    Task<Reply> RawAsync(string path, string body, string contentType = "application/json") =>
        merchant.PostRawAsync(path, body, contentType, ("Idempotency-Key", $"raw {Guid.CreateVersion7()}"));

    static void AssertHoldsNoCard(string where, string text) => Assert.All(
        Secrets(), secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{secret} is in {where}"));

    // A security code is too short to be looked for by itself: as a JSON string it is not met by chance.
    static IEnumerable<string> Secrets() =>
        ((string[])[Number, AmexNumber, WrongNumber]).SelectMany(InEveryForm)
            .Concat([$"\"{SecurityCode}\"", $"\"{AmexSecurityCode}\"", $"\\\"{SecurityCode}\\\"", $"\\\"{AmexSecurityCode}\\\""]);

    // In base64 a text looks different at each of three places; its ends depend on its neighbours.
    static IEnumerable<string> InEveryForm(string number) =>
    [
        number,
        string.Join(' ', number.Chunk(4).Select(group => new string(group))),
        .. Enumerable.Range(0, 3).Select(place => Convert.ToBase64String(Encoding.ASCII.GetBytes(new string(' ', place) + number))[4..^4]),
    ];

    /// <summary>All activities of the process while it lives, with their tags and events.</summary>
    sealed class Traces : IDisposable
    {
        readonly ConcurrentQueue<string> lines = [];
        readonly ActivityListener listener;

        public Traces()
        {
            listener = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => lines.Enqueue(Write(activity)),
            };
            ActivitySource.AddActivityListener(listener);
        }

        public string Text => string.Join('\n', lines);

        public void Dispose() => listener.Dispose();

        static string Write(Activity activity) => string.Join(
            ' ',
            [
                activity.DisplayName,
                activity.StatusDescription,
                .. activity.TagObjects.Concat(activity.Baggage.Select(one => KeyValuePair.Create(one.Key, (object?)one.Value)))
                    .Concat(activity.Events.SelectMany(one => one.Tags)).Select(tag => $"{tag.Key}={tag.Value}"),
            ]);
    }
}
