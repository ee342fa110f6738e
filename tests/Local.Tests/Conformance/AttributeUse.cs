using System.Reflection;

namespace Railyard.Local.Tests.Conformance;

/// <summary>Where an attribute may stand, and whether more than once.</summary>
internal sealed record AttributeUse(AttributeTargets On, bool AllowMultiple)
{
    /// <summary>Null where the type is no attribute.</summary>
    public static AttributeUse? Of(Type type)
    {
        if (!type.IsSubclassOf(typeof(Attribute))) return null;
        var own = type.GetCustomAttribute<AttributeUsageAttribute>(inherit: false);
        return own is null ? Unstated : new AttributeUse(own.ValidOn, own.AllowMultiple);
    }

    /// <summary>Reads what the official list has between the brackets of AttributeUsage.</summary>
    public static AttributeUse Parse(string? usage)
    {
        if (usage is null) return Unstated;
        var parts = usage.Split(", ");
        var targets = parts[0][(parts[0].LastIndexOf('.') + 1)..];
        return new AttributeUse(
            Enum.Parse<AttributeTargets>(targets), parts.Contains("AllowMultiple = true"));
    }

    static AttributeUse Unstated { get; } = new(AttributeTargets.All, AllowMultiple: false);
}
