using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.App.Tests.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Operations;

/// <summary>What only some operations refuse, in the words of the document.</summary>
public sealed class SpecialRefusalsTests(RunningRailyard railyard)
{
    const int MostKeys = 50;

    readonly Client merchant = railyard.Merchant;

    [Fact]
    public async Task A_refund_of_what_is_not_captured_or_of_more_than_is()
    {
        var path = await PaymentAsync();

        AssertRefused(await merchant.PostAsync($"{path}/refunds"), HttpStatusCode.Conflict, "not_captured");
        await merchant.PostAsync($"{path}/captures", new { amount = 40_00 });
        AssertRefused(await merchant.PostAsync($"{path}/refunds", new { amount = 40_01 }), HttpStatusCode.UnprocessableEntity, "exceeds_refundable");
        AssertRefused(await merchant.PostAsync($"{path}/captures", new { amount = 60_01 }), HttpStatusCode.UnprocessableEntity, "exceeds_capturable");
    }

    [Fact]
    public async Task A_capture_or_a_void_of_what_was_given_up()
    {
        var path = await PaymentAsync();
        await merchant.PostAsync($"{path}/captures", new { amount = 40_00, final = true });

        AssertRefused(await merchant.PostAsync($"{path}/captures"), HttpStatusCode.Conflict, "already_released");
        AssertRefused(await merchant.PostAsync($"{path}/voids"), HttpStatusCode.Conflict, "already_released");
    }

    [Fact]
    public async Task A_void_of_what_is_captured_or_is_no_more()
    {
        var (captured, voided) = (await PaymentAsync(), await PaymentAsync());
        await merchant.PostAsync($"{captured}/captures");
        await merchant.PostAsync($"{voided}/voids");

        AssertRefused(await merchant.PostAsync($"{captured}/voids"), HttpStatusCode.Conflict, "nothing_to_void");
        AssertRefused(await merchant.PostAsync($"{voided}/voids"), HttpStatusCode.Conflict, "not_authorized");
    }

    [Fact]
    public async Task An_operation_that_is_not_waited_for_is_taken()
    {
        var path = await PaymentAsync();

        var taken = await merchant.PostAsync($"{path}/captures", prefer: "respond-async");

        Assert.True(taken.Status is HttpStatusCode.Accepted or HttpStatusCode.Created, taken.Text);
        Assert.Equal("respond-async", taken.Header("Preference-Applied"));
    }

    [Fact]
    public async Task One_key_more_than_there_can_be()
    {
        var onboarded = await railyard.OnboardAsync();
        for (var number = 1; number < MostKeys; number++) await railyard.IssueAsync(onboarded.Id, ["payments:read"]);
        var request = new { name = "One more", scopes = new[] { "payments:read" } };

        AssertRefused(await railyard.Operator.PostAsync($"{onboarded.Path}/keys", request), HttpStatusCode.Conflict, "too_many_keys");
    }

    [Fact]
    public async Task A_cardholder_who_comes_back_with_nothing_or_to_an_address_that_is_none_of_ours()
    {
        var payment = new PaymentId((await merchant.PayAsync())["id"]!);
        var ours = railyard.App.Services.GetRequiredService<ReturnLinks>().For(payment).AbsolutePath;

        AssertRefused(await merchant.GetAsync(ours), HttpStatusCode.BadRequest, "redirect_result_missing");
        AssertRefused(await FormAsync(ours, "other=1"), HttpStatusCode.BadRequest, "redirect_result_missing");
        AssertRefused(await merchant.GetAsync($"/return/{payment}/forged"), HttpStatusCode.NotFound, "not_found");
        AssertRefused(await FormAsync($"/return/{payment}/forged", "redirectResult=1"), HttpStatusCode.NotFound, "not_found");
        Assert.Equal("text/html", (await FormAsync(ours, "redirectResult=1")).ContentType);
    }

    [Fact]
    public async Task A_notification_that_is_none()
    {
        const string Path = "/notifications/adyen/northbank";

        AssertRefused(await merchant.PostRawAsync("/notifications/adyen/nobank", "{}"), HttpStatusCode.NotFound, "not_found");
        AssertRefused(await merchant.PostRawAsync(Path, "{"), HttpStatusCode.BadRequest, "malformed_json");
        AssertRefused(await merchant.PostRawAsync(Path, "{}"), HttpStatusCode.Unauthorized, "signature_invalid");
        AssertRefused(await merchant.PostRawAsync(Path, "{}", "text/plain"), HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        AssertRefused(await merchant.PostRawAsync(Path, new string(' ', 70_000)), HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task A_request_that_is_framed_wrongly()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(railyard.App.Address.Host, railyard.App.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        const string Request =
            "POST /v1/payments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_sandbox_local\r\nIdempotency-Key: framed\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        var reply = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 400 ", reply, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"malformed_request\"", reply, StringComparison.Ordinal);
    }

    async Task<string> PaymentAsync() => $"/v1/payments/{(await merchant.PayAsync(100_00))["id"]}";

    Task<Reply> FormAsync(string path, string form) => merchant.PostRawAsync(path, form, "application/x-www-form-urlencoded");

    static void AssertRefused(Reply reply, HttpStatusCode status, string code) =>
        Assert.True(reply.Status == status && reply["code"] == code, $"{reply.Status} {reply.Text}");
}
