using Azure.Core.Serialization;

namespace Railyard.App;

/// <summary>
/// Writes what goes into orchestrations and comes out of activities. It is asked to write a value by the type that
/// the value has, so a case of a union is written as its union here.
/// </summary>
sealed class DurableSerializer() : JsonObjectSerializer(Json.Storage)
{
    /// <inheritdoc/>
    public override void Serialize(Stream stream, object? value, Type inputType, CancellationToken cancellationToken) =>
        base.Serialize(stream, value, Json.WrittenAs(inputType), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask SerializeAsync(Stream stream, object? value, Type inputType, CancellationToken cancellationToken) =>
        base.SerializeAsync(stream, value, Json.WrittenAs(inputType), cancellationToken);

    /// <inheritdoc/>
    public override BinaryData Serialize(
        object? value, Type? inputType = default, CancellationToken cancellationToken = default) =>
        base.Serialize(value, Written(value, inputType), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<BinaryData> SerializeAsync(
        object? value, Type? inputType = default, CancellationToken cancellationToken = default) =>
        base.SerializeAsync(value, Written(value, inputType), cancellationToken);

    static Type? Written(object? value, Type? inputType) =>
        (inputType ?? value?.GetType()) is { } type ? Json.WrittenAs(type) : null;
}
