using System.Collections.Immutable;

namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>
/// A message: its type and its data elements by their numbers. A value is text (bytes in hexadecimal) and fits its
/// element always. Printed, it hides what is the cardholder's.
/// </summary>
public sealed class IsoMessage : IEquatable<IsoMessage>
{
    readonly ImmutableSortedDictionary<int, string> values;

    /// <summary>A message without elements yet.</summary>
    public IsoMessage(MessageType type) : this(type, ImmutableSortedDictionary<int, string>.Empty) { }

    IsoMessage(MessageType type, ImmutableSortedDictionary<int, string> values) =>
        (Type, this.values) = (type, values);

    /// <summary>Its type.</summary>
    public MessageType Type { get; }

    /// <summary>The numbers of the elements that it has, in order.</summary>
    public IEnumerable<int> Numbers => values.Keys;

    /// <summary>The value of an element, or null where the message does not have it.</summary>
    public string? this[int number] => values.GetValueOrDefault(number);

    /// <summary>The same with that element too; null leaves it as it is.</summary>
    /// <exception cref="InvariantBroken">The value does not fit: whoever read it from outside must have refused it.</exception>
    public IsoMessage With(int number, string? value)
    {
        if (value is null) return this;
        if (IsoElements.Find(number)?.Takes(value) != true)
            throw new InvariantBroken($"A value of {value.Length} characters does not fit data element {number}.");
        return new(Type, values.SetItem(number, value));
    }

    /// <summary>The same with another type.</summary>
    public IsoMessage As(MessageType type) => new(type, values);

    /// <inheritdoc/>
    public bool Equals(IsoMessage? other) => other is not null && Type == other.Type && values.SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IsoMessage);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, values.Count);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Type} {{ {string.Join(", ", values.Select(one => $"{one.Key}: {Shown(one.Key, one.Value)}"))} }}";

    static string Shown(int number, string value) => IsoElements.IsHidden(number) ? "(hidden)" : value;
}
