using OnnxDigits.Tools.Reading;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The tables of the page on the preprocessing, from the figures that tools/Reading recorded.</summary>
internal static class PreprocessingTables
{
    public const string Page = "docs/preprocessing.md";
    public const string Conditions = "conditions";
    public const string Noise = "noise";
    public const string Photographed = "photographed";
    public const string Photographs = "photographs";
    public const string Constants = "constants";

    public static string Write(string root, string name) => MarkedTable.Frame(name switch
    {
        Photographs => LoadPhotographs(root).ToMarkdown(),
        Constants => LoadConstants(root).ToMarkdown(),
        _ => LoadConditions(root, name).ToMarkdown(),
    });

    public static ConditionFigures LoadConditions(string root, string name) => Records.Read<ConditionFigures>(root, $"{name}.json");

    public static PhotoFigures LoadPhotographs(string root) => Records.Read<PhotoFigures>(root, $"{Photographs}.json");

    public static ConstantFigures LoadConstants(string root) => Records.Read<ConstantFigures>(root, $"{Constants}.json");
}
