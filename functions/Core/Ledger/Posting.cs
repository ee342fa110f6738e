using System.Runtime.InteropServices;

namespace Railyard.Core.Ledger;

/// <summary>The two sides of an account.</summary>
public enum Side { Debit, Credit }

/// <summary>One side of an entry: an amount of more than nothing, on one side of one account.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Posting(Side Side, Account Account, Money Amount)
{
    /// <summary>On the debit side.</summary>
    public static Posting Debit(Account account, Money amount) => new(Side.Debit, account, amount);

    /// <summary>On the credit side.</summary>
    public static Posting Credit(Account account, Money amount) => new(Side.Credit, account, amount);

    /// <summary>The same on the other side.</summary>
    public Posting Reversed() => this with { Side = Side == Side.Debit ? Side.Credit : Side.Debit };

    /// <summary>What it adds to its account's balance: credits count up, debits count down.</summary>
    public Balance ToBalance() => Side == Side.Credit
        ? Balance.Zero(Amount.Currency).Credit(Amount)
        : Balance.Zero(Amount.Currency).Debit(Amount);

    /// <inheritdoc/>
    public override string ToString() => $"{(Side == Side.Debit ? "debit" : "credit")} {Account} {Amount}";
}
