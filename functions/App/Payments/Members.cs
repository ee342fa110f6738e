using System.Text.Json;

namespace Railyard.App.Payments;

/// <summary>
/// Reads the members of a JSON object one by one and collects what is wrong with each. What was not read by the end is
/// unknown, and refused. No message quotes a value.
/// </summary>
sealed class Members(JsonElement element, List<FieldError> errors, string path = "")
{
    readonly HashSet<string> read = [];

    /// <summary>A string of at most that many characters, or null where there is none or it is wrong.</summary>
    public string? Text(string name, int longest, bool isRequired = false, bool mayHaveTabs = false)
    {
        if (Take(name, isRequired) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String) return Wrong<string>(name, "wrong_type", "It must be a string.");
        var text = value.GetString()!;
        if (text.Length == 0 || text.Length > longest)
            return Wrong<string>(name, "wrong_length", $"It must have 1 to {longest} characters.");
        return text.Any(letter => char.IsControl(letter) && !(mayHaveTabs && letter == '\t')) ? Wrong<string>(name, "control_character", "It must not hold control characters.") : text;
    }

    /// <summary>A whole number within the range, or null.</summary>
    public long? Integer(string name, long least, long most, bool isRequired = false)
    {
        if (Take(name, isRequired) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
            return WrongValue<long>(name, "wrong_type", "It must be a whole number.");
        return number < least || number > most
            ? WrongValue<long>(name, "out_of_range", $"It must be from {least} to {most}.")
            : number;
    }

    /// <summary>True or false, or null.</summary>
    public bool? Flag(string name)
    {
        if (Take(name, isRequired: false) is not { } value) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : WrongValue<bool>(name, "wrong_type", "It must be true or false.");
    }

    /// <summary>One of a few words, or null.</summary>
    public T? OneOf<T>(string name, IReadOnlyDictionary<string, T> words, bool isRequired = false) where T : struct
    {
        if (Take(name, isRequired) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && words.TryGetValue(value.GetString()!, out var found)) return found;
        return WrongValue<T>(name, "unknown_value", $"It must be one of: {string.Join(", ", words.Keys)}.");
    }

    /// <summary>Some of a few words, each once and at least one, or null.</summary>
    public IReadOnlyList<T>? ListOf<T>(string name, IReadOnlyDictionary<string, T> words, bool isRequired = false)
        where T : struct
    {
        if (Take(name, isRequired) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 || value.GetArrayLength() > words.Count)
            return Wrong<IReadOnlyList<T>>(name, "wrong_type", $"It must be a list of 1 to {words.Count} words.");
        var found = new List<T>();
        foreach (var item in value.EnumerateArray())
            if (item.ValueKind == JsonValueKind.String && words.TryGetValue(item.GetString()!, out var word)) found.Add(word);
        return found.Distinct().Count() == value.GetArrayLength()
            ? found
            : Wrong<IReadOnlyList<T>>(name, "unknown_value", $"It must hold, each once: {string.Join(", ", words.Keys)}.");
    }

    /// <summary>A moment (RFC 3339), or null.</summary>
    public DateTimeOffset? Moment(string name, bool isRequired = false)
    {
        if (Take(name, isRequired) is not { } value) return null;
        return value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var moment)
            ? moment.ToUniversalTime()
            : WrongValue<DateTimeOffset>(name, "wrong_type", "It must be a date and time such as 2026-11-24T12:00:00Z.");
    }

    /// <summary>An array of 1 to so many strings, each at most that long, or null.</summary>
    public IReadOnlyList<string>? Strings(string name, int most, int longest, bool isRequired = false)
    {
        if (Take(name, isRequired) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String))
            return Wrong<IReadOnlyList<string>>(name, "wrong_type", "It must be an array of strings.");
        var texts = value.EnumerateArray().Select(one => one.GetString()!).ToList();
        if (texts.Count == 0 || texts.Count > most)
            return Wrong<IReadOnlyList<string>>(name, "wrong_length", $"It must have 1 to {most} entries.");
        return texts.All(text => text.Length > 0 && text.Length <= longest)
            ? texts
            : Wrong<IReadOnlyList<string>>(name, "wrong_length", $"Each entry must have 1 to {longest} characters.");
    }

    /// <summary>The members of an object, or null.</summary>
    public Members? Object(string name, bool isRequired = false)
    {
        if (Take(name, isRequired) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Object
            ? new Members(value, errors, Path(name))
            : Wrong<Members>(name, "wrong_type", "It must be an object.");
    }

    /// <summary>The members of each of 1 to so many objects, or null.</summary>
    public IReadOnlyList<Members>? Objects(string name, int most, bool isRequired = false)
    {
        if (Take(name, isRequired) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.Object))
            return Wrong<IReadOnlyList<Members>>(name, "wrong_type", "It must be an array of objects.");
        return value.GetArrayLength() > most
            ? Wrong<IReadOnlyList<Members>>(name, "wrong_length", $"It must have at most {most} entries.")
            : [.. value.EnumerateArray().Select((one, place) => new Members(one, errors, $"{Path(name)}[{place}]"))];
    }

    /// <summary>The name of the one member of this object, or null where it has none or more of them.</summary>
    public string? OnlyName() => element.EnumerateObject().Take(2).ToList() is [var only] ? only.Name : null;

    /// <summary>Says that the object itself will not do.</summary>
    public T? WrongWhole<T>(string code, string message) where T : class
    {
        errors.Add(new FieldError(path, code, message));
        return null;
    }

    /// <summary>Every member of this object as a string of at most that many characters; for metadata.</summary>
    public IReadOnlyDictionary<string, string> Texts(int most, int longestName, int longest)
    {
        var names = element.EnumerateObject().Select(member => member.Name).ToList();
        if (names.Count > most)
        {
            errors.Add(new FieldError(path, "too_many", $"It must have at most {most} members."));
            return new Dictionary<string, string>();
        }
        var texts = new Dictionary<string, string>();
        foreach (var name in names)
        {
            if (name.Length is 0 || name.Length > longestName)
                errors.Add(new FieldError(path, "wrong_length", $"Each name must have 1 to {longestName} characters."));
            else if (Text(name, longest) is { } text)
                texts[name] = text;
        }
        return texts;
    }

    /// <summary>Says that a member's value will not do.</summary>
    public T? Wrong<T>(string name, string code, string message) where T : class
    {
        errors.Add(new FieldError(Path(name), code, message));
        return null;
    }

    /// <summary>Says that a member's value will not do, where the value would be a number or the like.</summary>
    public T? WrongValue<T>(string name, string code, string message) where T : struct
    {
        errors.Add(new FieldError(Path(name), code, message));
        return null;
    }

    /// <summary>Refuses every member that was not read.</summary>
    public void RefuseOthers()
    {
        foreach (var member in element.EnumerateObject())
            if (!read.Contains(member.Name))
                errors.Add(new FieldError(Path(Shown(member.Name)), "unknown_field", "There is no such field."));
    }

    JsonElement? Take(string name, bool isRequired)
    {
        read.Add(name);
        if (element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null) return value;
        if (isRequired) errors.Add(new FieldError(Path(name), "required", "It is required."));
        return null;
    }

    string Path(string name) => path.Length == 0 ? name : $"{path}.{name}";

    // The name of an unknown member is the caller's text: only a plain one is shown.
    static string Shown(string name) =>
        name.Length <= 64 && name.All(one => char.IsAsciiLetter(one) || one == '_') ? name : "(unnamed)";
}
