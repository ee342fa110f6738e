using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions
{
    /// <summary>A method's value comes from or goes to outside the process.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public abstract class BindingAttribute : Attribute
    {
        public BindingAttribute() { }
    }

    /// <summary>The parameter that starts an invocation.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public abstract class TriggerBindingAttribute : BindingAttribute
    {
        public TriggerBindingAttribute() { }
    }

    /// <summary>A parameter that is fetched when an invocation starts.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public abstract class InputBindingAttribute : BindingAttribute
    {
        public InputBindingAttribute() { }
    }

    /// <summary>How many items one invocation takes.</summary>
    public enum Cardinality
    {
        Many,
        One,
    }

    /// <summary>A trigger that can hand over several items at once.</summary>
    public interface ISupportCardinality
    {
        Cardinality Cardinality { get; set; }
    }
}

namespace Microsoft.Azure.Functions.Worker.Converters
{
    /// <summary>Names the converter that makes a parameter's value.</summary>
    [AttributeUsage(
        AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum |
            AttributeTargets.Interface | AttributeTargets.Parameter,
        AllowMultiple = true)]
    public class InputConverterAttribute(Type converterType) : Attribute
    {
        public Type ConverterType { get; } = converterType;
    }
}

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>Makes a public method of a public class a function.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public class FunctionAttribute(string name) : Attribute
    {
        public string Name { get; } = name;
    }

    /// <summary>
    /// Who may call an HTTP function. Like the Core Tools, the local runtime enforces it only where a setting says so.
    /// </summary>
    public enum AuthorizationLevel
    {
        Anonymous,
        User,
        Function,
        System,
        Admin,
    }

    /// <summary>Runs the function for an HTTP request.</summary>
    public sealed class HttpTriggerAttribute : TriggerBindingAttribute
    {
        public HttpTriggerAttribute() { }

        public HttpTriggerAttribute(params string[] methods) => Methods = methods;

        public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

        public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
        {
            AuthLevel = authLevel;
            Methods = methods;
        }

        public string? Route { get; set; }

        public string[]? Methods { get; }

        public AuthorizationLevel AuthLevel { get; } = AuthorizationLevel.Function;
    }

    /// <summary>How new blobs are noticed. The local runtime scans the container for either.</summary>
    public enum BlobTriggerSource
    {
        LogsAndContainerScan,
        EventGrid,
    }

    /// <summary>Runs the function for a new or changed blob.</summary>
    public sealed class BlobTriggerAttribute(string blobPath) : TriggerBindingAttribute
    {
        public string BlobPath { get; } = blobPath;

        public string? Connection { get; set; }

        public BlobTriggerSource Source { get; set; }
    }

    /// <summary>Runs the function on a schedule.</summary>
    public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
    {
        public string Schedule { get; } = schedule;

        public bool UseMonitor { get; set; } = true;

        public bool RunOnStartup { get; set; }
    }

    /// <summary>Runs the function for a message of a queue or of a topic's subscription.</summary>
    public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute, ISupportCardinality
    {
        public ServiceBusTriggerAttribute(string queueName) => QueueName = queueName;

        public ServiceBusTriggerAttribute(string topicName, string subscriptionName)
        {
            TopicName = topicName;
            SubscriptionName = subscriptionName;
        }

        public string? Connection { get; set; }

        public string? QueueName { get; }

        public string? TopicName { get; }

        public string? SubscriptionName { get; }

        public bool IsSessionsEnabled { get; set; }

        public bool IsBatched { get; set; }

        public bool AutoCompleteMessages { get; set; } = true;

        Cardinality ISupportCardinality.Cardinality
        {
            get => IsBatched ? Cardinality.Many : Cardinality.One;
            set => IsBatched = value == Cardinality.Many;
        }
    }

    /// <summary>The function is an orchestrator.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
    {
        public OrchestrationTriggerAttribute() { }

        public string? Orchestration { get; set; }
    }

    /// <summary>The function is an activity.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
    {
        public ActivityTriggerAttribute() { }

        public string? Activity { get; set; }
    }

    /// <summary>The parameter is a client of the durable engine.</summary>
    public sealed class DurableClientAttribute : InputBindingAttribute
    {
        public DurableClientAttribute() { }

        public string? TaskHub { get; set; }

        public string? ConnectionName { get; set; }
    }
}

namespace Microsoft.Azure.Functions.Worker.Http
{
    /// <summary>The parameter is read from the request's JSON body.</summary>
    public class FromBodyAttribute : InputConverterAttribute
    {
        public FromBodyAttribute() : base(typeof(FromBody)) { }

        static class FromBody;
    }
}
