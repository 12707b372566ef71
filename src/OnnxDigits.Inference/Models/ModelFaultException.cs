namespace OnnxDigits.Inference.Models;

/// <summary>Why a model is refused; whoever knows the model's name makes the sentence of it.</summary>
/// <param name="fault">What is wrong, as a sentence goes on after the model's name.</param>
/// <param name="remedy">What to do.</param>
internal sealed class ModelFaultException(string fault, string remedy) : Exception(fault)
{
    public DigitModelException Of(string model) => new($"The model {Quote.Of(model)} {Message}: {remedy}.");
}
