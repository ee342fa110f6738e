using System.Security.Cryptography;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bookkeeping;

/// <summary>The payments of one acquirer that wait, or have waited, for their cardholders.</summary>
sealed class Authentications(Session session, string acquirer)
{
    const int TokenBytes = 47;
    const string Columns = "psp, refusal_code, at_details, proof, token";
    static readonly int NotAuthenticated = Script.Because(11).Code;

    public void Ask(Authentication wanted) =>
        session.Execute(
            "INSERT INTO authentications (acquirer, psp, refusal_code, at_details) VALUES (?1, ?2, ?3, ?4)",
            acquirer, wanted.Psp, wanted.RefusalCode, wanted.AtDetails.ToString());

    public Authentication? Of(string psp) =>
        session.First(
            $"SELECT {Columns} FROM authentications WHERE acquirer = ?1 AND psp = ?2", ToAuthentication, acquirer, psp);

    public Authentication? By(string token) =>
        session.First(
            $"SELECT {Columns} FROM authentications WHERE acquirer = ?1 AND token = ?2",
            ToAuthentication, acquirer, token);

    /// <summary>Enters what the cardholder did, unless they have answered before.</summary>
    public Authentication Answer(string psp, Proof proof, DateTimeOffset now)
    {
        session.Execute(
            "UPDATE authentications SET proof = ?3, token = ?4, answered_at = ?5 " +
            "WHERE acquirer = ?1 AND psp = ?2 AND proof IS NULL",
            acquirer, psp, proof.ToString(), NewToken(), now.UtcTicks);
        return Of(psp) ?? throw new InvalidOperationException($"{psp} does not wait for its cardholder.");
    }

    /// <summary>Decides the payment by what its cardholder did; once decided it stays so.</summary>
    public Payment Conclude(Entries entries, Authentication answered)
    {
        session.Execute(
            "UPDATE authentications SET is_decided = 1 WHERE acquirer = ?1 AND psp = ?2", acquirer, answered.Psp);
        var payment = entries.Find(answered.Psp)!;
        if (payment.Standing != Standing.AwaitingCardholder) return payment;
        return entries.Decide(Decided(payment, answered));
    }

    /// <summary>Those whose cardholder answered before then, and of whom nobody has asked since.</summary>
    public List<Authentication> Undecided(DateTimeOffset answeredBefore, int most) =>
        session.Query(
            $"SELECT {Columns} FROM authentications WHERE acquirer = ?1 AND is_decided = 0 AND answered_at <= ?2 " +
            "ORDER BY answered_at LIMIT ?3",
            ToAuthentication, acquirer, answeredBefore.UtcTicks, most);

    public long? FirstUndecided() =>
        (long?)session.Scalar(
            "SELECT min(answered_at) FROM authentications " +
            "WHERE acquirer = ?1 AND answered_at IS NOT NULL AND is_decided = 0",
            acquirer);

    static Payment Decided(Payment payment, Authentication answered) =>
        (answered.Proof == Proof.Failed ? NotAuthenticated : answered.RefusalCode) is { } refusal
            ? payment with { Standing = Standing.Refused, RefusalCode = refusal }
            : payment with
            {
                Standing = Standing.Authorised,
                Authorised = payment.Requested,
                AuthCode = Entries.NewAuthCode(),
            };

    // Adyen's are base64 with an exclamation mark in it: whoever forgets to unescape the query notices here.
    static string NewToken() =>
        $"{RandomNumberGenerator.GetString("ABCDEFGHJKMNPQRSTVWXYZ23456789", 8)}!" +
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes));

    static Authentication ToAuthentication(Row row) =>
        new(
            row.GetString(0), row.IsNull(1) ? null : row.GetInt32(1), Enum.Parse<Fault>(row.GetString(2)),
            row.IsNull(3) ? null : Enum.Parse<Proof>(row.GetString(3)), row.IsNull(4) ? null : row.GetString(4));
}
