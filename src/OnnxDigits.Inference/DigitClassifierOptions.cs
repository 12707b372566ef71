using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference;

/// <summary>
/// Represents the settings of a <see cref="DigitClassifier"/>. They can be bound to configuration and are validated
/// when a classifier is created.
/// </summary>
/// <example>
/// <code>
/// using var classifier = new DigitClassifier(new() { Model = EmbeddedModel.Conv, ConfidenceThreshold = 0.9f });
/// </code>
/// </example>
public sealed class DigitClassifierOptions
{
    /// <summary>
    /// Gets or sets the embedded network to run. The default is <see cref="EmbeddedModel.Best"/>. Ignored if
    /// <see cref="ModelPath"/> is set.
    /// </summary>
    [EnumDataType(typeof(EmbeddedModel), ErrorMessage = "{0} must be Best, Conv or Dense")]
    public EmbeddedModel Model { get; set; }

    /// <summary>
    /// Gets or sets the path of an ONNX file that OnnxDigits exported. The default is <see langword="null"/>: the
    /// classifier runs the embedded <see cref="Model"/>.
    /// </summary>
    [StringLength(int.MaxValue, MinimumLength = 1, ErrorMessage = "{0} must name a file")]
    public string? ModelPath { get; set; }

    /// <summary>
    /// Gets or sets the device that runs the network: one of the names in <see cref="DigitDevices"/>, with an optional
    /// number as in <c>cuda:1</c>. The default is <see cref="DigitDevices.Auto"/>.
    /// </summary>
    /// <remarks>
    /// Only <see cref="DigitDevices.Auto"/> falls back to the CPU. If any other device is not available, creating the
    /// classifier throws a <see cref="DigitDeviceException"/>.
    /// </remarks>
    [DeviceName]
    public string Device { get; set; } = DigitDevices.Auto;

    /// <summary>
    /// Gets or sets the ONNX Runtime plugin libraries to load, as paths by the name of the device that each provides:
    /// <see cref="DigitDevices.Cuda"/> or <see cref="DigitDevices.WebGpu"/>. Empty by default.
    /// </summary>
    /// <remarks>
    /// A library listed here takes precedence over a provider that ONNX Runtime was built with. It is loaded when its
    /// device is first used and stays loaded until the process ends. Its code runs in your process, so list only
    /// libraries that you trust.
    /// </remarks>
    [ProviderLibraries]
    public IDictionary<string, string> ProviderLibraries { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// Gets or sets the largest number of images in one run of the network, from 1 to 65,536. The default,
    /// <see langword="null"/>, is 64 on the CPU and 1,024 on other devices.
    /// </summary>
    /// <remarks>
    /// The CPU rounds the value down to 64, 8 or 1. A device that fails at a batch, for example because its memory is
    /// full, gets smaller batches from then on. Predictions on the CPU do not depend on this value.
    /// </remarks>
    [Range(1, 65_536, ErrorMessage = "{0} must be from {1} to {2}")]
    public int? BatchSize { get; set; }

    /// <summary>Gets or sets the number of threads that share one call, from 1 to 1,024. The default is 1.</summary>
    /// <remarks>
    /// One image takes tens of microseconds, too little work to divide. More threads help only with large batches on
    /// idle cores. For throughput, call the classifier from many threads instead.
    /// </remarks>
    [Range(1, 1024, ErrorMessage = "{0} must be from {1} to {2}")]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>
    /// Gets or sets the confidence, from 0 to 1, below which a prediction is <see cref="PredictionStatus.Uncertain"/>.
    /// The default is 0.6. With 0, no prediction is uncertain because of its confidence.
    /// </summary>
    /// <remarks>
    /// With the default network, at most 0.5 % of MNIST's test digits have a confidence below the default.
    /// </remarks>
    [Range(0.0, 1.0, ErrorMessage = "{0} must be from {1} to {2}")]
    public float ConfidenceThreshold { get; set; } = 0.6f;

    /// <summary>
    /// Gets or sets a value that indicates whether to load a model that OnnxDigits did not export. The default is
    /// <see langword="false"/>. Set it only for files that you trust; <see cref="ModelInfo.ForeignNotice"/> then lists
    /// the differences.
    /// </summary>
    /// <remarks>
    /// This skips the checks of the metadata, the digest, the format's versions, the operators, the types of the
    /// weights and the memory that the nodes need. Inputs and outputs of another name, type or shape, weights outside
    /// the file, weights that are not finite, and files over 65 MiB are still refused. The model must end in a softmax:
    /// the first run fails if the outputs are not probabilities.
    /// </remarks>
    public bool AllowForeignModel { get; set; }

    /// <summary>Validates all values.</summary>
    /// <exception cref="ValidationException">
    /// A value is out of range. The message names the property, its value and the range.
    /// </exception>
    public void Validate()
    {
        foreach (PropertyInfo property in typeof(DigitClassifierOptions).GetProperties())
        {
            object? value = property.GetValue(this);
            foreach (ValidationAttribute rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (!rule.IsValid(value))
                {
                    string problem = $"{rule.FormatErrorMessage(property.Name)}, but it is {Format(value)}.";
                    throw new ValidationException(new ValidationResult(problem, [property.Name]), rule, value);
                }
            }
        }
    }

    private static string Format(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        IDictionary<string, string> entries => $"'{string.Join(", ", entries.Select(e => $"{e.Key}={e.Value}"))}'",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    internal DigitClassifierOptions With(string device)
    {
        var copy = (DigitClassifierOptions)MemberwiseClone();
        copy.Device = device;
        return copy;
    }
}
