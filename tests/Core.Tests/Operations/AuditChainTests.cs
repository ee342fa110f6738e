using Railyard.Core.Merchants;
using Railyard.Core.Operations;

namespace Railyard.Core.Tests.Operations;

public sealed class AuditChainTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Changes => [.. Changed.Keys];

    static readonly Dictionary<string, Func<AuditAct, AuditAct>> Changed = new()
    {
        ["id"] = act => act with { Id = "aud_other" },
        ["step"] = act => act with { Step = AuditStep.Ended },
        ["operator"] = act => act with { Operator = new ApiKeyId("key_other") },
        ["action"] = act => act with { Action = "RevokeKey" },
        ["subject"] = act => act with { Subject = "/ops/v1/merchants/mer_2" },
        ["moment"] = act => act with { At = act.At.AddMilliseconds(1) },
        ["status"] = act => act with { Status = 409 },
        ["absent status"] = act => act with { Status = null },
        ["note"] = act => act with { Note = "" },
        ["absent note"] = act => act with { Note = null },
        ["texts that meet"] = act => act with { Action = act.Action + act.Subject, Subject = "" },
    };

    [Fact]
    public void A_chain_as_it_was_written_is_intact_and_ends_at_its_last_entry()
    {
        var entries = Chain(5);

        var verdict = AuditChain.Verify(AuditHead.Empty, entries);

        Assert.Equal(new AuditVerdict.Intact(new AuditHead(5, entries[^1].Hash)), verdict);
    }

    [Fact]
    public void What_follows_a_known_hash_can_be_verified_alone()
    {
        var entries = Chain(5);

        var verdict = AuditChain.Verify(new AuditHead(3, entries[2].Hash), entries[3..]);

        Assert.IsType<AuditVerdict.Intact>(verdict);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void An_entry_that_was_changed_is_found(string what)
    {
        var entries = Chain(3);
        entries[1] = entries[1] with { Act = Changed[what](entries[1].Act) };

        Assert.Equal(new AuditVerdict.Broken(2, AuditBreak.ContentChanged), AuditChain.Verify(AuditHead.Empty, entries));
    }

    [Fact]
    public void An_entry_that_was_changed_together_with_its_hash_breaks_the_next()
    {
        var entries = Chain(3);
        entries[1] = AuditChain.Append(new AuditHead(1, entries[0].Hash), entries[1].Act with { Note = "another" });

        Assert.Equal(new AuditVerdict.Broken(3, AuditBreak.PreviousDiffers), AuditChain.Verify(AuditHead.Empty, entries));
    }

    [Fact]
    public void An_entry_that_was_left_out_is_missed()
    {
        var entries = Chain(3);
        entries.RemoveAt(1);

        Assert.Equal(new AuditVerdict.Broken(2, AuditBreak.SequenceBroken), AuditChain.Verify(AuditHead.Empty, entries));
    }

    static List<AuditEntry> Chain(int length)
    {
        var (head, entries) = (AuditHead.Empty, new List<AuditEntry>());
        for (var i = 1; i <= length; i++)
        {
            var entry = AuditChain.Append(head, Act(i));
            entries.Add(entry);
            head = new AuditHead(entry.Sequence, entry.Hash);
        }
        return entries;
    }

    static AuditAct Act(int number) => new(
        $"aud_{number}", AuditStep.Begun, new ApiKeyId("key_1"), "ChangeMerchant", "/ops/v1/merchants/mer_1", Now.AddSeconds(number), 200, "asked by mail");
}
