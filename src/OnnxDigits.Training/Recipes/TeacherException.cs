namespace OnnxDigits.Training.Recipes;

/// <summary>A network to learn from cannot be used; the message says which and why.</summary>
/// <param name="message">One sentence.</param>
/// <param name="inner">What was found.</param>
public sealed class TeacherException(string message, Exception? inner = null) : Exception(message, inner);
