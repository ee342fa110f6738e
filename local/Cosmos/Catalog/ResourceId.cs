using System.Buffers.Binary;

namespace Railyard.Local.Cosmos.Catalog;

/// <summary>The <c>_rid</c> of databases, containers and items, laid out as the SDK takes it apart.</summary>
static class ResourceId
{
    const int DatabaseBytes = 4;
    const int ContainerBytes = 8;
    const int ItemBytes = 16;

    public static string OfDatabase(long number)
    {
        Span<byte> bytes = stackalloc byte[DatabaseBytes];
        WriteDatabase(bytes, number);
        return Text(bytes);
    }

    public static string OfContainer(long database, long container)
    {
        Span<byte> bytes = stackalloc byte[ContainerBytes];
        WriteContainer(bytes, database, container);
        return Text(bytes);
    }

    public static string OfItem(long database, long container, long created)
    {
        Span<byte> bytes = stackalloc byte[ItemBytes];
        WriteContainer(bytes, database, container);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[ContainerBytes..], created);
        return Text(bytes);
    }

    static void WriteDatabase(Span<byte> bytes, long number) =>
        BinaryPrimitives.WriteUInt32BigEndian(bytes, checked((uint)number));

    static void WriteContainer(Span<byte> bytes, long database, long container)
    {
        WriteDatabase(bytes, database);
        // The top bit of the second half is what tells a container from a user.
        BinaryPrimitives.WriteUInt32BigEndian(
            bytes[DatabaseBytes..], checked((uint)container) | 0x8000_0000u);
    }

    // A slash would split the path a resource id appears in.
    static string Text(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).Replace('/', '-');
}
