using System.Text;
using Railyard.Local.Cosmos.Items;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Cosmos.Batches;

/// <summary>One operation of a batch, read from a row of the SDK's schema BatchOperation.</summary>
sealed record BatchOperation(int Kind)
{
    const int Schema = 2_145_473_648;
    const int DocumentResource = 2;

    // The order of the schema: two fixed fields, five of variable length, the rest named by a token.
    static readonly string[] Variable =
        ["partitionKey", "effectivePartitionKey", "id", "binaryId", "resourceBody"];

    const int FixedFields = 2;
    const int IndexingDirectiveToken = 8;
    const int IfMatchToken = 9;
    const int IfNoneMatchToken = 10;
    const int MinimalReturnToken = 12;

    string? Id { get; set; }
    byte[] Body { get; set; } = [];
    string? IfMatch { get; set; }
    string? IfNoneMatch { get; set; }
    bool IsMinimal { get; set; }

    /// <exception cref="BatchRefused">The row is not one, or has a field that is not supported.</exception>
    public static BatchOperation Read(ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row);
        reader.ReadHeader(Schema);
        var present = reader.ReadByte();
        var operation = new BatchOperation(reader.ReadInt32());
        if (reader.ReadInt32() is not DocumentResource and var resource)
            throw new BatchRefused($"A batch on resources of type {resource} is not supported here.");
        for (var field = 0; field < Variable.Length; field++)
            if ((present & (1 << (FixedFields + field))) != 0)
                operation.ReadVariable(Variable[field], reader.ReadBytes());
        while (!reader.IsAtEnd) operation.ReadSparse(ref reader);
        return operation;
    }

    public ItemChange ToChange(ItemRequest batch)
    {
        var asked = batch with
        {
            Id = Id,
            Body = Body,
            IfMatch = IfMatch,
            IfNoneMatch = IfNoneMatch,
            IsMinimal = IsMinimal,
        };
        return Kind switch
        {
            0 => ItemChanges.Create(asked),
            1 => ItemChanges.Patch(Identified(asked)),
            2 => ItemChanges.Read(Identified(asked)),
            4 => ItemChanges.Delete(Identified(asked)),
            5 => ItemChanges.Replace(Identified(asked)),
            20 => ItemChanges.Upsert(asked),
            _ => throw new BatchRefused($"An operation of type {Kind} in a batch is not supported here."),
        };
    }

    static ItemRequest Identified(ItemRequest asked) =>
        asked.Id is null ? throw new BatchRefused("An operation of the batch names no item.") : asked;

    void ReadVariable(string name, ReadOnlySpan<byte> value)
    {
        if (name == "id") Id = Encoding.UTF8.GetString(value);
        else if (name == "resourceBody") Body = value.ToArray();
        else throw new BatchRefused($"'{name}' in an operation of a batch is not supported here.");
    }

    void ReadSparse(ref RowReader reader)
    {
        var type = reader.ReadByte();
        switch (reader.ReadCount(), type)
        {
            // Everything is indexed here, so a directive about the index changes nothing that can be seen.
            case (IndexingDirectiveToken, RowType.Text):
                reader.ReadBytes();
                break;
            case (IfMatchToken, RowType.Text):
                IfMatch = Encoding.UTF8.GetString(reader.ReadBytes());
                break;
            case (IfNoneMatchToken, RowType.Text):
                IfNoneMatch = Encoding.UTF8.GetString(reader.ReadBytes());
                break;
            case (MinimalReturnToken, RowType.True or RowType.False):
                IsMinimal = type == RowType.True;
                break;
            case var (token, _):
                throw new BatchRefused($"Field {token} in an operation of a batch is not supported here.");
        }
    }
}
