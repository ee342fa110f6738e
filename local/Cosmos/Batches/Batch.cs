using Railyard.Local.Cosmos.Items;
using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Batches;

/// <summary>An operation failed, so that the writes before it must be undone.</summary>
sealed class BatchUndone(Answer answer) : Exception("An operation of the batch failed.")
{
    public Answer Answer { get; } = answer;
}

/// <summary>Operations on one logical partition that all take place, in order, or not at all.</summary>
sealed class Batch
{
    const int OperationsMax = 100;
    const int BytesMax = 2 * 1024 * 1024;
    const int FailedDependency = 424;
    const int MultiStatus = 207;

    readonly IReadOnlyList<ItemChange> changes;

    Batch(IReadOnlyList<ItemChange> changes) => this.changes = changes;

    /// <summary>Returns the refusal, or null where <paramref name="batch"/> is good.</summary>
    public static Answer? Read(ItemRequest asked, out Batch batch)
    {
        batch = null!;
        if (asked.PartitionKey is null)
            return Answer.BadRequest("PartitionKey value must be supplied for this operation.");
        if (asked.Body.Length > BytesMax)
            return Answer.Refused(413, "RequestEntityTooLarge", "A batch may have 2 MB.");
        try
        {
            var rows = RecordStream.Read(asked.Body.Span, OperationsMax);
            if (rows.Count == 0) return Answer.BadRequest("The batch has no operations.");
            batch = new Batch(rows.ConvertAll(row => BatchOperation.Read(row).ToChange(asked)));
            return null;
        }
        catch (BatchRefused refusal)
        {
            return Answer.BadRequest(refusal.Message);
        }
    }

    /// <exception cref="BatchUndone">An operation failed; the writer takes back what was done.</exception>
    public Answer Apply(Session session, long now)
    {
        var answers = new List<Answer>(changes.Count);
        foreach (var change in changes)
        {
            answers.Add(change(session, now));
            if (answers[^1].Status >= 400) throw new BatchUndone(Undone(answers));
        }
        // A read that finds nothing newer (304) is no failure, but no plain success either.
        var status = answers.TrueForAll(answer => answer.Status < 300) ? 200 : MultiStatus;
        return Whole(status, answers);
    }

    Answer Undone(List<Answer> answers)
    {
        var failed = answers.Count - 1;
        var results = answers.Select((answer, index) =>
            index == failed ? answer : new Answer(FailedDependency) { Charge = answer.Charge });
        var untried = Enumerable.Repeat(
            new Answer(FailedDependency) { Charge = 0 }, changes.Count - answers.Count);
        return Whole(MultiStatus, [.. results, .. untried]) with { IsUndone = true };
    }

    static Answer Whole(int status, List<Answer> answers) => new(status)
    {
        Body = RecordStream.Write(answers.Select(BatchResult.Write)),
        ContentType = "application/octet-stream",
        Charge = answers.Sum(answer => answer.Charge),
    };
}
