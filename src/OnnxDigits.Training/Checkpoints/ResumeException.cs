namespace OnnxDigits.Training.Checkpoints;

/// <summary>The exception thrown when a run cannot be resumed. The message states the cause and the remedy.</summary>
internal sealed class ResumeException(string message, Exception? inner = null) : Exception(message, inner);
