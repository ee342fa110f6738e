namespace Railyard.Local.Runtime.Blobs;

/// <summary>A blob that a function has to see: what the host's queue and the poison queue carry.</summary>
internal sealed record BlobArrival(
    string FunctionId, string ContainerName, string BlobName, string ETag, string BlobType = "BlockBlob")
{
    public string Type { get; init; } = "BlobTrigger";
}
