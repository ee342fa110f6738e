using Railyard.Core.Webhooks;

namespace Railyard.Core.Tests.Webhooks;

public sealed class DeliveryScheduleTests
{
    const double NoJitter = 0.5;

    static readonly DateTimeOffset Now = A.Moment;

    static TryOutcome.Answered Answer(int status, TimeSpan? retryAfter = null) =>
        new TryOutcome.Answered(status, retryAfter is { } wait ? Now + wait : null);

    static TimeSpan? Wait(Verdict verdict) => verdict is Verdict.Again again ? again.At - Now : null;

    [Theory]
    [InlineData(1, "00:00:00")]
    [InlineData(2, "00:00:05")]
    [InlineData(3, "00:05:00")]
    [InlineData(4, "00:30:00")]
    [InlineData(5, "02:00:00")]
    [InlineData(6, "05:00:00")]
    [InlineData(7, "10:00:00")]
    [InlineData(8, "14:00:00")]
    [InlineData(9, "20:00:00")]
    [InlineData(10, "1.00:00:00")]
    [InlineData(11, null)]
    public void Each_try_has_its_delay(int number, string? delay) =>
        Assert.Equal(delay is null ? null : TimeSpan.Parse(delay), DeliverySchedule.Delay(number, NoJitter));

    [Theory]
    [InlineData(0, 270)]
    [InlineData(0.25, 285)]
    [InlineData(1, 330)]
    public void Chance_takes_off_or_adds_a_tenth_at_most(double chance, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), DeliverySchedule.Delay(3, chance));

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(299)]
    public void Any_2xx_is_a_success(int status) =>
        Assert.IsType<Verdict.Delivered>(DeliverySchedule.After(Answer(status), 1, NoJitter, Now));

    [Theory]
    [InlineData(199)]
    [InlineData(300)]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(504)]
    public void Everything_else_is_tried_again(int status) =>
        Assert.Equal(TimeSpan.FromSeconds(5), Wait(DeliverySchedule.After(Answer(status), 1, NoJitter, Now)));

    [Theory]
    [MemberData(nameof(Errors))]
    public void No_answer_is_tried_again(TryError error) => Assert.Equal(
        TimeSpan.FromMinutes(5), Wait(DeliverySchedule.After(new TryOutcome.NoAnswer(error), 2, NoJitter, Now)));

    public static TheoryData<TryError> Errors() => [.. Enum.GetValues<TryError>()];

    [Fact]
    public void An_endpoint_that_is_gone_is_not_tried_again() =>
        Assert.IsType<Verdict.GiveUp>(DeliverySchedule.After(Answer(410), 1, NoJitter, Now));

    [Fact]
    public void After_the_last_try_there_is_none()
    {
        Assert.IsType<Verdict.Again>(DeliverySchedule.After(Answer(500), DeliverySchedule.MostTries - 1, NoJitter, Now));
        Assert.IsType<Verdict.GiveUp>(
            DeliverySchedule.After(Answer(503, TimeSpan.FromMinutes(1)), DeliverySchedule.MostTries, NoJitter, Now));
    }

    [Theory]
    [InlineData(1, 5)]              // sooner than the schedule: the schedule stands
    [InlineData(120, 120)]
    [InlineData(86_400, 86_400)]
    [InlineData(86_401, 86_400)]    // no more than a day
    [InlineData(-60, 5)]            // a date that has passed
    public void Retry_After_puts_the_next_try_off_but_not_for_ever(int wantedSeconds, int waitedSeconds)
    {
        var verdict = DeliverySchedule.After(Answer(503, TimeSpan.FromSeconds(wantedSeconds)), 1, NoJitter, Now);

        Assert.Equal(TimeSpan.FromSeconds(waitedSeconds), Wait(verdict));
    }

    [Theory]
    [InlineData("0", 0.0)]
    [InlineData("120", 120.0)]
    [InlineData("99999999999999", 86_400.0)]
    [InlineData("Tue, 24 Nov 2026 12:10:00 GMT", 600.0)]
    [InlineData("", null)]
    [InlineData("-1", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("2026-11-24T12:10:00Z", null)]
    public void Retry_After_is_a_number_of_seconds_or_a_date(string header, double? seconds) =>
        Assert.Equal(seconds, (DeliverySchedule.RetryAfter(header, Now) - Now)?.TotalSeconds);
}
