using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Operations;
using Railyard.App.Payments;
using Railyard.App.Settlement;
using Railyard.Core.Payments;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Tests.Operations;

/// <summary>A body that is framed wrongly or announced as too large is refused in the words of the document.</summary>
public sealed class UnreadableBodyTests(RunningRailyard railyard) : IDisposable
{
    const string Form = "application/x-www-form-urlencoded";
    const long MoreThanAForm = 200_000_000;
    static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(60);

    readonly HttpClient spoiling = new(new SocketsHttpHandler { ConnectCallback = SpoilingStream.ConnectAsync }) { Timeout = AnswersWithin };

    // Nothing of the body is sent before the app has asked for it.
    readonly HttpClient waiting = new(new SocketsHttpHandler { Expect100ContinueTimeout = AnswersWithin }) { Timeout = AnswersWithin };

    public void Dispose()
    {
        spoiling.Dispose();
        waiting.Dispose();
    }

    public static TheoryData<string> WithBodies() => [.. Contract.Document.Operations.Where(one => one.Bodies.Count > 0).Select(one => one.Id)];

    [Theory]
    [MemberData(nameof(WithBodies))]
    public async Task A_body_that_is_framed_wrongly(string id)
    {
        var operation = Contract.Document.Operations.Single(one => one.Id == id);
        var content = new StringContent("{}", Encoding.UTF8, operation.Bodies[0].ContentType);
        var path = operation.Tag == "Acquirers and cardholders" ? PathOf(operation) : operation.ExamplePath;

        var reply = await ClientOf(operation, spoiling).SendRawAsync(
            new HttpMethod(operation.Method), path, content,
            ("Transfer-Encoding", "chunked"), ("Idempotency-Key", "framed"), ("If-Match", "*"));

        AssertRefused(reply, HttpStatusCode.BadRequest, "malformed_request");
    }

    [Fact]
    public async Task A_settlement_file_that_is_announced_as_larger_than_2_GB()
    {
        var reply = await new Client(railyard.App.Address, "ok_sandbox_local", waiting).SendRawAsync(
            HttpMethod.Put, "/ops/v1/settlement-files/northbank/large.csv",
            new Announced(SettlementFileArrived.MostBytes + 1), ("Expect", "100-continue"));

        AssertRefused(reply, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task A_bank_statement_that_is_announced_as_larger_than_64_MB()
    {
        var reply = await new Client(railyard.App.Address, "ok_sandbox_local", waiting).SendRawAsync(
            HttpMethod.Put, "/ops/v1/bank-statements/main/large.xml",
            new Announced(StatementReader.MostBytes + 1L), ("Expect", "100-continue"));

        AssertRefused(reply, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task A_form_that_is_announced_as_larger_than_any()
    {
        var content = new Announced(MoreThanAForm);
        content.Headers.ContentType = new(Form);

        var reply = await new Client(railyard.App.Address, null, waiting).SendRawAsync(
            HttpMethod.Post, ReturnPath(), content, ("Expect", "100-continue"));

        AssertRefused(reply, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    Client ClientOf(ApiOperation operation, HttpClient http) => new(
        railyard.App.Address, operation.Path.StartsWith("/ops/", StringComparison.Ordinal) ? "ok_sandbox_local" : "sk_sandbox_local", http);

    string PathOf(ApiOperation operation) =>
        operation.Id == "ReturnCardholderByForm" ? ReturnPath() : operation.ExamplePath;

    string ReturnPath() => railyard.App.Services.GetRequiredService<ReturnLinks>()
        .For(new PaymentId("pay_0193526c2f2b7c6f8d2f0a1b2c3d4e5f")).AbsolutePath;

    static void AssertRefused(Reply reply, HttpStatusCode status, string code) =>
        Assert.True(reply.Status == status && reply["code"] == code, $"{reply.Status} {reply.Text}");

    /// <summary>Sends no chunk as a chunk must begin: with its length.</summary>
    sealed class SpoilingStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

        public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new SpoilingStream(socket);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var bytes = buffer.ToArray();
            var headEnd = bytes.AsSpan().IndexOf(HeadEnd);
            var begin = headEnd < 0 ? 0 : headEnd + HeadEnd.Length;
            if (begin < bytes.Length) bytes[begin] = (byte)'z';
            return base.WriteAsync(bytes, cancellationToken);
        }
    }

    /// <summary>A body of which only the length is told.</summary>
    sealed class Announced(long bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            throw new InvalidOperationException("The body was asked for.");

        protected override bool TryComputeLength(out long length)
        {
            length = bytes;
            return true;
        }
    }
}
