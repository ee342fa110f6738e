using System.Text;

namespace Railyard.Local.Durable;

/// <summary>One step forward of an orchestrator: when, which messages it answered, what it decided.</summary>
sealed record Turn(DateTime At, long AnsweredThrough, IReadOnlyList<Step> Steps);

enum StepKind
{
    Activity = 1,
    Timer = 2,
    Child = 3,
    Event = 4,
}

/// <summary>What replay compares of a decision; its input is not compared, as officially.</summary>
readonly record struct Step(StepKind Kind, int Id, string Name)
{
    public bool IsSameAs(Step other) =>
        Kind == other.Kind
        && Id == other.Id
        && string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind switch
    {
        StepKind.Activity => $"activity '{Name}' (#{Id})",
        StepKind.Timer => $"a timer (#{Id})",
        StepKind.Child => $"sub-orchestration '{Name}' (#{Id})",
        StepKind.Event => $"event '{Name}' (#{Id})",
    };

    public static byte[] Encode(IReadOnlyList<Step> steps)
    {
        if (steps.Count == 0) return [];
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write7BitEncodedInt(steps.Count);
        foreach (var step in steps)
        {
            writer.Write((byte)step.Kind);
            writer.Write7BitEncodedInt(step.Id);
            writer.Write(step.Name);
        }
        writer.Flush();
        return bytes.ToArray();
    }

    public static Step[] Decode(byte[] bytes)
    {
        if (bytes.Length == 0) return [];
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var steps = new Step[reader.Read7BitEncodedInt()];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = new((StepKind)reader.ReadByte(), reader.Read7BitEncodedInt(), reader.ReadString());
        return steps;
    }
}
