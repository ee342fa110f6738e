using System.Text;
using System.Text.Json.Nodes;
using Railyard.Local.Cosmos.Catalog;

namespace Railyard.Local.Cosmos.Wire;

/// <summary>One response: a status, a body and the headers the SDK reads.</summary>
sealed record Answer(int Status)
{
    public ReadOnlyMemory<byte> Body { get; init; }
    public string ContentType { get; init; } = "application/json";
    public int SubStatus { get; init; }
    public string? Etag { get; init; }
    public string? Continuation { get; init; }
    public int? ItemCount { get; init; }
    public int? RetryAfterMilliseconds { get; init; }
    public double Charge { get; init; } = RequestCharge.Least;
    public Container? Container { get; init; }

    // A batch says 207 whether it took effect or was undone.
    public bool IsUndone { get; init; }

    /// <summary>Whether a write that is answered so has been committed.</summary>
    public bool HasTakenEffect => Status is >= 200 and < 300 && !IsUndone;

    public static Answer Json(int status, JsonNode body) =>
        new(status) { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };

    public static Answer BadRequest(string message, int subStatus = 0) =>
        Refused(400, "BadRequest", message, subStatus);

    public static Answer Unauthorized(string message) => Refused(401, "Unauthorized", message);

    public static Answer Conflict { get; } =
        Refused(409, "Conflict", "Entity with the specified id already exists in the system.");

    public static Answer UniqueKeyConflict { get; } =
        Refused(409, "Conflict", "Unique index constraint violation.");

    public static Answer PreconditionFailed { get; } = Refused(
        412,
        "PreconditionFailed",
        "Operation cannot be performed because one of the specified precondition is not met.");

    public static Answer TooLarge { get; } =
        Refused(413, "RequestEntityTooLarge", "Request size is too large: an item may have 2 MB.");

    public static Answer ItemNotFound { get; } =
        Refused(404, "NotFound", "Entity with the specified id does not exist in the system.");

    // The SDK then asks again, since another replica may be further on.
    public static Answer SessionNotAvailable { get; } = Refused(
        404, "NotFound", "The read session is not available for the input session token.", subStatus: 1002);

    public static Answer ResourceNotFound { get; } = Refused(404, "NotFound", "Resource Not Found.");

    // Tells the SDK that the container has gone, not the item, so that it forgets what it has cached.
    public static Answer OwnerNotFound { get; } =
        Refused(404, "NotFound", "Owner resource does not exist.", subStatus: 1003);

    public static Answer Refused(int status, string code, string message, int subStatus = 0) =>
        Json(status, new JsonObject { ["code"] = code, ["message"] = message }) with
        {
            SubStatus = subStatus,
        };
}
