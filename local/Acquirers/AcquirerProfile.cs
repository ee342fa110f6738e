using System.Text.Json;
using System.Text.Json.Serialization;

namespace Railyard.Local.Acquirers;

/// <summary>What one acquirer is called, where it listens, and what it charges.</summary>
/// <param name="IsoPort">Where it listens for ISO 8583, beside the port of its pages; for that protocol only.</param>
/// <param name="Dialect">How it writes ISO 8583.</param>
sealed record AcquirerProfile(
    string Name, int Port, string MerchantAccount, string ApiKey, Fee Fee, Protocol Protocol = Protocol.Adyen,
    int IsoPort = 0, string Dialect = "binary")
{
    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static IReadOnlyList<AcquirerProfile> Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<ProfileFile>(File.ReadAllBytes(path), Strict);
            return file!.Acquirers;
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path} is not a list of acquirers: {fault.Message}", fault);
        }
    }

    sealed record ProfileFile(IReadOnlyList<AcquirerProfile> Acquirers);
}

/// <summary>What an acquirer speaks.</summary>
enum Protocol
{
    Adyen,
    Stripe,
    Iso8583,
}

/// <summary>What a settled amount costs: a share of it, rounded half up, and a fixed part.</summary>
sealed record Fee(int BasisPoints, long FixedMinorUnits)
{
    const long Whole = 10_000;

    public long Of(long amount) => (amount * BasisPoints + Whole / 2) / Whole + FixedMinorUnits;
}
