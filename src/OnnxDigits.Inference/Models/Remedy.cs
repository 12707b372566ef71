namespace OnnxDigits.Inference.Models;

/// <summary>What to do about a model that is refused.</summary>
internal static class Remedy
{
    public const string GiveOurs = "give one that OnnxDigits exported";

    public const string ExportAgain = "copy or export it again";

    public const string ExportOrAllow = "export it with this project's training, or allow a foreign model on purpose";
}
