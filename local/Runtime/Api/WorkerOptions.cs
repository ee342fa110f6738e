using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>How the worker turns objects into text and back.</summary>
public class WorkerOptions
{
    /// <summary>What durable inputs and outputs are written with; JSON with its usual options where null.</summary>
    public ObjectSerializer? Serializer { get; set; }
}
