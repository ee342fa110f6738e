using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Railyard.Local.Runtime.Functions;

/// <summary>Finds the functions of an app: public methods marked [Function] of public classes.</summary>
internal static class Discovery
{
    const BindingFlags DeclaredMethods =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance |
        BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<Function> FunctionsOf(IEnumerable<Type> types)
    {
        Function[] found =
        [
            .. from type in types
               from method in type.GetMethods(DeclaredMethods)
               let mark = method.GetCustomAttribute<FunctionAttribute>()
               where mark is not null
               orderby mark.Name
               select Declared(mark.Name, method),
        ];
        RefuseRepeatedNames(found);
        return found;
    }

    static Function Declared(string name, MethodInfo method)
    {
        if (!method.IsPublic || !method.DeclaringType!.IsVisible)
            throw new StartRefused(
                $"Function {name}: {Where(method)} must be a public method of a public class.");
        if (method.ContainsGenericParameters)
            throw new StartRefused($"Function {name}: {Where(method)} must not be generic.");
        var triggers = method.GetParameters()
            .Where(parameter => parameter.GetCustomAttribute<TriggerBindingAttribute>() is not null)
            .ToArray();
        if (triggers is not [var trigger])
            throw new StartRefused(
                $"Function {name}: {Where(method)} must have exactly one trigger parameter.");
        return new Function(name, method, trigger);
    }

    // The host compares names without case, so two names that differ only in case are one function to it.
    static void RefuseRepeatedNames(IEnumerable<Function> functions)
    {
        var repeated = functions
            .GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(sameName => sameName.Count() > 1);
        if (repeated is not null)
            throw new StartRefused(
                $"Function {repeated.Key} is declared more than once: " +
                string.Join(", ", repeated.Select(function => Where(function.Method))) + ".");
    }

    static string Where(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
