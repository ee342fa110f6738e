using System.Text.Json.Serialization;

namespace Railyard.Local.Acquirers;

/// <summary>What a call asks for.</summary>
enum Operation
{
    Payment,
    Details,
    Capture,
    Refund,
    Cancel,
    Reversal,
}

/// <summary>Which calls a rule is about: those that are like this in everything that is said.</summary>
sealed record RuleMatch(string? Card = null, long? Amount = null, Operation? Operation = null)
{
    public bool Fits(Operation operation, string? card, long? amount) =>
        (Card is null || Card == card)
            && (Amount is null || Amount == amount)
            && (Operation is null || Operation == operation);
}

/// <summary>What a share of the calls that fit meet with, for a while.</summary>
sealed record Rule(string Behaviour, RuleMatch? Match = null, double? Share = null, int? ForSeconds = null);

/// <summary>Rules laid over the fixed script; the first that strikes counts.</summary>
sealed record RuleSheet(IReadOnlyList<Rule> Rules, long? Seed = null)
{
    const int MostRules = 100;
    const int LongestSeconds = 24 * 60 * 60;

    /// <summary>What is wrong with it, if anything.</summary>
    [JsonIgnore]
    public string? Fault
    {
        get
        {
            if (Rules.Count > MostRules) return $"there are more than {MostRules} rules";
            return Rules.Select(Wrong).FirstOrDefault(wrong => wrong is not null);
        }
    }

    static string? Wrong(Rule rule)
    {
        if (!Behaviours.ByName.TryGetValue(rule.Behaviour, out var behaviour))
            return $"behaviour is one of {string.Join(", ", Behaviours.ByName.Keys)}";
        if (rule.Share is not (null or (> 0 and <= 1))) return "share is above 0 and at most 1";
        if (rule.ForSeconds is not (null or (>= 1 and <= LongestSeconds)))
            return $"for_seconds is 1 to {LongestSeconds}";
        if (behaviour.Decision is not null && rule.Match?.Operation is not (null or Operation.Payment))
            return $"only a payment can be met with {rule.Behaviour}";
        return null;
    }
}

/// <summary>What a rule lets happen: a decision of the issuer, or a fault around whatever is decided.</summary>
sealed record Behaviour(Decision? Decision, Fault Fault);

static class Behaviours
{
    public static readonly IReadOnlyDictionary<string, Behaviour> ByName = new Dictionary<string, Behaviour>
    {
        ["approve"] = new(new Decision.Approved(), Fault.None),
        ["approve_half"] = new(new Decision.ApprovedInPart(), Fault.None),
        ["authenticate"] = new(new Decision.AuthenticationWanted(), Fault.None),
        ["slow"] = new(null, Fault.Slow),
        ["timeout_after_commit"] = new(null, Fault.SilentAfterBooking),
        ["timeout_for_good"] = new(null, Fault.SilentForGood),
        ["error_after_commit"] = new(null, Fault.ErrorAfterBooking),
        ["error_before_commit"] = new(null, Fault.ErrorBeforeBooking),
        ["drop_after_commit"] = new(null, Fault.HangUpAfterBooking),
        ["drop_before_commit"] = new(null, Fault.HangUpBeforeBooking),
        ["maintenance_page"] = new(null, Fault.MaintenancePage),
    }.Concat(Script.Declines.Select(why => KeyValuePair.Create(
        $"decline_{why.Code}", new Behaviour(new Decision.Declined(why), Fault.None)))).ToDictionary();
}

/// <summary>What one acquirer plays beside its fixed script, changed while it runs and forgotten when it stops.</summary>
sealed class RunTimeScript(TimeProvider time)
{
    volatile Playing? playing;

    /// <summary>The rules that are laid over the fixed script, with how often each has struck.</summary>
    public Playing? Current => playing;

    public Playing Play(RuleSheet sheet) => playing = new Playing(sheet, time.GetUtcNow());

    public void Clear() => playing = null;

    /// <summary>What happens to a call for which the fixed script has this scene.</summary>
    public Scene Overlay(Scene scene, Operation operation, string? card, long? amount)
    {
        if (playing?.Strike(operation, card, amount, time.GetUtcNow()) is not { } met) return scene;
        return met.Decision is null
            ? scene with { Fault = met.Fault }
            : scene with { Decision = met.Decision, Fault = met.Fault };
    }

    /// <summary>What goes wrong with a call for which the fixed script has this fault.</summary>
    public Fault Overlay(Fault fault, Operation operation, long? amount) =>
        playing?.Strike(operation, null, amount, time.GetUtcNow())?.Fault ?? fault;
}

/// <summary>A sheet of rules since it was laid on.</summary>
sealed class Playing(RuleSheet sheet, DateTimeOffset since)
{
    const int KeptBits = 53;
    const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    readonly Lock gate = new();
    readonly long[] occasions = new long[sheet.Rules.Count];
    readonly long[] struck = new long[sheet.Rules.Count];

    public RuleSheet Sheet => sheet;

    public DateTimeOffset? EndOf(int rule) =>
        sheet.Rules[rule].ForSeconds is { } seconds ? since.AddSeconds(seconds) : null;

    public (long Occasions, long Struck) CountsOf(int rule)
    {
        lock (gate) return (occasions[rule], struck[rule]);
    }

    /// <summary>What the first rule that strikes lets happen; null where none does.</summary>
    public Behaviour? Strike(Operation operation, string? card, long? amount, DateTimeOffset now)
    {
        for (var i = 0; i < sheet.Rules.Count; i++)
        {
            var behaviour = Behaviours.ByName[sheet.Rules[i].Behaviour];
            var isFitting = sheet.Rules[i].Match?.Fits(operation, card, amount) ?? true;
            if (!isFitting || now >= EndOf(i) || (behaviour.Decision is not null && operation != Operation.Payment))
                continue;
            if (IsDrawn(i)) return behaviour;
        }
        return null;
    }

    bool IsDrawn(int rule)
    {
        lock (gate)
        {
            var occasion = ++occasions[rule];
            if (Fraction(sheet.Seed ?? 0, rule, occasion) >= (sheet.Rules[rule].Share ?? 1)) return false;
            struck[rule]++;
            return true;
        }
    }

    // The same number for the same seed, rule and occasion, by the finaliser of SplitMix64.
    static double Fraction(long seed, int rule, long occasion)
    {
        unchecked
        {
            var mixed = Mix(Mix((ulong)seed) + (((ulong)rule << 40) + (ulong)occasion) * GoldenGamma);
            return (mixed >> (64 - KeptBits)) / (double)(1UL << KeptBits);
        }
    }

    static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
