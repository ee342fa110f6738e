using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Operations;

/// <summary>Payments as the orchestration leaves them to a person after 72 hours, without the waiting.</summary>
sealed class UnresolvedPayments(RunningApp app)
{
    static readonly RoutePlan Plan = new([new RouteChoice(new AcquirerName("northbank"), "by the test")], []);

    /// <summary>A payment whose only attempt came to that, with nobody left to ask.</summary>
    public async Task<string> MakeAsync(AttemptOutcome? outcome = null, bool capturesItself = false)
    {
        var id = new PaymentId($"pay_{Guid.CreateVersion7():N}");
        var paid = await Store.LoadAsync(new PaymentId((await new Client(app.Address, "sk_sandbox_local").PayAsync())["id"]!), Cancellation);
        var fresh = paid with
        {
            Id = id,
            Attempts = [],
            Operations = [],
            Capture = capturesItself ? CaptureMode.Automatic : paid.Capture,
            AutomaticCapture = capturesItself ? Ids.AutomaticCapture(id) : null,
            AuthorizedUntil = null,
            CreatedAt = Now,
        };
        var asked = Authorization.Start(
            fresh.Begun(), new NextStep.TryAcquirer(1, Plan.Choices[0].Acquirer, "by the test"), Now);
        var left = Authorization.Record(
            asked, Plan, 1, outcome ?? new AttemptOutcome.Unknown("asked in vain"), FindOutSchedule.MostTimes, Now);
        await Store.CreateAsync(left, Cancellation);
        await Events.PublishAsync(left, 1, Cancellation);
        return left.Id.Value;
    }

    /// <summary>Leaves a capture of that payment without an answer.</summary>
    public async Task<string> CaptureAsync(string payment)
    {
        var capture = new OperationId($"cap_{Guid.CreateVersion7():N}");
        var changed = await Store.ChangeAsync(
            new PaymentId(payment),
            found =>
            {
                var asked = (Decision.Accepted)OperationRules.Ask(found, new NewOperation(capture, OperationKind.Capture), Now);
                return OperationRules.LeaveUnresolved(asked.Payment, capture, "asked in vain", Now);
            },
            Cancellation);
        await Events.PublishAsync(changed, changed.Events.Count, Cancellation);
        return capture.Value;
    }

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    PaymentStore Store => app.Services.GetRequiredService<PaymentStore>();

    PaymentEvents Events => app.Services.GetRequiredService<PaymentEvents>();
}
