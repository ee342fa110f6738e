using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.Core.Tests.Webhooks;

public sealed class EndpointRulesTests
{
    static readonly DateTimeOffset Now = A.Moment;
    static readonly EndpointId Id = new("whe_1");
    static readonly TryOutcome Success = new TryOutcome.Answered(200);
    static readonly TryOutcome Failure = new TryOutcome.Answered(500);
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    static SealedSecret Secret(string id) => new(new SecretId(id), "sealed", Now);

    static WebhookEndpoint Endpoint(string id = "whe_1") => new()
    {
        Id = new EndpointId(id),
        Url = "https://merchant.example/",
        Events = [new EventFilter("payment.*")],
        Secrets = new EndpointSecrets(Secret("whk_1")),
        CreatedAt = Now,
    };

    static MerchantWebhooks With(params WebhookEndpoint[] endpoints) =>
        new() { Merchant = new MerchantId("mer_1"), Endpoints = endpoints };

    static WebhookEndpoint Accepted(EndpointDecision decision) =>
        Assert.IsType<EndpointDecision.Accepted>(decision).Webhooks.Find(Id)!;

    static void Refused(EndpointRejection reason, EndpointDecision decision) =>
        Assert.Equal(reason, Assert.IsType<EndpointDecision.Rejected>(decision).Reason);

    static EndpointDecision Change(MerchantWebhooks webhooks, EndpointChange change, int? version = null) =>
        EndpointRules.Change(webhooks, Id, version, change, Now);

    static EndpointChange Switch(EndpointStatus status) => new(null, null, null, status);

    [Fact]
    public void There_are_sixteen_endpoints_at_most()
    {
        var fifteen = With([.. Enumerable.Range(1, 15).Select(number => Endpoint($"whe_{number}"))]);

        var sixteen = Assert.IsType<EndpointDecision.Accepted>(EndpointRules.Add(fifteen, Endpoint("whe_16"))).Webhooks;

        Assert.Equal(16, sixteen.Endpoints.Count);
        Refused(EndpointRejection.TooMany, EndpointRules.Add(sixteen, Endpoint("whe_17")));
    }

    [Fact]
    public void An_endpoint_that_is_added_again_is_there_once()
    {
        var one = With(Endpoint());

        var again = Assert.IsType<EndpointDecision.Accepted>(EndpointRules.Add(one, Endpoint() with { Url = "https://other.example/" }));

        Assert.Same(one, again.Webhooks);
    }

    [Fact]
    public void What_is_not_named_stays_and_every_change_is_a_version()
    {
        var changed = Accepted(Change(With(Endpoint()), new EndpointChange("https://new.example/", null, null, null), version: 1));

        Assert.Equal("https://new.example/", changed.Url);
        Assert.Equal(Endpoint().Events, changed.Events);
        Assert.Equal(2, changed.Version);
    }

    [Fact]
    public void A_change_of_another_version_is_refused()
    {
        Refused(EndpointRejection.VersionDiffers, Change(With(Endpoint()), Switch(EndpointStatus.Disabled), version: 2));
        Refused(EndpointRejection.VersionDiffers, EndpointRules.Remove(With(Endpoint()), Id, 2));
        Refused(EndpointRejection.NotFound, EndpointRules.Remove(With(), Id, 2));
    }

    [Fact]
    public void A_merchant_disables_and_enables()
    {
        var disabled = Accepted(Change(With(Endpoint() with { FailingSince = Now }), Switch(EndpointStatus.Disabled)));
        var enabled = Accepted(Change(With(disabled), Switch(EndpointStatus.Enabled)));

        Assert.Equal(DisabledReason.ByMerchant, disabled.DisabledReason);
        Assert.True(enabled.IsEnabled);
        Assert.Null(enabled.DisabledAt);
        Assert.Null(enabled.FailingSince);
    }

    [Fact]
    public void Disabling_what_is_disabled_keeps_the_reason()
    {
        var gone = Endpoint().Disabled(DisabledReason.Gone, Now - Day);

        var changed = Accepted(Change(With(gone), Switch(EndpointStatus.Disabled)));

        Assert.Equal(DisabledReason.Gone, changed.DisabledReason);
        Assert.Equal(Now - Day, changed.DisabledAt);
    }

    [Fact]
    public void After_a_rotation_both_secrets_are_valid_until_the_overlap_ends()
    {
        var secrets = Accepted(EndpointRules.Rotate(With(Endpoint()), Id, Secret("whk_2"), Day, Now)).Secrets;

        Assert.Equal(["whk_2", "whk_1"], secrets.ValidAt(Now + Day - TimeSpan.FromTicks(1)).Select(one => one.Id.Value));
        Assert.Equal(["whk_2"], secrets.ValidAt(Now + Day).Select(one => one.Id.Value));
    }

