using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Payments;

public sealed class ExpiryTests
{
    static readonly OperationId Release = new("voi_release");
    static readonly DateTimeOffset TenDaysOn = A.Moment + TimeSpan.FromDays(10);

    [Fact]
    public void Every_brand_has_one_rule_with_a_source()
    {
        Assert.Equal(Enum.GetValues<CardBrand>().Order(), AuthorizationValidity.Rules.Select(rule => rule.Brand).Order());
        Assert.All(AuthorizationValidity.Rules, rule => Assert.InRange(rule.Days, 1, 30));
        Assert.All(AuthorizationValidity.Rules, rule => Assert.NotEmpty(rule.Source));
    }

    [Fact]
    public void An_authorisation_ends_when_the_scheme_says() =>
        Assert.Equal(TenDaysOn, A.Payment().Authorized().ExpiresAt);

    [Fact]
    public void A_verification_of_a_card_holds_nothing_and_does_not_end()
    {
        var verified = A.Payment(0, CaptureMode.Automatic).Authorized();

        Assert.Equal((PaymentStatus.Authorized, null), (verified.Status, verified.ExpiresAt));
        Assert.False(verified.CapturesItself);
    }

    [Fact]
    public void What_is_left_of_an_ended_authorisation_cannot_be_captured()
    {
        var captured = A.Payment().Captured(10_00.Eur());

        var late = OperationRules.Ask(captured, new NewOperation(new OperationId("cap_2"), OperationKind.Capture), TenDaysOn);

        Assert.Equal(new Decision.Rejected(Rejection.AuthorizationExpired), late);
    }

    [Fact]
    public void An_authorisation_that_ended_is_expired_and_its_hold_released()
    {
        var expired = Expiry.EndAuthorization(A.Payment().Authorized(), Release, TenDaysOn);

        Assert.Equal(PaymentStatus.Expired, expired.Status);
        Assert.Equal((OperationKind.Void, OperationStatus.Pending), (expired.Find(Release)!.Kind, expired.Find(Release)!.Status));
        Assert.Equal(ExpiryState.Expired, Expiry.State(expired, TenDaysOn));
        Assert.Same(expired, Expiry.EndAuthorization(expired, Release, TenDaysOn));
    }

    [Fact]
    public void An_authorisation_ends_however_many_captures_the_merchant_tried()
    {
        var tried = A.Payment().Authorized();
        for (var number = 1; number <= OperationRules.MostPerPayment; number++)
        {
            var asked = tried.Asked(OperationKind.Capture, 1.Eur(), $"cap_{number}");
            tried = OperationRules.Record(asked, new OperationId($"cap_{number}"), new OperationOutcome.Refused("9", "no"), A.Moment);
        }

        Assert.Equal(PaymentStatus.Expired, Expiry.EndAuthorization(tried, Release, TenDaysOn).Status);
    }

    [Fact]
    public void The_release_leaves_the_payment_expired()
    {
        var expired = Expiry.EndAuthorization(A.Payment().Authorized(), Release, TenDaysOn);

        var released = OperationRules.Record(expired, Release, new OperationOutcome.Accepted("psp2"), TenDaysOn);

        Assert.Equal((PaymentStatus.Expired, OperationStatus.Succeeded), (released.Status, released.Find(Release)!.Status));
    }

    [Fact]
    public void An_authorisation_does_not_end_before_its_time()
    {
        var authorized = A.Payment().Authorized();

        Assert.Same(authorized, Expiry.EndAuthorization(authorized, Release, TenDaysOn - TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void An_authorisation_whose_capture_is_under_way_does_not_end()
    {
        var capturing = A.Payment().Authorized().Asked(OperationKind.Capture, 10_00.Eur(), "cap_1");

        Assert.Same(capturing, Expiry.EndAuthorization(capturing, Release, TenDaysOn));
        Assert.Equal(ExpiryState.Busy, Expiry.State(capturing, TenDaysOn));
    }

    [Fact]
    public void By_a_clock_that_is_behind_it_is_looked_at_again()
    {
        var authorized = A.Payment().Authorized();

        Assert.Equal(ExpiryState.Busy, Expiry.State(authorized, TenDaysOn - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(ExpiryState.Over, Expiry.State(A.Payment(0).Authorized(), TenDaysOn));
    }

    [Fact]
    public void A_refund_that_outlived_its_capture_does_not_keep_it_from_ending()
    {
        var refunded = A.Payment().Captured(10_00.Eur()).Done(OperationKind.Refund, 5_00.Eur(), "ref_1");
        var undone = OperationRules.Undo(refunded, new OperationId("cap_1"), "failed later", A.Moment);

        Assert.Equal(PaymentStatus.Expired, Expiry.EndAuthorization(undone, Release, TenDaysOn).Status);
    }

    [Fact]
    public void A_captured_payment_is_nothing_to_end() =>
        Assert.Equal(ExpiryState.Over, Expiry.State(A.Payment().Captured(10_00.Eur()), TenDaysOn));

    [Fact]
    public void A_cardholder_has_fifteen_minutes()
    {
        var asked = A.Payment().Attempted(new AttemptOutcome.ActionRequired("psp1", "https://acs.example"));

        Assert.Equal(A.Moment + TimeSpan.FromMinutes(15), asked.ExpiresAt);
        Assert.Equal(PaymentStatus.Expired, Expiry.EndAction(asked, A.Moment).Status);
    }

    [Fact]
    public void What_is_unknown_when_a_cardholders_time_is_up_is_a_persons()
    {
        var acting = A.Payment().Attempted(new AttemptOutcome.ActionRequired("psp1", "https://acs.example"));
        var nothing = new AttemptOutcome.Unknown("no answer within 8 s");
        var back = Authorization.EndAction(acting, attempt: 1, nothing, isNews: true, A.Moment);
        var unknown = Authorization.Record(back, A.Plan(A.Northbank), attempt: 1, nothing, timesAsked: 0, A.Moment);

        Assert.Equal(PaymentStatus.Unresolved, Expiry.EndAction(unknown, A.Moment).Status);
    }

    [Fact]
    public void A_cardholder_who_came_back_is_not_timed_out()
    {
        var acting = A.Payment().Attempted(new AttemptOutcome.ActionRequired("psp1", "https://acs.example"));
        var back = Authorization.EndAction(acting, attempt: 1, A.Approval(), isNews: true, A.Moment);

        Assert.Same(back, Expiry.EndAction(back, A.Moment));
    }
}
