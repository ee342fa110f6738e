using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.Local.Acquirers.Iso8583;

/// <summary>What a host does about a request, whatever it has booked.</summary>
abstract record Reaction
{
    public sealed record Answers(IsoMessage Message) : Reaction;
    public sealed record StaysSilent : Reaction;
    public sealed record HangsUp : Reaction;

    /// <summary>It sends a page in HTML, where messages are expected.</summary>
    public sealed record TalksNonsense : Reaction;

    Reaction() { }
}
