namespace OnnxDigits.Training.Checkpoints;

/// <summary>A run cannot be gone on with as asked; the message says what differs and what to do.</summary>
internal sealed class ResumeException(string message, Exception? inner = null) : Exception(message, inner);
