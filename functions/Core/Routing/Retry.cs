using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>How far a payment has gone from acquirer to acquirer, and how far it may.</summary>
/// <param name="Made">How often it went on to another acquirer.</param>
/// <param name="AfterGeneric">How often of these after a decline that gave no reason.</param>
/// <param name="Most">How often it may at all.</param>
/// <param name="IsAnotherLeft">Whether the plan has an acquirer that was not tried.</param>
public readonly record struct Cascading(int Made, int AfterGeneric, int Most, bool IsAnotherLeft)
{
    /// <summary>After those outcomes, the last of which is the one that is decided about.</summary>
    public static Cascading After(RetryLimits limits, IReadOnlyList<AttemptOutcome> outcomes, bool isAnotherLeft) => new(
        outcomes.Count - 1,
        outcomes.SkipLast(1).Count(one => one is AttemptOutcome.Declined declined && declined.Code.Class() == DeclineClass.Generic),
        limits.MostCascades,
        isAnotherLeft);
}

/// <summary>Everything that is done after a decline is decided from.</summary>
/// <param name="Activity">The card's declines, this one among them.</param>
public sealed record RetryQuestion(
    PaymentFacts Facts,
    AttemptOutcome.Declined Declined,
    Cascading Cascading,
    CardActivity Activity,
    RetryLimits MerchantLimits,
    DateTimeOffset Now)
{
    /// <summary>The question about the last attempt of a payment, whose outcome is not in it yet.</summary>
    public static RetryQuestion Of(
        Payment payment, RoutePlan plan, AttemptOutcome.Declined declined, CardActivity activity, DateTimeOffset now)
    {
        var earlier = payment.Attempts.SkipLast(1).Select(attempt => attempt.Outcome).OfType<AttemptOutcome>();
        var isAnotherLeft = payment.Attempts.Count < plan.Choices.Count;
        var cascading = Cascading.After(plan.Limits, [.. earlier, declined], isAnotherLeft);
        return new RetryQuestion(PaymentFacts.Of(payment), declined, cascading, activity, plan.Limits, now);
    }

    internal DateOnly Day => DateOnly.FromDateTime(Now.UtcDateTime);
}

/// <summary>
/// What is done after a decline. The issuer's word comes first, by the scheme's rule for it, then our own reading of the
/// code; and whatever they allow, the scheme's limits on tries still hold.
/// </summary>
public static class Retry
{
    /// <summary>How often a payment goes on to another acquirer at most.</summary>
    public const int MostCascades = 3;

    /// <summary>A decline without a reason may be one acquirer's alone, which one more try finds out.</summary>
    public const int MostGenericCascades = 1;

    // A try after "never" is charged when it comes within that long.
    static readonly TimeSpan NeverLasts = TimeSpan.FromDays(30);

    /// <summary>What is done.</summary>
    public static RetryDecision Decide(RetryQuestion asked)
    {
        // The scheme has not seen it, so that it has no rule for it and counts nothing.
        if (asked.Declined.IsOfThisCallOnly) return ByCode(asked.Declined.Code, asked.Cascading);
        var rule = SchemeRules.For(asked.Facts.Brand, asked.Declined, asked.Facts.IssuerCountry, asked.Day);
        var wanted = rule is null ? ByCode(asked.Declined.Code, asked.Cascading) : ByRule(asked, rule);
        return wanted.AllowsMerchant ? Barred(asked, wanted) ?? wanted : wanted;
    }

    /// <summary>
    /// What that decline counts as at the scheme, or null where it counts as nothing: it is decided already, or the call
    /// never got there. What an acquirer refused without asking is counted too, for nobody says so: that errs on the safe side.
    /// </summary>
    public static CountedDecline? Counts(Payment payment, Attempt attempt, AttemptOutcome.Declined declined, DateTimeOffset now)
    {
        if (declined.Next is not null || declined.IsOfThisCallOnly) return null;
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var rule = SchemeRules.For(payment.Card.Brand, declined, PaymentFacts.Of(payment).IssuerCountry, day);
        return new CountedDecline(attempt.Id, payment.Merchant, payment.Amount, now, rule?.Order == SchemeOrder.Never);
    }

    /// <summary>What is done by our own reading of the code alone.</summary>
    public static RetryDecision ByCode(DeclineCode code, Cascading cascading) => code.Class() switch
    {
        DeclineClass.Hard => new RetryDecision.Stop { Why = $"{code} is for good: this card must not be tried again." },
        DeclineClass.Issuer => Ours($"{code} is the issuer's: another acquirer would hear the same, and no advice says when it changes."),
        DeclineClass.Technical => Cascade(cascading, $"{code} is not the issuer's word: the way there failed"),
        DeclineClass.Configuration => Cascade(cascading, $"{code} is about our account at that acquirer"),
        DeclineClass.Generic when cascading.AfterGeneric >= MostGenericCascades =>
            Ours($"{code} gives no reason, and another acquirer has been tried already: each try counts at the scheme."),
        DeclineClass.Generic => Cascade(cascading, $"{code} gives no reason, which another acquirer may see otherwise once"),
        DeclineClass.FixDetails => new RetryDecision.FixDetails { Why = $"{code}: the details must be put right first." },
        DeclineClass.Authenticate => new RetryDecision.Authenticate { Why = $"{code}: the cardholder must authenticate first." },
    };

