using System.Globalization;
using OnnxDigits.Inference.Models.Onnx;
using Shared;

namespace OnnxDigits.Inference.Models;

/// <summary>What a model says of itself under our keys.</summary>
internal sealed class ModelMetadata
{
    private const string Unknown = "unknown";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public ModelMetadata(OnnxModel model)
    {
        foreach (var (key, value) in model.Metadata)
            _values.TryAdd(key, value);
    }

    /// <summary>The value of one of <see cref="ModelKeys"/>.</summary>
    public string this[string key] => _values.GetValueOrDefault(key, Unknown);

    public double? TestAccuracy =>
        double.TryParse(this[ModelKeys.TestAccuracy], NumberStyles.Float, CultureInfo.InvariantCulture, out double accuracy)
            ? accuracy
            : null;

    /// <summary>Refuses a model that lacks one of our keys, or has a key twice.</summary>
    public void CheckComplete(OnnxModel model)
    {
        if (model.Metadata.Count != _values.Count)
            throw new ModelFaultException("has a key twice in its metadata", Remedy.ExportAgain);
        if (ModelKeys.All.FirstOrDefault(key => !_values.ContainsKey(key)) is { } missing)
            throw new ModelFaultException(
                $"has no metadata '{missing}', so it is no digit model of OnnxDigits", Remedy.ExportOrAllow);
    }
}
