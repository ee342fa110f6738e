using System.Collections.Frozen;

namespace Railyard.Core.Merchants;

/// <summary>What a key opens. None includes another.</summary>
public enum Scope { PaymentsWrite, PaymentsRead, Routing, Reports, Webhooks, OperationsRead, OperationsWrite }

/// <summary>The scopes by the words of the contract, and who may have which.</summary>
public static class Scopes
{
    /// <summary>Every scope by its word.</summary>
    public static readonly IReadOnlyDictionary<string, Scope> ByWord =
        Enum.GetValues<Scope>().ToFrozenDictionary(Word, StringComparer.Ordinal);

    /// <summary>What a merchant's key may have.</summary>
    public static readonly IReadOnlyList<Scope> OfMerchants = [.. Enum.GetValues<Scope>().Where(scope => !IsOperators(scope))];

    /// <summary>What an operator's key may have.</summary>
    public static readonly IReadOnlyList<Scope> OfOperators = [.. Enum.GetValues<Scope>().Where(IsOperators)];

    /// <summary>The word for it.</summary>
    public static string Word(Scope scope) => scope switch
    {
        Scope.PaymentsWrite => "payments:write",
        Scope.PaymentsRead => "payments:read",
        Scope.Routing => "routing",
        Scope.Reports => "reports",
        Scope.Webhooks => "webhooks",
        Scope.OperationsRead => "operations:read",
        Scope.OperationsWrite => "operations:write",
    };

    /// <summary>Whether it is for operators and never for a merchant.</summary>
    public static bool IsOperators(Scope scope) => scope is Scope.OperationsRead or Scope.OperationsWrite;
}