    /// <summary>What is done after a decline that ended a payment late, when nothing of it is tried any more.</summary>
    internal static RetryDecision DecideLate(Payment payment, AttemptOutcome.Declined declined, DateTimeOffset now) =>
        Decide(RetryQuestion.Of(payment, new RoutePlan([], []), declined, CardActivity.Empty, now));

    static RetryDecision ByRule(RetryQuestion asked, SchemeRule rule)
    {
        var (code, said) = (asked.Declined.Code, Said(rule));
        return rule.Order switch
        {
            SchemeOrder.Never => new RetryDecision.Stop
            {
                Why = $"{said}: it must never be tried again, and each further try is charged.",
                Avoided = Fee(asked, Breach.AfterNever),
            },
            SchemeOrder.Pointless => new RetryDecision.Stop { Why = $"{said}: trying again cannot succeed." },
            SchemeOrder.NotNow when rule.Wait is { } wait => new RetryDecision.Wait(wait) { Why = $"{said}." },
            SchemeOrder.FixDetails => new RetryDecision.FixDetails { Why = $"{said}: the details must be put right first." },
            SchemeOrder.Authenticate => new RetryDecision.Authenticate { Why = $"{said}: the cardholder must authenticate first." },
            SchemeOrder.NotNow when code.Class() is not (DeclineClass.Technical or DeclineClass.Hard) =>
                Ours($"{said}: the issuer cannot approve it now, and no advice says when it can."),
            SchemeOrder.NotNow or SchemeOrder.Generic => ByCode(code, asked.Cascading),
        };
    }

    // The limits, for what would otherwise be tried again by us or by the merchant.
    static RetryDecision.Stop? Barred(RetryQuestion asked, RetryDecision wanted)
    {
        var facts = asked.Facts;
        if (asked.Activity.ForGood(facts.Merchant, facts.Amount, NeverLasts, asked.Now) is { } since)
            return new RetryDecision.Stop
            {
                Why = $"On {since:yyyy-MM-dd} the issuer said of this card and amount that it will never approve.",
                Avoided = Fee(asked, Breach.AfterNever),
                NotBefore = since + NeverLasts,
            };
        return SchemeLimits.For(facts.Brand, asked.Day)
            .Select(limit => Barred(asked, limit, wanted))
            .FirstOrDefault(barred => barred is not null);
    }

    static RetryDecision.Stop? Barred(RetryQuestion asked, SchemeLimit limit, RetryDecision wanted)
    {
        var declines = limit.Window switch
        {
            LimitWindow.CardAndAmountIn30Days =>
                asked.Activity.Alike(asked.Facts.Merchant, asked.Facts.Amount, limit.Within, asked.Now),
            LimitWindow.CardIn24Hours => asked.Activity.All(limit.Within, asked.Now),
        };
        var tries = asked.MerchantLimits.TriesWithin(limit);
        var isIncomplete = asked.Activity.IsIncomplete(limit.Within, asked.Now);
        if (declines.Count < tries && !isIncomplete) return null;
        // Each that leaves the window makes room for one.
        var makesRoom = isIncomplete ? asked.Activity.LeftOutAt!.Value : declines[declines.Count - tries];
        var free = makesRoom + limit.Within;
        if (wanted.AllowedFrom(asked.Now) >= free) return null;
        return new RetryDecision.Stop
        {
            Why = $"{Counted(limit, isIncomplete, declines.Count)}, of {tries} tries that are allowed: no more until one is too old to count.",
            Avoided = isIncomplete || declines.Count >= limit.Tries ? Fee(asked, Breach.TooManyTries) : null,
            NotBefore = free,
        };
    }

    static string Counted(SchemeLimit limit, bool isIncomplete, int declines)
    {
        var window = limit.Window switch
        {
            LimitWindow.CardAndAmountIn30Days => "with this card and amount in 30 days",
            LimitWindow.CardIn24Hours => "with this card in 24 hours",
        };
        return $"Declined {(isIncomplete ? "more often than can be counted" : $"{declines} times")} {window}";
    }

    static RetryDecision Cascade(Cascading cascading, string why)
    {
        if (!cascading.IsAnotherLeft) return Ours($"{why}; no other acquirer is left to try.");
        if (cascading.Made >= cascading.Most) return Ours($"{why}; it has gone on to another acquirer as often as it may.");
        return new RetryDecision.NextAcquirer { Why = $"{why}." };
    }

    static RetryDecision.Stop Ours(string why) => new() { Why = why, MerchantMayRetry = true };

    static SchemeFee? Fee(RetryQuestion asked, Breach breach) =>
        SchemeFees.Of(asked.Facts.Brand, breach, asked.Facts.Amount.Currency, asked.Day);

    static string Said(SchemeRule rule) => rule.Signal switch
    {
        SchemeSignal.ResponseCode => $"{rule.Scheme} {rule.Code}, {rule.Meaning}",
        SchemeSignal.AdviceCode => $"{rule.Scheme} advice {rule.Code}, {rule.Meaning}",
    };
}
