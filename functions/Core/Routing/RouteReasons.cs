namespace Railyard.Core.Routing;

/// <summary>The reasons that a rule gives, written once and not for every payment.</summary>
sealed record RouteReasons(string First, string Next, string Drawn, string Beside, string NotNamed)
{
    /// <summary>Those where no rule matches.</summary>
    public static RouteReasons Otherwise { get; } = For("for payments that no rule matches", "The program");

    /// <summary>What is said of an acquirer that was named and is not there.</summary>
    public const string NotConfigured = "is not configured";

    /// <summary>What is said of an acquirer that does not answer as it should.</summary>
    public const string Out = "does not answer as it should at present";

    /// <summary>What is said of an acquirer that has had fewer payments than it was promised by now.</summary>
    public const string Promised = "has had fewer payments than were promised to it by this time of the month";

    /// <summary>What is said where there is nobody else.</summary>
    public const string AllOut = "does not answer as it should at present, and nor does any other";

    /// <summary>Those of the rule of that name.</summary>
    public static RouteReasons Of(string rule) => For($"of the rule '{rule}'", $"The rule '{rule}'");

    static RouteReasons For(string where, string who) => new(
        $"first in the priority list {where}",
        $"next in the priority list {where}",
        $"drawn by its share in the volume split {where}",
        $"next in the volume split {where}",
        $"{who} does not name it");
}
