namespace OnnxDigits.Training.Loop;

/// <summary>A device was asked for that is not there; the message says what is missing.</summary>
internal sealed class TrainingDeviceException(string message) : Exception(message);
