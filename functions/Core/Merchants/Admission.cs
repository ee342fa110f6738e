namespace Railyard.Core.Merchants;

/// <summary>Why a key that exists does not open what it was used for, in order of precedence.</summary>
public enum Denial { KeyRevoked, KeyExpired, MerchantSuspended, ScopeMissing }

/// <summary>The rule of who may call what.</summary>
public static class Admission
{
    /// <summary>What stands against a key of that merchant (or of an operator) at that moment; null for nothing.</summary>
    public static Denial? Check(ApiKey key, Merchant? merchant, Scope needed, DateTimeOffset now)
    {
        if (key.StatusAt(now) == KeyStatus.Revoked) return Denial.KeyRevoked;
        if (key.StatusAt(now) == KeyStatus.Expired) return Denial.KeyExpired;
        if (merchant?.Status == MerchantStatus.Suspended) return Denial.MerchantSuspended;
        if (!key.Scopes.Contains(needed)) return Denial.ScopeMissing;
        return null;
    }
}
