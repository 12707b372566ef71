namespace OnnxDigits.Inference;

/// <summary>What a model file says of itself, and where it runs.</summary>
public sealed record ModelInfo
{
    /// <summary>The file's name without its folder, or the embedded model's name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The network: <c>best</c>, <c>conv</c> or <c>dense</c>. Where a foreign model is silent, this and other texts are
    /// <c>unknown</c>.
    /// </summary>
    public required string Network { get; init; }

    /// <summary>The data set it was trained on: <c>mnist</c> or <c>generated</c>.</summary>
    public required string DataSet { get; init; }

    /// <summary>The data set's SHA-256 in hexadecimal.</summary>
    public required string DataSetSha256 { get; init; }

    /// <summary>The seed of the training run.</summary>
    public required string Seed { get; init; }

    /// <summary>The accuracy on the data set's test images, 0..1, as the training run measured it; or unknown.</summary>
    public required double? TestAccuracy { get; init; }

    /// <summary>The id of the preprocessing that it was trained for: <see cref="DigitPreprocessing.Id"/>.</summary>
    public required string Preprocessing { get; init; }

    /// <summary>The version of the program that wrote it.</summary>
    public required string Version { get; init; }

    /// <summary>The version of ONNX's file format.</summary>
    public required long IrVersion { get; init; }

    /// <summary>The version of ONNX's default operator set.</summary>
    public required long OpsetVersion { get; init; }

    /// <summary>The SHA-256 of the model file in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The execution provider that runs it, by ONNX Runtime's name, such as <c>CPUExecutionProvider</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The device that runs it: <c>cpu</c>, <c>cuda:N</c> or <c>webgpu:N</c>.</summary>
    public required string Device { get; init; }

    /// <summary>
    /// The most images that are run at once; a call with more of them makes several runs. It becomes less when a device
    /// fails at a batch.
    /// </summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>
    /// Why <c>auto</c> did not take a faster device, and at which batch a device failed that now gets smaller ones;
    /// <see langword="null"/> when there is nothing to say.
    /// </summary>
    public string? DeviceNotice { get; init; }

    /// <summary>
    /// Why the model is no digit model of OnnxDigits in good order, though it was allowed by
    /// <see cref="DigitClassifierOptions.AllowForeignModel"/>; <see langword="null"/> when it is one.
    /// </summary>
    public string? ForeignNotice { get; init; }
}
