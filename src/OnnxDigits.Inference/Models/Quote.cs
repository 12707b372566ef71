namespace OnnxDigits.Inference.Models;

/// <summary>Names out of a file, made fit for an error's one line.</summary>
internal static class Quote
{
    private const int Longest = 120;

    public static string Of(string name)
    {
        string cut = name.Length <= Longest ? name : name[..Longest] + "…";
        return $"'{string.Concat(cut.Select(c => char.IsControl(c) ? '\uFFFD' : c))}'";
    }
}
