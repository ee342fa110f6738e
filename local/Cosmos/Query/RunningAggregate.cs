namespace Railyard.Local.Cosmos.Query;

/// <summary>An aggregate while rows go by. What is undefined for a row does not count.</summary>
sealed class RunningAggregate(Expression.Aggregate aggregate)
{
    long count;
    double sum;
    bool hasOtherThanNumbers;
    Value least;
    Value greatest;

    public Expression.Aggregate Of => aggregate;

    public void Add(Row row)
    {
        var value = Evaluation.Of(aggregate.Operand, row);
        if (!value.IsDefined) return;
        count++;
        if (value.Kind == Kind.Number) sum += value.Number;
        else hasOtherThanNumbers = true;
        if (value.Kind is Kind.Array or Kind.Object) return;
        value = value.ForOrdering();
        if (!least.IsDefined || Value.Order(value, least) < 0) least = value;
        if (!greatest.IsDefined || Value.Order(value, greatest) > 0) greatest = value;
    }

    public Value Result => aggregate.Kind switch
    {
        AggregateKind.Count => Value.Of((double)count),
        AggregateKind.Sum => hasOtherThanNumbers ? Value.Undefined : Value.Of(sum),
        AggregateKind.Avg => hasOtherThanNumbers || count == 0 ? Value.Undefined : Value.Of(sum / count),
        AggregateKind.Min => least,
        AggregateKind.Max => greatest,
    };
}
