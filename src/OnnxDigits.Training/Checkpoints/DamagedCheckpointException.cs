namespace OnnxDigits.Training.Checkpoints;

/// <summary>A file is no whole checkpoint; the message is the reason, made to follow the file's name.</summary>
internal sealed class DamagedCheckpointException(string reason, Exception? inner = null) : Exception(reason, inner);
