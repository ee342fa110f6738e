#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>What went wrong with an operation.</summary>
public enum ServiceBusFailureReason
{
    GeneralError,
    MessagingEntityNotFound,
    MessageLockLost,
    MessageNotFound,
    MessageSizeExceeded,
    MessagingEntityDisabled,
    QuotaExceeded,
    ServiceBusy,
    ServiceTimeout,
    ServiceCommunicationProblem,
    SessionCannotBeLocked,
    SessionLockLost,
    MessagingEntityAlreadyExists,
}

/// <summary>An operation failed, for a reason that can be asked for.</summary>
public class ServiceBusException : Exception
{
    /// <summary>An exception without particulars.</summary>
    public ServiceBusException()
    {
    }

    /// <summary>An exception that says itself whether a retry can help.</summary>
    public ServiceBusException(
        bool isTransient, string message, string entityName = null,
        ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError, Exception innerException = null)
        : base(message, innerException)
    {
        IsTransient = isTransient;
        EntityPath = entityName;
        Reason = reason;
    }

    /// <summary>An exception whose reason says whether a retry can help.</summary>
    public ServiceBusException(
        string message, ServiceBusFailureReason reason, string entityPath = null, Exception innerException = null)
        : this(IsPassing(reason), message, entityPath, reason, innerException)
    {
    }

    /// <summary>The entity that the operation was about.</summary>
    public string EntityPath { get; }

    /// <summary>Whether a retry can help.</summary>
    public bool IsTransient { get; }

    /// <summary>What happened, with the reason.</summary>
    public override string Message =>
        string.IsNullOrEmpty(EntityPath) ? $"{base.Message} ({Reason})" : $"{base.Message} ({Reason}, {EntityPath})";

    /// <summary>Why.</summary>
    public ServiceBusFailureReason Reason { get; }

    static bool IsPassing(ServiceBusFailureReason reason) => reason is ServiceBusFailureReason.ServiceTimeout
        or ServiceBusFailureReason.ServiceBusy or ServiceBusFailureReason.ServiceCommunicationProblem;
}
