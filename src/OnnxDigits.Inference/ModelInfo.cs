namespace OnnxDigits.Inference;

/// <summary>Represents a model's metadata and the device that runs it.</summary>
public sealed record ModelInfo
{
    /// <summary>Gets the file's name without its folder, or the name of the embedded model.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the name of the network, such as <c>best</c>. This and other texts are <c>unknown</c> if a foreign model
    /// does not state them.
    /// </summary>
    public required string Network { get; init; }

    /// <summary>
    /// Gets the data set that the model was trained on: <c>mnist</c>, <c>generated</c> or <c>other</c>.
    /// </summary>
    public required string DataSet { get; init; }

    /// <summary>Gets the SHA-256 of the data set in hexadecimal.</summary>
    public required string DataSetSha256 { get; init; }

    /// <summary>Gets the seed of the training run.</summary>
    public required string Seed { get; init; }

    /// <summary>
    /// Gets the accuracy on the data set's test images, from 0 to 1, or <see langword="null"/> if it is unknown.
    /// </summary>
    public required double? TestAccuracy { get; init; }

    /// <summary>Gets the <see cref="DigitPreprocessing.Id"/> that the model was trained for.</summary>
    public required string Preprocessing { get; init; }

    /// <summary>Gets the version of OnnxDigits that exported the model.</summary>
    public required string Version { get; init; }

    /// <summary>Gets the version of the ONNX file format.</summary>
    public required long IrVersion { get; init; }

    /// <summary>Gets the version of ONNX's default operator set.</summary>
    public required long OpsetVersion { get; init; }

    /// <summary>Gets the SHA-256 of the model file in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Gets ONNX Runtime's name of the execution provider, such as <c>CPUExecutionProvider</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets the device that runs the model: <c>cpu</c>, <c>cuda:N</c> or <c>webgpu:N</c>.</summary>
    public required string Device { get; init; }

    /// <summary>
    /// Gets the largest number of images in one run of the network. It decreases when a device fails at a batch.
    /// </summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>
    /// Gets the reason why <c>auto</c> could not use CUDA although the application supplies it, or the batch size at
    /// which a device failed. <see langword="null"/> if there is nothing to report.
    /// </summary>
    public string? DeviceNotice { get; init; }

    /// <summary>
    /// Gets the differences from a model that OnnxDigits exported, for a model loaded with
    /// <see cref="DigitClassifierOptions.AllowForeignModel"/>; otherwise <see langword="null"/>.
    /// </summary>
    public string? ForeignNotice { get; init; }
}
