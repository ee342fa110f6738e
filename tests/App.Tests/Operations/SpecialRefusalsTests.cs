using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.App.Tests.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Operations;

/// <summary>What only some operations refuse, in the words of the document.</summary>
public sealed class SpecialRefusalsTests(RunningRailyard railyard)
{
    const int MostKeys = 50;

    // The simulated acquirers book a capture of this amount and answer five seconds late.
    const long AnsweredLate = 8_004_001;

    // More than any form is read to.
    static readonly string TooManyMembers = $"redirectResult=1&{string.Join('&', Enumerable.Range(0, 2_000).Select(number => $"m{number}=1"))}";

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

    [Theory]
    [InlineData("captures")]
    [InlineData("refunds")]
    [InlineData("voids")]
    public async Task An_operation_that_is_not_waited_for_is_taken(string operation)
    {
        var path = await PaymentAsync();
        if (operation == "refunds") await merchant.PostAsync($"{path}/captures");

        var taken = await merchant.PostAsync($"{path}/{operation}", prefer: "respond-async");

        Assert.Equal((HttpStatusCode.Accepted, "respond-async"), (taken.Status, taken.Header("Preference-Applied")!));
    }

    [Fact]
    public async Task One_key_more_than_there_can_be()
    {
        var onboarded = await railyard.OnboardAsync();
        for (var number = 1; number < MostKeys; number++) await railyard.IssueAsync(onboarded.Id, ["payments:read"]);
        var request = new { name = "One more", scopes = new[] { "payments:read" } };

        AssertRefused(await railyard.Operator.PostAsync($"{onboarded.Path}/keys", request), HttpStatusCode.Conflict, "too_many_keys");
        AssertRefused(await railyard.Operator.PostAsync($"{onboarded.KeyPath}/rolls"), HttpStatusCode.Conflict, "too_many_keys");
    }

    [Fact]
    public async Task A_cardholder_who_comes_back_with_nothing_or_to_an_address_that_is_none_of_ours()
    {
        var payment = new PaymentId((await merchant.PayAsync())["id"]!);
        var ours = railyard.App.Services.GetRequiredService<ReturnLinks>().For(payment).AbsolutePath;

        AssertRefused(await merchant.GetAsync(ours), HttpStatusCode.BadRequest, "redirect_result_missing");
        AssertRefused(await FormAsync(ours, "other=1"), HttpStatusCode.BadRequest, "redirect_result_missing");
        AssertRefused(await FormAsync(ours, TooManyMembers), HttpStatusCode.BadRequest, "redirect_result_missing");
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
    public async Task A_void_while_a_capture_is_under_way_whose_outcome_is_not_known_yet()
    {
        var path = $"/v1/payments/{(await merchant.PayAsync(2 * AnsweredLate))["id"]}";

        var taken = await merchant.PostAsync($"{path}/captures", new { amount = AnsweredLate }, prefer: "respond-async");

        Assert.Equal((HttpStatusCode.Accepted, "pending"), (taken.Status, taken["status"]!));
        AssertRefused(await merchant.PostAsync($"{path}/voids"), HttpStatusCode.Conflict, "capture_in_progress");
    }

    [Fact]
    public async Task One_operation_more_than_a_payment_can_have()
    {
        var path = await PaymentAsync();
        for (var number = 0; number < OperationRules.MostPerPayment; number++)
        {
            var taken = await merchant.PostAsync($"{path}/captures", new { amount = 1 }, prefer: "respond-async");
            Assert.True(taken.Status == HttpStatusCode.Accepted, taken.Text);
        }
        await Eventually.ThatAsync(
            () => merchant.GetAsync(path), payment => payment["amount_captured"] == $"{OperationRules.MostPerPayment}");

        foreach (var operation in (string[])["captures", "refunds", "voids"])
            AssertRefused(await merchant.PostAsync($"{path}/{operation}"), HttpStatusCode.Conflict, "too_many_operations");
    }

    async Task<string> PaymentAsync() => $"/v1/payments/{(await merchant.PayAsync(100_00))["id"]}";

    Task<Reply> FormAsync(string path, string form) => merchant.PostRawAsync(path, form, "application/x-www-form-urlencoded");

    static void AssertRefused(Reply reply, HttpStatusCode status, string code) =>
        Assert.True(reply.Status == status && reply["code"] == code, $"{reply.Status} {reply.Text}");
}
