using System.Buffers;
using System.Text;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Cosmos.Batches;

/// <summary>What became of one operation, as a row of the SDK's schema BatchResult.</summary>
static class BatchResult
{
    const int Schema = 2_145_473_649;
    const byte StatusAndSubStatus = 0b0011;
    const byte Etag = 0b0100;
    const byte ResourceBody = 0b1000;
    const byte RequestChargeToken = 6;

    public static byte[] Write(Answer answer)
    {
        var row = new ArrayBufferWriter<byte>(answer.Body.Length + 128);
        var writer = new RowWriter(row);
        var hasBody = HasBody(answer);
        writer.WriteHeader(Schema);
        writer.WriteByte((byte)(
            StatusAndSubStatus | (answer.Etag is null ? 0 : Etag) | (hasBody ? ResourceBody : 0)));
        writer.WriteInt32(answer.Status);
        writer.WriteInt32(answer.SubStatus);
        if (answer.Etag is { } etag) writer.WriteBytes(Encoding.UTF8.GetBytes(etag));
        if (hasBody) writer.WriteBytes(answer.Body.Span);
        writer.WriteByte(RowType.Float64);
        writer.WriteByte(RequestChargeToken);
        writer.WriteFloat64(answer.Charge);
        return row.WrittenSpan.ToArray();
    }

    // The SDK reads a body as the item, except that it shows the body of a refusal as the message. So a
    // status that explains itself (404, 409, 412, 424) comes without one.
    static bool HasBody(Answer answer) => answer.Body.Length > 0 && answer.Status is < 300 or 400 or 413;
}
