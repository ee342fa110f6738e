using System.Security.Cryptography;
using System.Text;
using Railyard.Core.Payments;

namespace Railyard.Core.Merchants;

/// <summary>Whose key it is: a merchant's or an operator's of ours.</summary>
public enum KeyHolder { Merchant, Operator }

/// <summary>An API key as kept: its hash, never itself. Keys are long and random, so a plain hash is enough.</summary>
public sealed record ApiKey(string Id, KeyHolder Holder, MerchantId? Merchant)
{
    /// <summary>The id under which the key of that text is kept: its SHA-256 in hexadecimal.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether that text is this key, compared in constant time.</summary>
    public bool Fits(string text) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Id), Encoding.ASCII.GetBytes(Hash(text)));
}
