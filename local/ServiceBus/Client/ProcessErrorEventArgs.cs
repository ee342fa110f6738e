#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>What a processor was doing when something failed.</summary>
public enum ServiceBusErrorSource
{
    Complete,
    Abandon,
    ProcessMessageCallback,
    Receive,
    RenewLock,
    AcceptSession,
    CloseSession,
}

/// <summary>Tells of a failure inside a processor.</summary>
public sealed class ProcessErrorEventArgs : EventArgs
{
    /// <summary>A failure.</summary>
    public ProcessErrorEventArgs(
        Exception exception, ServiceBusErrorSource errorSource, string fullyQualifiedNamespace, string entityPath,
        CancellationToken cancellationToken)
        : this(exception, errorSource, fullyQualifiedNamespace, entityPath, null, cancellationToken)
    {
    }

    /// <summary>A failure of a processor with a name.</summary>
    public ProcessErrorEventArgs(
        Exception exception, ServiceBusErrorSource errorSource, string fullyQualifiedNamespace, string entityPath,
        string identifier, CancellationToken cancellationToken)
    {
        Exception = exception;
        ErrorSource = errorSource;
        FullyQualifiedNamespace = fullyQualifiedNamespace;
        EntityPath = entityPath;
        Identifier = identifier;
        CancellationToken = cancellationToken;
    }

    /// <summary>Cancelled when the processor is stopped.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The entity.</summary>
    public string EntityPath { get; }

    /// <summary>What the processor was doing.</summary>
    public ServiceBusErrorSource ErrorSource { get; }

    /// <summary>What happened.</summary>
    public Exception Exception { get; }

    /// <summary>The host of the namespace.</summary>
    public string FullyQualifiedNamespace { get; }

    /// <summary>The processor.</summary>
    public string Identifier { get; }
}
