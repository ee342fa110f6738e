using System.Reflection;

namespace Railyard.Local.Runtime.Functions;

/// <summary>
/// All functions of one kind of trigger: how they are checked, bound, announced, started and stopped.
/// </summary>
internal interface ITriggers : IAsyncDisposable
{
    /// <summary>The attribute that marks the trigger parameter.</summary>
    Type Attribute { get; }

    /// <summary>Checks the declaration and takes the function in.</summary>
    void Add(Function function);

    /// <summary>
    /// How a parameter of the function gets its value, or null where this trigger has none for it.
    /// </summary>
    Binding? Bind(Function function, ParameterInfo parameter);

    /// <summary>What the list of functions says beside the name.</summary>
    string Describe(Function function);

    /// <summary>Begins to listen.</summary>
    Task StartAsync(CancellationToken cancellation);
}
