using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.Local.Runtime.Timers;

/// <summary>
/// One timer's last and next run, kept in a file so that a run missed meanwhile is noticed.
/// </summary>
internal sealed class ScheduleRecord(string folder, string function)
{
    readonly string path = Path.Combine(folder, function + ".json");

    public ScheduleStatus? Read()
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<ScheduleStatus>(File.ReadAllBytes(path));
        }
        catch (JsonException fault)
        {
            throw new StartRefused($"{path} is not a readable schedule: {fault.Message}", fault);
        }
    }

    // A crash leaves the old file or the new one, never half of either.
    public void Write(ScheduleStatus status)
    {
        var written = path + ".new";
        File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(status));
        File.Move(written, path, overwrite: true);
    }
}
