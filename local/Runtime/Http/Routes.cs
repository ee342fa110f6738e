using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Railyard.Local.Runtime.Functions;

namespace Railyard.Local.Runtime.Http;

/// <summary>One function's address.</summary>
internal sealed record Route(
    Function Function, string Template, IReadOnlyList<string> Methods, RoutePattern Pattern)
{
    public bool HasParameter(string name) =>
        Pattern.Parameters.Any(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The addresses of all HTTP functions; two functions cannot have the same one.</summary>
internal sealed partial class Routes(string prefix)
{
    static readonly string[] AllMethods =
        ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"];
    // The host answers these itself.
    static readonly string[] ReservedRoots = ["admin", "runtime"];

    readonly Dictionary<Function, Route> routes = [];

    public IEnumerable<Route> All => routes.Values;

    public Route Of(Function function) => routes[function];

    public void Add(Function function)
    {
        var route = RouteOf(function);
        CheckConstraints(route);
        var taken = routes.Values.FirstOrDefault(other => Overlap(other, route));
        if (taken is not null)
            throw new StartRefused(
                $"Functions {taken.Function.Name} and {function.Name} both answer " +
                $"{taken.Methods.Intersect(route.Methods).First()} /{route.Template}.");
        routes.Add(function, route);
    }

    Route RouteOf(Function function)
    {
        var trigger = (HttpTriggerAttribute)function.Trigger;
        var own = (trigger.Route ?? function.Name).Trim('/');
        if (ReservedRoots.Contains(own.Split('/')[0], StringComparer.OrdinalIgnoreCase))
            throw new StartRefused(
                $"Function {function.Name}: the route {own} begins with a word that the host keeps.");
        var template = $"{prefix.Trim('/')}/{own}".Trim('/');
        var methods = trigger.Methods is { Length: > 0 } given ? given : AllMethods;
        string[] verbs = [.. methods.Select(method => method.ToUpperInvariant())];
        return new Route(function, template, verbs, Parse(function, template));
    }

    static RoutePattern Parse(Function function, string template)
    {
        try
        {
            return RoutePatternFactory.Parse(template);
        }
        catch (RoutePatternException fault)
        {
            throw new StartRefused(
                $"Function {function.Name}: the route {template} is not valid: {fault.Message}", fault);
        }
    }

    // Left to itself, routing would find an unknown constraint only at the first request.
    static void CheckConstraints(Route route)
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var resolver = new DefaultInlineConstraintResolver(Options.Create(new RouteOptions()), services);
        foreach (var constraint in route.Pattern.ParameterPolicies.Values.SelectMany(policies => policies))
            if (constraint.Content is { } text && !IsKnown(resolver, text))
                throw new StartRefused(
                    $"Function {route.Function.Name}: the route {route.Template} has the unknown constraint " +
                    $"{text}.");
    }

    static bool IsKnown(DefaultInlineConstraintResolver resolver, string text)
    {
        try
        {
            return resolver.ResolveConstraint(text) is not null;
        }
        catch (RouteCreationException)
        {
            return false;
        }
    }

    static bool Overlap(Route one, Route other) =>
        Shape(one).Equals(Shape(other), StringComparison.OrdinalIgnoreCase)
            && one.Methods.Intersect(other.Methods).Any();

    // What a parameter is called makes no difference to which requests a route takes; its constraints do.
    static string Shape(Route route) => ParameterName().Replace(route.Template, "{${stars}_");

    [GeneratedRegex(@"\{(?<stars>\*{0,2})\w+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ParameterName();
}
