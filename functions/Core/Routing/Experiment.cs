using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>An experiment, <c>exp_…</c>.</summary>
public readonly record struct ExperimentId(string Value)
{
    /// <summary>What such an id starts with.</summary>
    public const string Prefix = "exp_";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Why an experiment ended.</summary>
public enum ExperimentEnd { Stopped, GuardrailBreached }

/// <summary>A program to be tried, on how many of a hundred payments, and when that ends by itself.</summary>
public sealed record NewExperiment(
    ExperimentId Id, RoutingProgram Content, int SharePercent, int GuardrailPercentagePoints, int MinimumSample);

/// <summary>A version of a program that is tried on a share of a merchant's payments beside the one in use.</summary>
public sealed record Experiment
{
    const double Hundred = 100;

    /// <summary>Its id.</summary>
    public required ExperimentId Id { get; init; }

    /// <summary>What is tried.</summary>
    public required VersionedProgram Variant { get; init; }

    /// <summary>The version that it is compared with.</summary>
    public required int ControlVersion { get; init; }

    /// <summary>How many of a hundred payments go by it.</summary>
    public required int SharePercent { get; init; }

    /// <summary>By how many percentage points its approvals may fall behind.</summary>
    public required int GuardrailPercentagePoints { get; init; }

    /// <summary>How many payments each side must have before it is judged.</summary>
    public required int MinimumSample { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended.</summary>
    public ExperimentEnd? End { get; init; }

    /// <summary>Whether that payment goes by it: always the same answer for a payment.</summary>
    public bool Takes(PaymentId payment) => Draw.Of(payment.Value, Draw.OfExperiment) * Hundred < SharePercent;
}

/// <summary>What came of the payments of one side of an experiment.</summary>
public sealed record SideCount(int Approved, int Declined)
{
    /// <summary>None yet.</summary>
    public static readonly SideCount None = new(0, 0);

    /// <summary>How many there were.</summary>
    public int Total => Approved + Declined;

    /// <summary>The share that was approved; null where there was none.</summary>
    public double? ApprovalRate => Total == 0 ? null : (double)Approved / Total;

    /// <summary>The count with one more.</summary>
    public SideCount With(bool isApproved) => isApproved ? this with { Approved = Approved + 1 } : this with { Declined = Declined + 1 };

    public static SideCount operator +(SideCount left, SideCount right) =>
        new(left.Approved + right.Approved, left.Declined + right.Declined);
}

/// <summary>Judges an experiment by what came of its payments.</summary>
public static class Guardrail
{
    const int Hundred = 100;

    /// <summary>
    /// Whether the variant's approvals have fallen behind the control's by more than the experiment allows. Neither side is
    /// judged before it has the minimum sample. In whole numbers, so that no rounding decides.
    /// </summary>
    public static bool IsBreached(Experiment experiment, SideCount control, SideCount variant)
    {
        if (Math.Min(control.Total, variant.Total) < Math.Max(1, experiment.MinimumSample)) return false;
        var behind = ((long)control.Approved * variant.Total) - ((long)variant.Approved * control.Total);
        return behind * Hundred > (long)experiment.GuardrailPercentagePoints * control.Total * variant.Total;
    }
}
