namespace OnnxDigits.Inference.Models;

/// <summary>A reason to refuse a model, thrown by the checks, which do not know the model's name.</summary>
/// <param name="fault">The predicate of the sentence, such as "is empty".</param>
/// <param name="remedy">The advice to the user, such as "copy or export it again".</param>
internal sealed class ModelFaultException(string fault, string remedy) : Exception(fault)
{
    public DigitModelException ToModelException(string model) =>
        new($"The model {OnnxText.Quote(model)} {Message}: {remedy}.");
}

/// <summary>The advice for users whose model is refused.</summary>
internal static class Remedy
{
    public const string UseOurs = "use a model that OnnxDigits exported";

    public const string ExportAgain = "copy or export it again";

    public const string ExportOrAllow = "export it with OnnxDigits, or allow foreign models if you trust it";
}
