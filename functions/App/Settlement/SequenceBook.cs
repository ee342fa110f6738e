using System.Security.Cryptography;
using System.Text;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>The files of a stream that have come, by their numbers; the highest ones.</summary>
sealed record NumberedFiles(string Id, string File, SortedDictionary<long, FileId> Numbers);

/// <summary>Keeps which numbered files have come, so that one that has not is missed.</summary>
public sealed class SequenceBook(Containers containers)
{
    const string DocumentId = "sequence";
    const int MostNumbers = 2_000;
    const int MostRounds = 20;

    /// <summary>Enters a file under its number, and says which others are there. The first of a number stays.</summary>
    internal async Task<IReadOnlyDictionary<long, FileId>> EnterAsync(
        AcquirerName acquirer, FileSequence sequence, FileId file, CancellationToken cancellation)
    {
        var partition = PartitionOf(acquirer, sequence.Stream);
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Settlements.FindAsync<NumberedFiles>(DocumentId, partition, cancellation);
            var numbers = stored?.Value.Numbers ?? [];
            if (!numbers.TryAdd(sequence.Number, file)) return numbers;
            while (numbers.Count > MostNumbers) numbers.Remove(numbers.Keys.First());
            var entered = new NumberedFiles(DocumentId, partition, numbers);
            if (await containers.Settlements.TrySaveAsync(DocumentId, partition, entered, stored?.ETag, cancellation) is not null) return numbers;
        }
        throw new TimeoutException($"The sequence of {acquirer} changed {MostRounds} times while {file} was entered.");
    }

    // A stream is named by what the file says, however long that is.
    static string PartitionOf(AcquirerName acquirer, string stream) =>
        $"sequence|{acquirer}|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stream)))}";
}
