using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Payments;

public sealed class IdempotencyTests
{
    static readonly IdempotencyClaim Claim = new()
    {
        Id = "claim",
        Fingerprint = "body",
        Resource = "pay_1",
        LeaseUntil = A.Moment.AddSeconds(15),
    };

    [Fact]
    public void Another_body_is_refused_even_when_the_first_is_answered()
    {
        var answered = Claim with { Answer = new IdempotentAnswer(201, "{}", null) };

        Assert.IsType<ClaimVerdict.OtherBody>(Idempotency.Decide(answered, "other body", A.Moment));
    }

    [Fact]
    public void An_answered_request_is_answered_the_same_again()
    {
        var answer = new IdempotentAnswer(201, "{}", "/v1/payments/pay_1");

        Assert.Equal(new ClaimVerdict.Replay(answer), Idempotency.Decide(Claim with { Answer = answer }, "body", A.Moment));
    }

    [Fact]
    public void While_the_lease_runs_the_first_request_is_taken_to_be_alive() =>
        Assert.Equal(new ClaimVerdict.InFlight(TimeSpan.FromSeconds(15)), Idempotency.Decide(Claim, "body", A.Moment));

    [Fact]
    public void When_the_lease_is_over_the_next_request_takes_over() =>
        Assert.IsType<ClaimVerdict.TakeOver>(Idempotency.Decide(Claim, "body", A.Moment.AddSeconds(15)));
}
