using System.Net;
using System.Text;
using Railyard.Core.Webhooks;

namespace Railyard.App.Tests.Webhooks;

[Collection(WebhookTests.Name)]
public sealed class EndpointTests(WebhookRailyard railyard)
{
    const string Url = "https://merchant.example/hooks";
    const string Path = WebhookMerchant.Path;

    // Held exclusively by the app, and empty.
    const string LockFile = "railyard.lock";

    [Fact]
    public async Task A_secret_is_shown_when_it_is_made_and_never_after()
    {
        var merchant = await railyard.NewMerchantAsync();

        var made = await merchant.ListenAsync(Url);
        var got = await merchant.GetAsync(made["id"]!);
        var listed = await merchant.SendAsync(HttpMethod.Get, Path);
        var filtered = await merchant.SendAsync(HttpMethod.Get, $"{Path}?status=enabled");

        Assert.Equal(HttpStatusCode.BadRequest, filtered.Status);
        Assert.Equal(Signature.SecretLength, Signature.Read(made["secret"]!)!.Length);
        Assert.Equal($"{Path}/{made["id"]}", made.Header("Location"));
        Assert.False(got.Body.TryGetProperty("secret", out _));
        Assert.DoesNotContain("whsec_", listed.Text, StringComparison.Ordinal);
        Assert.Equal("[\"*\"]", got["events"]);
        Assert.Equal("enabled", got["status"]);
    }

    [Fact]
    public async Task A_repeated_request_is_given_the_same_secret_again_though_it_is_kept_nowhere_in_plain()
    {
        var merchant = await railyard.NewMerchantAsync();
        var body = new { url = Url, events = (string[])["*"] };

        var first = await merchant.Client.PostAsync(Path, body, "once");
        var again = await merchant.Client.PostAsync(Path, body, "once");
        var rotated = await merchant.Client.PostAsync($"{Path}/{first["id"]}/secret-rotations", idempotencyKey: "once");
        var rotatedAgain = await merchant.Client.PostAsync($"{Path}/{first["id"]}/secret-rotations", idempotencyKey: "once");

        Assert.Equal(first.Text, again.Text);
        Assert.Equal("true", again.Header("Idempotent-Replayed"));
        Assert.Equal(rotated.Text, rotatedAgain.Text);
        Assert.NotEqual(first["secret"], rotated["secret"]);
        foreach (var secret in (string[])[first["secret"]!, rotated["secret"]!])
        {
            var text = secret["whsec_".Length..];
            Assert.Empty(FilesWith(Encoding.ASCII.GetBytes(text)));
            Assert.Empty(FilesWith(Convert.FromBase64String(text)));
            Assert.DoesNotContain(text, railyard.Logs, StringComparison.Ordinal);
        }
        // Were this nowhere either, the test would look in the wrong place.
        Assert.NotEmpty(FilesWith(Encoding.ASCII.GetBytes(first["id"]!)));
    }

