using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>Whether an acquirer answers as it should.</summary>
public enum OutageState { Healthy, Out, Probing }

/// <summary>Decayed counts of the most specific level that has enough of them.</summary>
public sealed record Estimate(double Successes, double Failures, string Level);

/// <summary>What is known of an acquirer for one payment's brand, issuer country and currency.</summary>
public sealed record AcquirerStanding(AcquirerName Acquirer, Estimate Approval, OutageState Outage);
