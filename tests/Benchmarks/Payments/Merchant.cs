using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Railyard.Benchmarks.Payments;

/// <summary>A merchant that pays with a card token made beforehand, captures by hand, and never repeats a key.</summary>
sealed class Merchant : IDisposable
{
    const string Key = "sk_sandbox_local";
    static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(60);

    readonly HttpClient http;
    byte[] payment = [];
    int late;

    Merchant(Uri app) => http = new HttpClient
    {
        BaseAddress = app,
        Timeout = AnswersWithin,
        DefaultRequestHeaders = { { "Authorization", $"Bearer {Key}" } },
    };

    public static async Task<Merchant> OpenAsync(Uri app)
    {
        var merchant = new Merchant(app);
        var card = new { card = new { number = "4111111111111111", exp_month = 3, exp_year = 2030 } };
        var token = await merchant.PostAsync("/v1/card-tokens", JsonSerializer.SerializeToUtf8Bytes(card));
        merchant.payment = Encoding.UTF8.GetBytes(
            $$$"""
            {"amount":1050,"currency":"EUR","capture":"manual","reference":"benchmark",
             "payment_method":{"type":"card_token","token":"{{{token!.Value.GetProperty("id").GetString()}}}"}}
            """);
        return merchant;
    }

    /// <summary>Payments so far that were accepted and not decided while the answer could wait (202).</summary>
    public int Late => late;

    /// <summary>One payment, which must come back authorised, or be late.</summary>
    public async Task PayAsync()
    {
        if (await PostAsync("/v1/payments", payment) is not { } paid) Interlocked.Increment(ref late);
        else if (paid.GetProperty("status").GetString() != "authorized")
            throw new InvalidDataException($"A payment was not authorised: {paid}");
    }

    public void Dispose() => http.Dispose();

    async Task<JsonElement?> PostAsync(string path, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var response = await http.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.Created) return await response.Content.ReadFromJsonAsync<JsonElement>();
        if (response.StatusCode == HttpStatusCode.Accepted) return null;
        throw new InvalidDataException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