    [Fact]
    public void A_rotation_made_twice_is_made_once()
    {
        var rotated = With(Accepted(EndpointRules.Rotate(With(Endpoint()), Id, Secret("whk_2"), Day, Now)));

        var again = EndpointRules.Rotate(rotated, Id, Secret("whk_2") with { Box = "other" }, Day, Now);

        Assert.Same(rotated, Assert.IsType<EndpointDecision.Accepted>(again).Webhooks);
    }

    [Fact]
    public void A_second_rotation_waits_for_the_overlap_unless_it_wants_none()
    {
        var rotated = With(Accepted(EndpointRules.Rotate(With(Endpoint()), Id, Secret("whk_2"), Day, Now)));

        var cut = Accepted(EndpointRules.Rotate(rotated, Id, Secret("whk_3"), TimeSpan.Zero, Now));

        Refused(EndpointRejection.OverlapUnderWay, EndpointRules.Rotate(rotated, Id, Secret("whk_3"), Day, Now));
        Assert.Equal(["whk_3"], cut.Secrets.ValidAt(Now).Select(one => one.Id.Value));
        Assert.Equal(
            ["whk_3", "whk_2"],
            Accepted(EndpointRules.Rotate(rotated, Id, Secret("whk_3"), Day, Now + Day)).Secrets.ValidAt(Now + Day).Select(one => one.Id.Value));
    }

    [Fact]
    public void Three_days_of_unbroken_failure_disable_an_endpoint()
    {
        var first = EndpointRules.AfterTry(With(Endpoint()), Id, Failure, Now);
        var almost = EndpointRules.AfterTry(first, Id, Failure, Now + (3 * Day) - TimeSpan.FromTicks(1));
        var then = EndpointRules.AfterTry(almost, Id, new TryOutcome.NoAnswer(TryError.TimedOut), Now + (3 * Day));

        Assert.Equal(Now, first.Find(Id)!.FailingSince);
        Assert.Same(first, almost);
        Assert.Equal(DisabledReason.Failing, then.Find(Id)!.DisabledReason);
        Assert.Equal(Now + (3 * Day), then.Find(Id)!.DisabledAt);
    }

    [Fact]
    public void A_failure_is_only_noted_and_being_disabled_is_another_version()
    {
        var failing = EndpointRules.AfterTry(With(Endpoint()), Id, Failure, Now);
        var disabled = EndpointRules.AfterTry(failing, Id, Failure, Now + (3 * Day));

        Assert.Equal((1, 2), (failing.Find(Id)!.Version, disabled.Find(Id)!.Version));
    }

    [Fact]
    public void A_success_breaks_the_failure()
    {
        var failing = EndpointRules.AfterTry(With(Endpoint()), Id, Failure, Now);
        var well = EndpointRules.AfterTry(failing, Id, Success, Now + (2 * Day));
        var later = EndpointRules.AfterTry(well, Id, Failure, Now + (4 * Day));

        Assert.Null(well.Find(Id)!.FailingSince);
        Assert.True(later.Find(Id)!.IsEnabled);
        Assert.Equal(Now + (4 * Day), later.Find(Id)!.FailingSince);
    }

    [Fact]
    public void An_endpoint_that_says_it_is_gone_is_disabled_at_once()
    {
        var gone = EndpointRules.AfterTry(With(Endpoint()), Id, new TryOutcome.Answered(410), Now);

        Assert.Equal(DisabledReason.Gone, gone.Find(Id)!.DisabledReason);
    }

    [Fact]
    public void A_try_changes_nothing_about_what_is_well_or_disabled_or_removed()
    {
        var well = With(Endpoint());
        var disabled = With(Endpoint().Disabled(DisabledReason.ByMerchant, Now));
        var none = With();

        Assert.Same(well, EndpointRules.AfterTry(well, Id, Success, Now));
        Assert.Same(disabled, EndpointRules.AfterTry(disabled, Id, Failure, Now));
        Assert.Same(none, EndpointRules.AfterTry(none, Id, Failure, Now));
    }

    [Fact]
    public void A_disabled_endpoints_events_are_written_down_for_thirty_days()
    {
        var disabled = Endpoint().Disabled(DisabledReason.Failing, Now);

        Assert.True(disabled.Records("payment.captured", Now + (30 * Day) - TimeSpan.FromTicks(1)));
        Assert.False(disabled.Records("payment.captured", Now + (30 * Day)));
        Assert.False(Endpoint().Records("webhook_endpoint.disabled", Now));
    }
}
