using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>App's AuthenticateCardholder.</summary>
static class AuthenticateCardholder
{
    const int MostReturns = 20;

    public static string InstanceId(PaymentId payment) => $"{payment}-authenticate";

    public static void Start(Run run, Payment payment, RoutePlan plan)
    {
        var outcomes = Authorization.Outcomes(payment);
        Orchestration.StartOnce(run, InstanceId(payment.Id), context => RunAsync(context, plan, outcomes));
    }

    static async Task RunAsync(Orchestration context, RoutePlan plan, IReadOnlyList<AttemptOutcome> outcomes)
    {
        var steps = new AuthorizationSteps(context, plan, outcomes);
        var until = context.Now + Expiry.ActionWithin;
        for (var returns = 0; returns < MostReturns; returns++)
        {
            var attempt = steps.Outcomes.Count;
            if (await NewsBeforeAsync(context, steps, until) is not { } news) break;
            await steps.LearnAsync(news);
            if (await steps.RunAsync() is not NextStep.Authenticate next)
            {
                if (steps.Outcomes[^1] is AttemptOutcome.Approved && context.Subject.Asked.AutomaticCapture is { } capture)
                    await ContinueAuthorized.DriveAsync(context, capture);
                return;
            }
            if (next.Attempt != attempt) until = context.Now + Expiry.ActionWithin;
        }
        await context.CallAsync("end action", EndActionAsync);
    }

    static async Task EndActionAsync(Run run)
    {
        var done = await run.ChangeAsync(found => Expiry.EndAction(found, run.World.Clock));
        await ExpireAuthorization.PublishEndAsync(run, done);
    }

    static async Task<Inquiry?> NewsBeforeAsync(Orchestration context, AuthorizationSteps steps, DateTimeOffset until)
    {
        var (fired, timer) = context.Timer(until - context.Now);
        var back = context.CardholderReturned.Wait();
        Inquiry? said = null;
        var first = await Task.WhenAny(fired, back, steps.Word);
        while (first == steps.Word && (said = steps.TakeWord()) is null) first = await Task.WhenAny(fired, back, steps.Word);
        if (first != fired) timer?.Cancel();
        if (first != back) context.CardholderReturned.Forget(back);
        return first == back ? new Inquiry.Complete(back.Result) : said;
    }
}
