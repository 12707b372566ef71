using OnnxDigits.Inference;

namespace OnnxDigits.Hosting;

/// <summary>
/// How <c>AddDigitClassifier</c> makes its classifier; can be bound to configuration. Values are checked when the host
/// starts, by the rules of <see cref="DigitClassifierOptions"/>.
/// </summary>
public sealed class DigitClassifierSettings
{
    private static readonly DigitClassifierOptions Defaults = new();

    /// <summary>A model file that OnnxDigits exported; null, the default, takes <see cref="Model"/>.</summary>
    public string? ModelPath { get; set; }

    /// <summary>
    /// The embedded network to run, <see cref="EmbeddedModel.Best"/> by default; ignored with a
    /// <see cref="ModelPath"/>.
    /// </summary>
    public EmbeddedModel Model { get; set; } = Defaults.Model;

    /// <summary>The device by name, <c>auto</c> by default; see <see cref="DigitClassifierOptions.Device"/>.</summary>
    public string Device { get; set; } = Defaults.Device;

    /// <summary>
    /// Provider libraries by the device that each brings, none by default; see
    /// <see cref="DigitClassifierOptions.ProviderLibraries"/>.
    /// </summary>
    public Dictionary<string, string> ProviderLibraries { get; } = [];

    /// <summary>
    /// The most images in one run, 1..65,536; null, the default, for as many as suit the device. See
    /// <see cref="DigitClassifierOptions.BatchSize"/>.
    /// </summary>
    public int? BatchSize { get; set; }

    /// <summary>Threads within one call, 1..1024; 1 by default, the best for many callers at once.</summary>
    public int IntraOpThreads { get; set; } = Defaults.IntraOpThreads;

    /// <summary>
    /// Below this confidence, 0..1, a prediction is <see cref="PredictionStatus.Uncertain"/>; 0.5 by default.
    /// </summary>
    public float ConfidenceThreshold { get; set; } = Defaults.ConfidenceThreshold;

    /// <summary>
    /// Whether a model file of another origin is taken; false by default. See
    /// <see cref="DigitClassifierOptions.AllowForeignModel"/>.
    /// </summary>
    public bool AllowForeignModel { get; set; }

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal DigitClassifierOptions ToOptions() => new()
    {
        Model = Model,
        Device = Device,
        ProviderLibraries = ProviderLibraries,
        BatchSize = BatchSize,
        IntraOpThreads = IntraOpThreads,
        ConfidenceThreshold = ConfidenceThreshold,
        AllowForeignModel = AllowForeignModel,
    };
}
