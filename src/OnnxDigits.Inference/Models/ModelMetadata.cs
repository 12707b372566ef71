using System.Globalization;
using Onnx;
using Shared;

namespace OnnxDigits.Inference.Models;

/// <summary>The metadata entries of a model, by their <see cref="ModelKeys"/>.</summary>
internal sealed class ModelMetadata
{
    private const string Unknown = "unknown";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public ModelMetadata(ModelProto model)
    {
        foreach (StringStringEntryProto entry in model.MetadataProps)
        {
            HasDuplicates |= !_values.TryAdd(entry.Key, entry.Value);
        }
    }

    public bool HasDuplicates { get; }

    public string this[string key] => _values.GetValueOrDefault(key, Unknown);

    public double? TestAccuracy =>
        double.TryParse(
            this[ModelKeys.TestAccuracy], NumberStyles.Float, CultureInfo.InvariantCulture, out double accuracy)
            ? accuracy
            : null;

    public bool Has(string key) => _values.ContainsKey(key);
}
