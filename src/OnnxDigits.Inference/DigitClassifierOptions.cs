using System.Collections.Frozen;
using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference;

/// <summary>How a <see cref="DigitClassifier"/> is made. Values are checked when they are set.</summary>
public sealed record DigitClassifierOptions
{
    private const int MostImages = 65_536;

    /// <summary>
    /// The embedded network to run: <see cref="EmbeddedModel.Best"/> by default. Ignored when a model is loaded from
    /// a file, a stream or bytes.
    /// </summary>
    public EmbeddedModel Model
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Model), value, "The model is Conv, Dense or Best.");
    } = EmbeddedModel.Best;

    /// <summary>
    /// Where the network runs: <c>auto</c> (the default: a CUDA or WebGPU device when one works and reads 64 images in
    /// less time than the CPU, else the CPU, and <see cref="ModelInfo.DeviceNotice"/> says why), <c>cpu</c>,
    /// <c>cuda</c>, <c>cuda:N</c>, <c>webgpu</c> or <c>webgpu:N</c>. A device that is named and not there is a
    /// <see cref="DigitDeviceException"/>, never a silent fall back.
    /// </summary>
    public string Device
    {
        get;
        init => field = DeviceName.Parse(value).ToString();
    } = "auto";

    /// <summary>
    /// Libraries of execution providers that ONNX Runtime takes as plugins, by the device that each brings: <c>cuda</c>
    /// or <c>webgpu</c> to the path of the file; none by default. One that is named takes precedence over a provider
    /// that ONNX Runtime was built with. It is loaded when its device is wanted, and stays loaded with its process.
    /// </summary>
    /// <remarks>A library is code that runs: name only one that you trust.</remarks>
    public IReadOnlyDictionary<string, string> ProviderLibraries
    {
        get;
        init => field = Checked(value);
    } = FrozenDictionary<string, string>.Empty;

    /// <summary>
    /// The most images in one run of the network, 1..65,536; null, the default, for as many as suit the device: 1,024, on
    /// the CPU 64. The CPU takes 64, 8 or 1, whatever is the next below. A device that fails at a batch gets smaller ones.
    /// </summary>
    public int? BatchSize
    {
        get;
        init => field = value is null or (>= 1 and <= MostImages)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BatchSize), value, "Between 1 and 65,536 images.");
    }

    /// <summary>
    /// Threads within one call, 1..1024; 1 by default. An image takes tens of microseconds, too little to share: more threads
    /// help only with large batches on idle cores, and many callers on a thread each give more than one on many.
    /// </summary>
    public int IntraOpThreads
    {
        get;
        init => field = value is >= 1 and <= 1024
            ? value
            : throw new ArgumentOutOfRangeException(nameof(IntraOpThreads), value, "Between 1 and 1024 threads.");
    } = 1;

    /// <summary>
    /// Below this confidence, 0..1, a prediction is <see cref="PredictionStatus.Uncertain"/>; 0.5 by default, so that
    /// a digit that is more probable than all others together is relied on. 0 makes nothing uncertain.
    /// </summary>
    public float ConfidenceThreshold
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ConfidenceThreshold), value, "Between 0 and 1.");
    } = 0.5f;

    /// <summary>
    /// Whether a model that OnnxDigits did not export may be loaded; false by default. Set it only for a file that you
    /// trust: <see cref="ModelInfo.ForeignNotice"/> then says what makes it foreign.
    /// </summary>
    /// <remarks>
    /// It waives the metadata with the preprocessing's id (images are prepared as for our models), the digest, the
    /// versions of the format, the list of operators and their domains, the types of weights, and the caps on what the
    /// nodes make, so such a model may take any time and memory. Still refused: names, shapes and types of input and
    /// output other than ours; weights in other files; files and weights past the caps, or other than the file carries;
    /// NaN and infinite weights; graphs within nodes, functions, cycles and double names.
    /// </remarks>
    public bool AllowForeignModel { get; init; }

    private static FrozenDictionary<string, string> Checked(IReadOnlyDictionary<string, string> libraries)
    {
        ArgumentNullException.ThrowIfNull(libraries);
        foreach (var (name, path) in libraries)
        {
            if (DeviceProvider.Find(name) is null)
                throw new ArgumentException(
                    $"'{name}' is no device that a provider library brings: write "
                    + $"{string.Join(" or ", DeviceProvider.All.Select(provider => provider.Name))}.");
            if (string.IsNullOrEmpty(path))
                throw new ArgumentException($"The provider library for {name} has no path.");
        }
        return libraries.ToFrozenDictionary();
    }
}