    [Fact]
    public async Task A_secret_that_has_been_cut_off_is_not_shown_again()
    {
        var merchant = await railyard.NewMerchantAsync();
        var body = new { url = Url, events = (string[])["*"] };
        var made = await merchant.Client.PostAsync(Path, body, "once");
        await merchant.Client.PostAsync($"{Path}/{made["id"]}/secret-rotations", new { overlap_seconds = 0 });
        await merchant.Client.PostAsync($"{Path}/{made["id"]}/secret-rotations", new { overlap_seconds = 0 });

        var again = await merchant.Client.PostAsync(Path, body, "once");

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.DoesNotContain("whsec_", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_rotation_within_the_overlap_is_refused()
    {
        var merchant = await railyard.NewMerchantAsync();
        var rotations = $"{Path}/{(await merchant.ListenAsync(Url))["id"]}/secret-rotations";

        var first = await merchant.Client.PostAsync(rotations);
        var second = await merchant.Client.PostAsync(rotations);

        Assert.Equal(2, first.Body.GetProperty("secrets").GetArrayLength());
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Equal("rotation_under_way", second["code"]);
    }

    [Theory]
    [InlineData("""{"events":["*"]}""", "url", "required")]
    [InlineData("""{"url":"https://merchant.example/"}""", "events", "required")]
    [InlineData("""{"url":"https://merchant.example/","events":[]}""", "events", "wrong_length")]
    [InlineData("""{"url":"https://merchant.example/","events":"*"}""", "events", "wrong_type")]
    [InlineData("""{"url":"https://merchant.example/","events":["payment.capture"]}""", "events", "unknown_event")]
    [InlineData("""{"url":"/hooks","events":["*"]}""", "url", "invalid_url")]
    [InlineData("""{"url":"https://user:word@merchant.example/","events":["*"]}""", "url", "invalid_url")]
    [InlineData("""{"url":"https://merchant.example/#part","events":["*"]}""", "url", "invalid_url")]
    [InlineData("""{"url":"http://merchant.example/","events":["*"]}""", "url", "url_not_allowed")]
    [InlineData("""{"url":"https://192.168.0.1/","events":["*"]}""", "url", "url_not_allowed")]
    [InlineData("""{"url":"https://[fd00::1]/","events":["*"]}""", "url", "url_not_allowed")]
    [InlineData("""{"url":"ftp://merchant.example/","events":["*"]}""", "url", "url_not_allowed")]
    [InlineData("""{"url":"https://merchant.example/","events":["*"],"secret":"whsec_mine"}""", "secret", "unknown_field")]
    [InlineData("""{"url":"https://merchant.example/","events":["*"],"status":"disabled"}""", "status", "unknown_field")]
    public async Task An_endpoint_that_is_not_right_is_refused(string body, string field, string code)
    {
        var merchant = await railyard.NewMerchantAsync();

        var refused = await merchant.Client.PostRawAsync(Path, body, headers: ("Idempotency-Key", "key"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        var error = refused.Body.GetProperty("errors").EnumerateArray().Single();
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Of_twenty_endpoints_asked_for_at_once_sixteen_are_made()
    {
        var merchant = await railyard.NewMerchantAsync();

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => merchant.Client.PostAsync(Path, new { url = Url, events = (string[])["*"] })));

        Assert.Equal(16, made.Count(one => one.Status == HttpStatusCode.Created));
        Assert.All(made.Where(one => one.Status != HttpStatusCode.Created), one => Assert.Equal("too_many_endpoints", one["code"]));
        Assert.Equal(16, (await merchant.SendAsync(HttpMethod.Get, Path)).Body.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_change_needs_the_version_that_it_is_meant_for()
    {
        var merchant = await railyard.NewMerchantAsync();
        var path = $"{Path}/{(await merchant.ListenAsync(Url))["id"]}";
        var version = (await merchant.SendAsync(HttpMethod.Get, path)).Header("ETag")!;
        var change = new { url = "https://new.example/", events = (string[])["payment.captured", "payment.captured"], description = "new" };

        var without = await merchant.SendAsync(HttpMethod.Patch, path, change);
        var changed = await merchant.SendAsync(HttpMethod.Patch, path, change, version);
        var late = await merchant.SendAsync(HttpMethod.Patch, path, change, version);
        var foreign = await merchant.SendAsync(HttpMethod.Patch, path, change, "\"abc\"");
        var removedWithout = await merchant.SendAsync(HttpMethod.Delete, path);
        var removedLate = await merchant.SendAsync(HttpMethod.Delete, path, ifMatch: version);

        Assert.Equal(HttpStatusCode.PreconditionRequired, without.Status);
        Assert.Equal(HttpStatusCode.PreconditionRequired, removedWithout.Status);
        Assert.Equal("https://new.example/", changed["url"]);
        Assert.Equal("[\"payment.captured\"]", changed["events"]);
        Assert.Equal("new", changed["description"]);
        Assert.NotEqual(version, changed.Header("ETag"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, foreign.Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, removedLate.Status);
    }

    [Fact]
    public async Task A_change_is_checked_as_a_new_endpoint_is()
    {
        var merchant = await railyard.NewMerchantAsync();
        var path = $"{Path}/{(await merchant.ListenAsync(Url))["id"]}";

        var refused = await merchant.SendAsync(
            HttpMethod.Patch, path, new { url = "http://10.0.0.1/", events = (string[])["no"], status = "off", more = 1 }, "*");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(
            ["events", "more", "status", "url"],
            refused.Body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()).Order());
    }

    [Fact]
    public async Task A_removed_endpoint_is_gone_and_what_was_on_its_way_is_not_sent()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time, 500);
        var merchant = await railyard.NewMerchantAsync();
        var path = $"{Path}/{(await merchant.ListenAsync(receiver.Url, "payment.authorized"))["id"]}";
        await merchant.PayAsync();

        var removed = await merchant.SendAsync(HttpMethod.Delete, path, ifMatch: "*");
        await railyard.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.NoContent, removed.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await merchant.SendAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await merchant.SendAsync(HttpMethod.Delete, path, ifMatch: "*")).Status);
        Assert.Single(receiver.All);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/secret-rotations")]
    [InlineData("GET", "/deliveries")]
    [InlineData("POST", "/deliveries/{delivery}/resends")]
    [InlineData("POST", "/replays")]
    [InlineData("POST", "/test-events")]
    public async Task Another_merchants_endpoint_is_not_there(string method, string rest)
    {
        var owner = await railyard.NewMerchantAsync();
        var other = await railyard.NewMerchantAsync();
        var id = (await owner.ListenAsync(Url))["id"]!;
        var sent = await owner.Client.PostAsync($"{Path}/{id}/test-events");
        var path = $"{Path}/{id}{rest.Replace("{delivery}", sent["id"], StringComparison.Ordinal)}";
        object? body = (method, rest) switch
        {
            ("PATCH", _) => new { description = "mine" },
            (_, "/replays") => new { from = railyard.Time.GetUtcNow() - TimeSpan.FromHours(1), to = railyard.Time.GetUtcNow() },
            _ => null,
        };

        var refused = method == "POST"
            ? await other.Client.PostAsync(path, body)
            : await other.SendAsync(new HttpMethod(method), path, body, "*");

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.Equal("not_found", refused["code"]);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync(id)).Status);
    }

    List<string> FilesWith(byte[] wanted) =>
        Directory.EnumerateFiles(railyard.App.DataFolder, "*", SearchOption.AllDirectories)
            .Where(path => System.IO.Path.GetFileName(path) != LockFile)
            .Where(path => Content(path).AsSpan().IndexOf(wanted) >= 0)
            .ToList();

    // The databases are open while they are read.
    static byte[] Content(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
