namespace OnnxDigits.Inference;

/// <summary>Represents a device that <see cref="DigitDevices.Try()"/> tested.</summary>
public sealed class DigitDevice
{
    /// <summary>Gets the device's name with its number, such as <c>cuda:0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the model and execution provider that ran on the device, or <see langword="null"/> if the device does not
    /// work.
    /// </summary>
    public ModelInfo? Info { get; init; }

    /// <summary>
    /// Gets the reason why the device does not work and what to install, or <see langword="null"/> if it works.
    /// </summary>
    public string? Problem { get; init; }

    /// <summary>Gets a value that indicates whether the device read an image.</summary>
    public bool Works => Info is not null;
}
