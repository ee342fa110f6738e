using System.Collections.Concurrent;
using System.Diagnostics;
using Railyard.Core.Acquiring.Iso8583;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Iso8583;

/// <summary>
/// Takes one request through the book: a repeat, known by trace number and reference, gets the kept answer, and the
/// scripted fault strikes where it should.
/// </summary>
sealed class IsoDesk(AcquirerProfile profile, Book book, RunTimeScript script, TimeProvider time)
{
    const string SignOn = "001";
    const string SignOff = "002";
    const string Echo = "301";
    const string InvalidMerchant = "03";
    const string InProgress = "09";
    const string FormatError = "30";
    const string NotSupported = "40";
    const string TooLate = "68";
    const string Inoperative = "91";
    const int Booked = 200;
    const int NotBooked = 422;
    const int AccountLength = 15;
    static readonly TimeSpan Slowness = TimeSpan.FromSeconds(5);

    readonly IsoBank bank = new(profile, script, time);
    readonly IsoDialect dialect = IsoDialect.Find(profile.Dialect)
        ?? throw new InvalidDataException($"{profile.Name} cannot speak the dialect {profile.Dialect}.");
    readonly ConcurrentDictionary<RepeatKey, bool> underway = new();

    /// <summary>Null for what is no request.</summary>
    public IsoMessage? Read(byte[] bytes) =>
        IsoCodec.Unpack(bytes, dialect) is Unpacked.Read { Message: { Type.IsResponse: false } request } ? request : null;

    public byte[] Write(IsoMessage message) => IsoCodec.Pack(message, dialect);

    /// <summary>Answers sign-on, sign-off and echo; whether the caller is signed on then.</summary>
    public (IsoMessage Answer, bool IsSignedOn) Manage(IsoMessage request, bool isSignedOn)
    {
        var isOurs = request[42] == profile.MerchantAccount.PadRight(AccountLength);
        var (code, isOn) = request[70] switch
        {
            SignOn when isOurs => (Iso8583Codes.Approval, true),
            SignOn => (InvalidMerchant, false),
            SignOff => (Iso8583Codes.Approval, false),
            Echo => (Iso8583Codes.Approval, isSignedOn),
            _ => (NotSupported, isSignedOn),
        };
        return (IsoBank.Answer(request, code).With(70, request[70]), isOn);
    }

    /// <summary>Does what is asked for, and then what the script has it do about it.</summary>
    public async Task<Reaction> ReactAsync(IsoMessage request, CancellationToken closing)
    {
        if (bank.Find(request) is not { } work)
            return new Reaction.Answers(IsoBank.Answer(request, FormatError));
        // The caller may have hung up long ago: what was asked for is done all the same, as at a real acquirer.
        var key = new RepeatKey(profile.MerchantAccount, $"{request.Type.First}", $"{request[11]}:{request[37]}");
        if (!underway.TryAdd(key, true)) return new Reaction.Answers(IsoBank.Answer(request, InProgress));
        try
        {
            var (answer, fault) = await BookAsync(key, work, closing);
            return React(request, answer, fault);
        }
        finally
        {
            underway.TryRemove(key, out _);
        }
    }

    async Task<(Answer? Answer, Fault Fault)> BookAsync(RepeatKey key, IsoWork work, CancellationToken closing)
    {
        var earlier = book.Find(key);
        if (earlier is Earlier.Answered kept)
            return (kept.Answer, work.Fault == Fault.SilentForGood ? work.Fault : Fault.None);
        var fault = earlier is Earlier.Lost ? Fault.None : work.Fault;
        if (fault.StrikesBeforeBooking())
        {
            await book.NoteLostAsync(key);
            return (null, fault);
        }
        if (fault == Fault.Slow) await Task.Delay(Slowness, time, closing);
        return (await book.AnswerOnceAsync(new Keeping(key), entries => ToAnswer(work.Do(entries)), isTold: true), fault);
    }

    // No answer has the card in it, so it can be kept.
    static Answer ToAnswer(IsoDone done) =>
        new(done.IsBooked ? Booked : NotBooked, Convert.ToHexString(IsoCodec.Pack(done.Answer, IsoDialect.Ascii)));

    static Reaction React(IsoMessage request, Answer? answer, Fault fault)
    {
        // What the book refused was not booked, and is told plainly.
        if (answer is { IsBooked: false }) fault = Fault.None;
        return fault switch
        {
            Fault.None or Fault.Slow => new Reaction.Answers(Kept(answer!)),
            Fault.ErrorAfterBooking => new Reaction.Answers(IsoBank.Answer(request, TooLate)),
            Fault.ErrorBeforeBooking => new Reaction.Answers(IsoBank.Answer(request, Inoperative)),
            Fault.MaintenancePage => new Reaction.TalksNonsense(),
            Fault.SilentAfterBooking or Fault.SilentForGood => new Reaction.StaysSilent(),
            Fault.HangUpAfterBooking or Fault.HangUpBeforeBooking => new Reaction.HangsUp(),
        };
    }

    static IsoMessage Kept(Answer answer) =>
        IsoCodec.Unpack(Convert.FromHexString(answer.Body), IsoDialect.Ascii) is Unpacked.Read read
            ? read.Message
            : throw new UnreachableException();
}
