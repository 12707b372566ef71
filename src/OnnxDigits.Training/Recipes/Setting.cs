using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Recipes;

/// <summary>Describes a setting in a JSON file: its path, its type and the values that it accepts.</summary>
internal sealed class Setting
{
    // Editors read the name of a file's schema from this property.
    private const string Schema = "$schema";

    private readonly Setting? _parent;
    private readonly JsonPropertyInfo? _property;
    private readonly Type _type;

    private Setting(Type type) => _type = type;

    private Setting(Setting parent, JsonPropertyInfo property)
    {
        (_parent, _property) = (parent, property);
        _type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
    }

    /// <summary>Gets the path, such as <c>optimizer.learningRate</c>. It is empty for the file as a whole.</summary>
    public string Path => _parent?.PathOf(_property!.Name) ?? "";

    /// <summary>Gets the settings within this one.</summary>
    public IReadOnlyList<Setting> Parts { get; private set; } = [];

    /// <summary>Gets the settings within this one that have values, at any depth.</summary>
    public IEnumerable<Setting> Leaves => Parts.SelectMany(part => part.Parts.Count == 0 ? [part] : part.Leaves);

    /// <summary>Gets the accepted values in words, such as <c>a whole number of at least 1</c>.</summary>
    public string AcceptedValues => DescribeType() + DescribeRange() + (IsNullable ? " or null" : "");

    /// <summary>Gets the range of a number, or <c>null</c> if any number is accepted.</summary>
    public RangeAttribute? Range => _property?.AttributeProvider?
        .GetCustomAttributes(typeof(RangeAttribute), inherit: true).OfType<RangeAttribute>().SingleOrDefault();

    /// <summary>Gets a value that indicates whether the setting takes whole numbers only.</summary>
    public bool IsWhole => _type == typeof(int) || _type == typeof(long);

    private bool IsNullable => _property is { PropertyType: var type, IsSetNullable: var isAnnotated }
        && (type.IsValueType ? type != _type : isAnnotated);

    /// <summary>Returns the settings of a type.</summary>
    public static Setting Of<T>() => new Setting(typeof(T)).WithParts();

    /// <summary>
    /// Returns a copy of an object in which the values of a JSON object replace the values at the same paths.
    /// </summary>
    /// <param name="settings">The object before the change.</param>
    /// <param name="changes">The new values.</param>
    /// <param name="source">The file or option that holds the values, for messages.</param>
    /// <exception cref="CommandException">A path is unknown, or a value isn't accepted.</exception>
    public static T Change<T>(T settings, JsonObject changes, string source)
    {
        Setting root = Of<T>();
        JsonObject json = JsonSerializer.SerializeToNode(settings, ReportJson.Options)!.AsObject();
        Merge(root, json, changes);
        return json.Deserialize<T>(ReportJson.Options)!;

        void Merge(Setting parent, JsonObject target, JsonObject values)
        {
            foreach ((string name, JsonNode? value) in values)
            {
                if (parent == root && name == Schema) continue;
                Setting setting = parent.Parts.FirstOrDefault(part => part._property!.Name == name)
                    ?? throw new CommandException($"{source} has an unknown setting '{parent.PathOf(name)}'."
                        + (name.Contains('.')
                            ? " Nest the names, as in \"optimizer\": { \"learningRate\": 0.001 }."
                            : root.Suggest(name, parent)));
                if (setting.Parts.Count > 0 && value is JsonObject parts)
                {
                    if (target[name] is null) target[name] = new JsonObject();
                    Merge(setting, target[name]!.AsObject(), parts);
                }
                else if (setting.Accepts(value))
                {
                    target[name] = value?.DeepClone();
                }
                else
                {
                    throw new CommandException(
                        $"{source}: {setting.Path} needs {setting.AcceptedValues}, not {Describe(value)}.");
                }
            }
        }
    }

    /// <summary>Indicates whether the setting accepts a value.</summary>
    public bool Accepts(JsonNode? value)
    {
        if (value is null) return IsNullable;
        if (Parts.Count > 0) return false;
        try
        {
            return IsInRange(value.Deserialize(_type, ReportJson.Options));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Indicates whether a number is in the range of the setting.</summary>
    public bool IsInRange(object? value) => Range?.IsValid(value) ?? true;

    /// <summary>Returns the value of the setting in an object, or <c>null</c> if a parent is <c>null</c>.</summary>
    /// <param name="root">The object to which the path refers.</param>
    public object? ValueIn(object root) =>
        _parent is null ? root : _parent.ValueIn(root) is { } parent ? _property!.Get!(parent) : null;

    /// <summary>Describes a JSON value for a message.</summary>
    public static string Describe(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue => value.ToJsonString(ReportJson.Options),
        JsonArray => "an array",
        _ => "an object",
    };

    private Setting WithParts()
    {
        JsonTypeInfo info = ReportJson.Options.GetTypeInfo(_type);
        if (info.Kind == JsonTypeInfoKind.Object)
        {
            Parts = [.. info.Properties.Select(property => new Setting(this, property).WithParts())];
        }

        return this;
    }

    private string PathOf(string part) => _parent is null ? part : $"{Path}.{part}";

    private string DescribeType() => ReportJson.Options.GetTypeInfo(_type).Kind switch
    {
        JsonTypeInfoKind.Enumerable => "an array",
        _ when _type.IsEnum =>
            string.Join(" or ", Enum.GetNames(_type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
        _ when IsWhole => "a whole number",
        _ when _type == typeof(double) => "a number",
        _ when _type == typeof(string) => "a text",
        _ => "an object",
    };

    private string DescribeRange() => Range switch
    {
        null => "",
        { Maximum: int.MaxValue or double.MaxValue } range => $" of at least {Text(range.Minimum)}",
        { MaximumIsExclusive: true } range => $" from {Text(range.Minimum)} to below {Text(range.Maximum)}",
        var range => $" from {Text(range.Minimum)} to {Text(range.Maximum)}",
    };

    private static string Text(object number) => Convert.ToString(number, CultureInfo.InvariantCulture)!;

    // Users leave out the parent of a setting more often than they mistype it.
    private string Suggest(string name, Setting parent)
    {
        string[] paths = [.. Leaves.Select(leaf => leaf.Path)];
        string? meant =
            paths.FirstOrDefault(path => path.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase))
            ?? Suggestion.Nearest(parent.PathOf(name), paths);
        return meant is null
            ? $" The settings are {string.Join(", ", parent.Parts.Select(part => part.Path))}."
            : $" Did you mean '{meant}'?";
    }
}
