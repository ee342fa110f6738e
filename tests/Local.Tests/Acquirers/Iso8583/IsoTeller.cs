using System.Net.Sockets;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.Local.Tests.Acquirers.Iso8583;

/// <summary>A caller of tidebank on a socket of its own.</summary>
sealed class IsoTeller : IDisposable
{
    public const string Visa = AcquirerBench.Visa;
    public const string Mastercard = "5555444433331111";

    readonly TcpClient client = new() { NoDelay = true };
    readonly IsoDialect dialect;
    NetworkStream? stream;

    IsoTeller(IsoDialect dialect) => this.dialect = dialect;

    public NetworkStream Stream => stream!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Connects and, unless it is not wanted, signs on.</summary>
    public static async Task<IsoTeller> CallAsync(AcquirerBench bench, bool signsOn = true)
    {
        var teller = new IsoTeller(IsoDialect.Find(bench.Dialect)!);
        var endpoint = bench.Endpoint(AcquirerBench.Tide);
        await teller.client.ConnectAsync(endpoint.Host, endpoint.Port, Cancellation);
        teller.stream = teller.client.GetStream();
        if (signsOn) Assert.Equal("00", (await teller.AskAsync(Management("001")))[39]);
        return teller;
    }

    public async Task<IsoMessage> AskAsync(IsoMessage request)
    {
        await SendAsync(request);
        return await HearAsync() ?? throw new EndOfStreamException("The host hung up.");
    }

    public async Task SendAsync(IsoMessage request) => await stream!.WriteAsync(Frame(request), Cancellation);

    public byte[] Frame(IsoMessage request) => IsoFrame.Around(IsoCodec.Pack(request, dialect));

    /// <summary>The next message, or null where the host hung up.</summary>
    public async Task<IsoMessage?> HearAsync()
    {
        var header = new byte[IsoFrame.HeaderLength];
        try
        {
            await stream!.ReadExactlyAsync(header, Cancellation);
            var message = new byte[(header[0] << 8) + header[1]];
            await stream.ReadExactlyAsync(message, Cancellation);
            return Assert.IsType<Unpacked.Read>(IsoCodec.Unpack(message, dialect)).Message;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => client.Dispose();

    public static IsoMessage Management(string what, string account = "RailyardTide   ") =>
        new IsoMessage(MessageType.NetworkManagementRequest)
            .With(7, "0302100000").With(11, "000001").With(42, account).With(70, what);

    /// <summary>An authorisation whose trace number and reference follow from a name.</summary>
    public static IsoMessage Authorisation(
        string name = "one", long amount = 1000, string card = Visa, string reference = "pay_1") =>
        Transaction(MessageType.AuthorisationRequest, "000000", name, amount, reference).With(2, card).With(14, "3003");

    public static IsoMessage Capture(string name, string payment, long amount = 1000) =>
        Following(MessageType.FinancialAdvice, "000000", name, payment, amount);

    public static IsoMessage Refund(string name, string payment, long amount = 1000) =>
        Following(MessageType.FinancialRequest, "200000", name, payment, amount);

    public static IsoMessage Void(string name, string payment) =>
        Following(MessageType.ReversalRequest, "000000", name, payment, 1000);

    /// <summary>A reversal of the authorisation of that name.</summary>
    public static IsoMessage Reversal(string name = "one", long amount = 1000) =>
        Transaction(MessageType.ReversalAdvice, "000000", name, amount, "pay_1")
            .With(2, Visa).With(11, Trace(name).Undone().Stan).With(90, Original(name));

    static IsoMessage Following(MessageType type, string processing, string name, string payment, long amount) =>
        Transaction(type, processing, name, amount, "pay_1")
            .With(48, IsoSubelements.Write((IsoSubelements.Trace, Trace(payment).Reference)))
            .With(90, Original(payment));

    static IsoMessage Transaction(MessageType type, string processing, string name, long amount, string reference) =>
        new IsoMessage(type)
            .With(3, processing).With(4, $"{amount:D12}").With(7, Trace(name).TransmissionTime).With(11, Trace(name).Stan)
            .With(37, Trace(name).Reference).With(42, "RailyardTide   ").With(49, "978").With(62, reference);

    static string Original(string name) => new IsoOriginal(
        MessageType.AuthorisationRequest, Trace(name).Stan, Trace(name).TransmissionTime, "1").Write();

    static IsoTrace Trace(string name) => IsoTrace.Of(name, new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));
}
