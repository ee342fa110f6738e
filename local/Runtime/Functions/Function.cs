using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Railyard.Local.Runtime.Functions;

/// <summary>Makes the value of one parameter for one invocation.</summary>
internal delegate ValueTask<object?> Binding(Invocation invocation);

/// <summary>A method that is a function, and how its parameters get their values.</summary>
internal sealed class Function(string name, MethodInfo method, ParameterInfo triggerParameter)
{
    // Which constructor takes what is found out once.
    readonly Lazy<ObjectFactory> factory = new(() => ActivatorUtilities.CreateFactory(method.DeclaringType!, []));

    public string Name => name;

    public MethodInfo Method => method;

    public ParameterInfo TriggerParameter => triggerParameter;

    public TriggerBindingAttribute Trigger { get; } =
        triggerParameter.GetCustomAttribute<TriggerBindingAttribute>()!;

    public FunctionDefinition Definition { get; } = new DeclaredFunction(name, method);

    public MethodCall Call { get; } = MethodCall.Of(method);

    /// <summary>Makes the object that the method is called on.</summary>
    public object Make(IServiceProvider services) => factory.Value(services, []);

    public IReadOnlyList<Binding> Bindings { get; private set; } = [];

    /// <summary>
    /// Decides at start how every parameter is bound, so that no invocation can find one it cannot bind.
    /// </summary>
    public void Bind(Func<ParameterInfo, Binding?> bind) =>
        Bindings = [.. method.GetParameters().Select(parameter =>
            bind(parameter) ?? throw new StartRefused(
                $"Function {name}: nothing can be bound to the parameter {parameter.Name} of type " +
                $"{parameter.ParameterType.Name}."))];

    sealed class DeclaredFunction(string name, MethodInfo method) : FunctionDefinition
    {
        public override ImmutableArray<FunctionParameter> Parameters { get; } =
            [.. method.GetParameters().Select(
                parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType))];

        public override string PathToAssembly => method.DeclaringType!.Assembly.Location;

        public override string EntryPoint => $"{method.DeclaringType!.FullName}.{method.Name}";

        public override string Id => $"Host.Functions.{name}";

        public override string Name => name;

        public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
            method.GetParameters()
                .Where(parameter => parameter.GetCustomAttribute<BindingAttribute>() is not null)
                .ToImmutableDictionary(
                    parameter => parameter.Name!,
                    BindingMetadata (parameter) => DeclaredBinding.Of(parameter));

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    sealed class DeclaredBinding(string name, string type) : BindingMetadata
    {
        const string AttributeSuffix = "Attribute";

        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => BindingDirection.In;

        public static DeclaredBinding Of(ParameterInfo parameter)
        {
            var attribute = parameter.GetCustomAttribute<BindingAttribute>()!.GetType().Name;
            var type = attribute[..^AttributeSuffix.Length];
            return new DeclaredBinding(parameter.Name!, char.ToLowerInvariant(type[0]) + type[1..]);
        }
    }
}
