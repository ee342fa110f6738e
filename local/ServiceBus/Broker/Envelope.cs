using System.Runtime.Serialization;

namespace Railyard.Local.ServiceBus;

/// <summary>Everything about a message that its sender decides, except its body.</summary>
internal sealed record Envelope
{
    public string? MessageId { get; init; }
    public string? SessionId { get; init; }
    public string? Subject { get; init; }
    public string? CorrelationId { get; init; }
    public string? ContentType { get; init; }
    public string? To { get; init; }
    public string? ReplyTo { get; init; }
    public string? ReplyToSessionId { get; init; }
    public string? PartitionKey { get; init; }
    public string? TransactionPartitionKey { get; init; }
    public TimeSpan TimeToLive { get; init; } = TimeSpan.MaxValue;
    public DateTimeOffset ScheduledEnqueueTime { get; init; }
    public IReadOnlyDictionary<string, object?> Properties { get; init; } = new Dictionary<string, object?>();

    public Envelope With(IEnumerable<KeyValuePair<string, object?>>? changes)
    {
        if (changes is null) return this;
        var merged = new Dictionary<string, object?>(Properties, StringComparer.Ordinal);
        foreach (var (name, value) in changes) merged[name] = value;
        return this with { Properties = merged };
    }

    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var text in Texts()) WriteText(writer, text);
        writer.Write(TimeToLive.Ticks);
        writer.Write(ScheduledEnqueueTime.UtcTicks);
        writer.Write7BitEncodedInt(Properties.Count);
        foreach (var (name, value) in Properties) WriteProperty(writer, name, value);
        writer.Flush();
        return bytes.ToArray();
    }

    public static Envelope Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return new Envelope
        {
            MessageId = ReadText(reader),
            SessionId = ReadText(reader),
            Subject = ReadText(reader),
            CorrelationId = ReadText(reader),
            ContentType = ReadText(reader),
            To = ReadText(reader),
            ReplyTo = ReadText(reader),
            ReplyToSessionId = ReadText(reader),
            PartitionKey = ReadText(reader),
            TransactionPartitionKey = ReadText(reader),
            TimeToLive = new TimeSpan(reader.ReadInt64()),
            ScheduledEnqueueTime = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
            Properties = ReadProperties(reader),
        };
    }

    IEnumerable<string?> Texts() =>
    [
        MessageId, SessionId, Subject, CorrelationId, ContentType, To, ReplyTo, ReplyToSessionId, PartitionKey,
        TransactionPartitionKey,
    ];

    static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null) writer.Write(text);
    }

    static string? ReadText(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    static void WriteProperty(BinaryWriter writer, string name, object? value)
    {
        writer.Write(name);
        PropertyValue.Write(writer, value);
    }

    static Dictionary<string, object?> ReadProperties(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        var properties = new Dictionary<string, object?>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++) properties[reader.ReadString()] = PropertyValue.Read(reader);
        return properties;
    }
}

/// <summary>The types that an application property may have, as AMQP knows them.</summary>
internal static class PropertyValue
{
    enum Kind : byte
    {
        Nothing, Text, Boolean, Byte, SByte, Int16, UInt16, Int32, UInt32, Int64, UInt64, Single, Double, Decimal,
        Character, Guid, Uri, DateTime, DateTimeOffset, TimeSpan, Bytes,
    }

    public static void Write(BinaryWriter writer, object? value)
    {
        switch (value)
        {
            case null: Tag(Kind.Nothing); break;
            case string text: Tag(Kind.Text); writer.Write(text); break;
            case bool flag: Tag(Kind.Boolean); writer.Write(flag); break;
            case byte number: Tag(Kind.Byte); writer.Write(number); break;
            case sbyte number: Tag(Kind.SByte); writer.Write(number); break;
            case short number: Tag(Kind.Int16); writer.Write(number); break;
            case ushort number: Tag(Kind.UInt16); writer.Write(number); break;
            case int number: Tag(Kind.Int32); writer.Write(number); break;
            case uint number: Tag(Kind.UInt32); writer.Write(number); break;
            case long number: Tag(Kind.Int64); writer.Write(number); break;
            case ulong number: Tag(Kind.UInt64); writer.Write(number); break;
            case float number: Tag(Kind.Single); writer.Write(number); break;
            case double number: Tag(Kind.Double); writer.Write(number); break;
            case decimal number: Tag(Kind.Decimal); writer.Write(number); break;
            case char character: Tag(Kind.Character); writer.Write((ushort)character); break;
            case Guid id: Tag(Kind.Guid); writer.Write(id.ToByteArray()); break;
            case Uri address: Tag(Kind.Uri); writer.Write(address.OriginalString); break;
            case DateTime time: Tag(Kind.DateTime); writer.Write(time.ToUniversalTime().Ticks); break;
            case DateTimeOffset time: Tag(Kind.DateTimeOffset); writer.Write(time.UtcTicks); break;
            case TimeSpan span: Tag(Kind.TimeSpan); writer.Write(span.Ticks); break;
            case byte[] bytes: Tag(Kind.Bytes); writer.Write7BitEncodedInt(bytes.Length); writer.Write(bytes); break;
            default:
                throw new SerializationException(
                    $"Serialization operation failed due to unsupported type {value.GetType().FullName}.");
        }

        void Tag(Kind kind) => writer.Write((byte)kind);
    }

    public static object? Read(BinaryReader reader) => (Kind)reader.ReadByte() switch
    {
        Kind.Nothing => null,
        Kind.Text => reader.ReadString(),
        Kind.Boolean => reader.ReadBoolean(),
        Kind.Byte => reader.ReadByte(),
        Kind.SByte => reader.ReadSByte(),
        Kind.Int16 => reader.ReadInt16(),
        Kind.UInt16 => reader.ReadUInt16(),
        Kind.Int32 => reader.ReadInt32(),
        Kind.UInt32 => reader.ReadUInt32(),
        Kind.Int64 => reader.ReadInt64(),
        Kind.UInt64 => reader.ReadUInt64(),
        Kind.Single => reader.ReadSingle(),
        Kind.Double => reader.ReadDouble(),
        Kind.Decimal => reader.ReadDecimal(),
        Kind.Character => (char)reader.ReadUInt16(),
        Kind.Guid => new Guid(reader.ReadBytes(16)),
        Kind.Uri => new Uri(reader.ReadString(), UriKind.RelativeOrAbsolute),
        Kind.DateTime => new DateTime(reader.ReadInt64(), DateTimeKind.Utc),
        Kind.DateTimeOffset => new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
        Kind.TimeSpan => new TimeSpan(reader.ReadInt64()),
        Kind.Bytes => reader.ReadBytes(reader.Read7BitEncodedInt()),
    };
}
