using System.Diagnostics;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers;

/// <summary>A decision of the script as the book enters it.</summary>
sealed record Verdict(Standing Standing, long Authorised, int? Refusal)
{
    public bool IsApproval => Standing is Standing.Authorised or Standing.AuthorisedInPart;

    public static Verdict Of(Decision decision, long asked) => decision switch
    {
        Decision.Approved => new Verdict(Standing.Authorised, asked, null),
        Decision.ApprovedInPart when asked > 1 => new Verdict(Standing.AuthorisedInPart, asked / 2, null),
        Decision.ApprovedInPart => new Verdict(Standing.Authorised, asked, null),
        Decision.Declined { Why: var why } => new Verdict(why.IsError ? Standing.Failed : Standing.Refused, 0, why.Code),
        Decision.AuthenticationWanted => new Verdict(Standing.AwaitingCardholder, 0, null),
        _ => throw new UnreachableException(),
    };
}
