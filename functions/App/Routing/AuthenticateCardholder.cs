using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>
/// Waits for the cardholder to authenticate: they come back to us, or the acquirer says what came of it, or their time
/// is up. Then the authorisation goes on as Core says.
/// </summary>
public static class AuthenticateCardholder
{
    /// <summary>The event that brings what the cardholder came back with, a string.</summary>
    public const string CardholderReturned = "cardholder_returned";

    // A return that the acquirer cannot read changes nothing; somebody who keeps sending such does not keep us for ever.
    const int MostReturns = 20;

    /// <summary>The instance that waits for that payment's cardholder.</summary>
    public static string InstanceId(PaymentId payment) => $"{payment}-authenticate";

    /// <summary>Starts to wait for the cardholder of a payment that requires their action.</summary>
    internal static Task StartAsync(DurableTaskClient durable, Payment payment, RoutePlan plan, CancellationToken cancellation)
    {
        var progress = new AuthorizationProgress(payment.Id, plan, Authorization.Outcomes(payment), payment.AutomaticCapture);
        return Orchestrations.StartOnceAsync(
            durable, nameof(AuthenticateCardholder), InstanceId(payment.Id), progress, cancellation);
    }

    [Function(nameof(AuthenticateCardholder))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var progress = context.GetInput<AuthorizationProgress>()!;
        var steps = new AuthorizationSteps(context, progress);
        var until = context.CurrentUtcDateTime + Expiry.ActionWithin;
        for (var returns = 0; returns < MostReturns; returns++)
        {
            var attempt = steps.Outcomes.Count;
            if (await NewsBefore(context, steps, until) is not { } news) break;
            await steps.LearnAsync(news);
            if (await steps.RunAsync() is not NextStep.Authenticate next)
            {
                if (steps.Outcomes[^1] is AttemptOutcome.Approved && progress.AutomaticCapture is { } capture)
                    await ContinueAuthorized.Drive(context, new CaptureInput(progress.Payment, capture));
                return;
            }
            if (next.Attempt != attempt) until = context.CurrentUtcDateTime + Expiry.ActionWithin;
        }
        await context.CallActivityAsync(nameof(EndWaiting.EndAction), progress.Payment, AuthorizePayment.UntilItWorks);
    }

    /// <summary>What the cardholder or the acquirer has to say, or null when the time is up.</summary>
    static async Task<Inquiry?> NewsBefore(TaskOrchestrationContext context, AuthorizationSteps steps, DateTime until)
    {
        using var enough = new CancellationTokenSource();
        using var gone = new CancellationTokenSource();
        var timer = context.CreateTimer(until, enough.Token);
        var back = context.WaitForExternalEvent<string>(CardholderReturned, gone.Token);
        Inquiry? said = null;
        var first = await Task.WhenAny(timer, back, steps.Word);
        while (first == steps.Word && (said = steps.TakeWord()) is null) first = await Task.WhenAny(timer, back, steps.Word);
        if (first != timer) enough.Cancel();
        if (first != back) gone.Cancel();
        return first == back ? new Inquiry.Complete(back.Result) : said;
    }
}
