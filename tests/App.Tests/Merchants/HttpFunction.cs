using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.App.Tests.Merchants;

/// <summary>A function that HTTP calls, as its attributes say.</summary>
sealed partial record HttpFunction(string Name, string Method, string Route)
{
    public static IReadOnlyList<HttpFunction> All { get; } =
    [
        .. from type in typeof(Containers).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           from parameter in method.GetParameters()
           let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
           where trigger is not null
           from verb in trigger.Methods ?? []
           select new HttpFunction(function.Name, verb.ToUpperInvariant(), trigger.Route ?? function.Name),
    ];

    public bool IsMerchants => Route.StartsWith("v1/", StringComparison.Ordinal);

    public bool IsPublic => !IsMerchants && !Route.StartsWith("ops/", StringComparison.Ordinal);

    /// <summary>The path with these values in place of its parameters.</summary>
    public string Path(Func<string, string> value) =>
        "/" + Parameter().Replace(Route, match => value(match.Groups["name"].Value));

    public bool HasParameters => Parameter().IsMatch(Route);

    public override string ToString() => $"{Method} {Route}";

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();
}
