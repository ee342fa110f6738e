using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Engine;
using Railyard.Simulation.Flow;

namespace Railyard.Simulation;

/// <summary>What merchants want: payments, and captures, refunds and voids of them, at any time, also all at once.</summary>
sealed class Workload(World world)
{
    const int LargestAmount = 500_00;
    const int MostOperations = 5;
    const double IsZero = 0.02;
    const double IsCapturedByTheMerchant = 0.6;
    const double IsAtOnceWithTheLast = 0.3;
    static readonly TimeSpan SoonestOperation = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LatestOperation = TimeSpan.FromDays(11);
    static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(60);
    static readonly Currency Euro = Currency.Of("EUR");
    static readonly CardBrand[] Brands = Enum.GetValues<CardBrand>();

    /// <summary>A new payment, asked for now, with all that its merchant will want of it.</summary>
    public Case Begin(int number)
    {
        var asked = Ask(number);
        var priority = world.Chance.Shuffled(world.Profiles.Select(profile => profile.Name));
        var program = RoutingProgram.Usual(priority.Take(1 + world.Chance.Below(3)));
        var snapshot = new RoutingSnapshot(PaymentFacts.Of(asked), program, world.Profiles, []);
        var subject = new Case(number, snapshot, asked);
        world.Watch(Requests.CreateAsync(world, subject));
        Plan(subject);
        return subject;
    }

    Payment Ask(int number)
    {
        var payment = new Payment
        {
            Id = new PaymentId($"pay_{number}"),
            Merchant = new MerchantId("mer_simulation"),
            Amount = new Money(world.Chance.Happens(IsZero) ? 0 : 1 + world.Chance.Below(LargestAmount), Euro),
            Capture = world.Chance.Happens(IsCapturedByTheMerchant) ? CaptureMode.Manual : CaptureMode.Automatic,
            Card = new CardSummary(world.Chance.Of<CardBrand>(Brands), "411111", "1111", 3, 2030),
            Token = new TokenId("tok_simulation"),
            CreatedAt = world.Clock,
        };
        return payment with { AutomaticCapture = payment.CapturesItself ? new OperationId($"cap_{number}") : null };
    }

    void Plan(Case subject)
    {
        var at = TimeSpan.Zero;
        for (var number = world.Chance.Below(MostOperations + 1); number > 0; number--)
        {
            at = world.Chance.Happens(IsAtOnceWithTheLast)
                ? at + world.Chance.Between(TimeSpan.Zero, AtOnce)
                : world.Chance.Spread(SoonestOperation, LatestOperation);
            var asked = Operation(subject, number);
            world.Loop.In(
                at, subject, $"asks {asked.Kind}", () => world.Watch(Requests.ChangeAsync(world, subject, asked)), isPlanned: true);
        }
    }

    NewOperation Operation(Case subject, int number)
    {
        var kind = subject.Asked.Capture == CaptureMode.Manual
            ? world.Chance.Of(OperationKind.Capture, OperationKind.Capture, OperationKind.Refund, OperationKind.Void)
            : world.Chance.Of(OperationKind.Refund, OperationKind.Refund, OperationKind.Void);
        var amount = kind != OperationKind.Void && world.Chance.Happens(0.6)
            ? 1 + world.Chance.Below((int)subject.Asked.Amount.MinorUnits + 1)
            : null as long?;
        return new NewOperation(
            new OperationId($"{kind}_{subject.Number}_{number}"), kind, amount, kind == OperationKind.Capture && world.Chance.Happens(0.3));
    }
}
