using System.Security.Cryptography;
using System.Text;

namespace Railyard.App;

/// <summary>Compares what somebody sent with what it must be.</summary>
static class Proofs
{
    /// <summary>Whether they are equal, found out in a time that says nothing about where they differ.</summary>
    public static bool AreEqual(string sent, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(right));
}
