using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace Railyard.Local.Runtime.Orchestrations;

/// <summary>
/// Writes durable payloads with the worker's own serializer, as the official extension does: by the type that a value
/// has, not by the one it is declared as.
/// </summary>
internal sealed class SerializerConverter(ObjectSerializer serializer) : DataConverter
{
    public override string? Serialize(object? value) =>
        value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

    public override object? Deserialize(string? data, Type targetType)
    {
        if (data is null) return null;
        using var stream = BinaryData.FromString(data).ToStream();
        return serializer.Deserialize(stream, targetType, CancellationToken.None);
    }
}
