namespace OnnxDigits.Inference;

/// <summary>A device that was tried.</summary>
/// <param name="Name">As in <see cref="DigitClassifierOptions.Device"/>, with its number.</param>
/// <param name="Info">What ran on it, and how; <see langword="null"/> when it does not work.</param>
/// <param name="Problem">What is missing and what to install; <see langword="null"/> when it works.</param>
public sealed record DigitDevice(string Name, ModelInfo? Info, string? Problem)
{
    /// <summary>Whether an image was read on it.</summary>
    public bool Works => Info is not null;
}
