namespace Railyard.Core.Settlement.Bank;

/// <summary>The statements of an account one after the other: no gap in their numbers, and none in what was on it.</summary>
public static class StatementSeries
{
    /// <summary>
    /// What names a statement by what it says: sent again in another file, it is the same one. One that says something else
    /// under the same name is another.
    /// </summary>
    public static string IdentityOf(BankStatement statement) => DerivedId.Of(
        "stm_",
        statement.Account,
        statement.Id,
        $"{statement.Sequence} {statement.Page} {statement.Purpose}",
        $"{statement.Opening?.Amount} {statement.Closing?.Amount} {statement.Closing?.Date:yyyy-MM-dd}",
        $"{statement.Entries} {statement.Booked}");

    /// <summary>The one before a statement, of all that are known of its account; null where none is.</summary>
    public static BankStatement? Before(BankStatement statement, IEnumerable<BankStatement> known) =>
        known.Where(one => one.Account == statement.Account && one.Purpose == StatementPurpose.Update && Order(one).CompareTo(Order(statement)) < 0)
            .OrderBy(Order)
            .LastOrDefault();

    /// <summary>What does not follow from the one before.</summary>
    public static IEnumerable<StatementFinding> Check(BankStatement before, BankStatement statement)
    {
        if (!Follow(before, statement)) yield break;
        if (before.Closing?.Amount is { } was && statement.Opening?.Amount is { } isNow && was != isNow)
            yield return new(StatementRule.Opening, statement.Number, statement.FileLine, $"{was}", $"{isNow}");
        if (before.Sequence is { } last && statement.Sequence is { } number && !IsNext(before, statement))
            yield return new(
                StatementRule.Sequence, statement.Number, statement.FileLine,
                before.IsLastPage == false ? $"{last} page {before.Page + 1}" : $"{last + 1}", $"{number} page {statement.Page ?? 1}");
    }

    // Of one day and without a number, nobody can say which of two comes first.
    static bool Follow(BankStatement before, BankStatement statement) =>
        before.Purpose == StatementPurpose.Update
        && statement.Purpose == StatementPurpose.Update
        && ((before.Sequence is not null && statement.Sequence is not null) || before.Closing?.Date < statement.Closing?.Date);

    static bool IsNext(BankStatement before, BankStatement statement)
    {
        if (before.IsLastPage == false) return statement.Sequence == before.Sequence && statement.Page == before.Page + 1;
        if (statement.Sequence == before.Sequence) return statement.Page is { } page && page == before.Page + 1;
        // Many banks count anew every year.
        var isNewYear = statement.Sequence == 1 && statement.Closing?.Date?.Year > before.Closing?.Date?.Year;
        return statement.Page is null or 0 or 1 && (isNewYear || statement.Sequence == before.Sequence + 1);
    }

    static (DateOnly, long, int) Order(BankStatement statement) =>
        (statement.Closing?.Date ?? statement.Opening?.Date ?? default, statement.Sequence ?? 0, statement.Page ?? 0);
}
