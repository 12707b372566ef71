using OnnxDigits.Tools.Figures;
using OnnxDigits.Tools.TrainBench;
using OnnxDigits.Tools.TrainChaos;

namespace OnnxDigits.Tools.Documentation;

/// <summary>How fast training is, what it survives and what drawn digits cost, as tools/TrainBench and tools/TrainChaos recorded it.</summary>
internal static class TrainingTables
{
    public const string Page = "docs/training.md";
    public const string Speed = "speed";
    public const string Chaos = "chaos";
    public const string Generation = "generation";

    public static string WriteSpeed(string root)
    {
        var figures = Records.Read<SpeedFigures>(root, "train-speed.json");
        string measure = figures.OfProcessorTime ? "processor time" : "time on the wall";
        return MarkedTable.Frame($"{Comparison.Table(figures)}\n{figures.Rounds} rounds in turns, medians, by {measure}; \"least\" and \"most\" are of the rounds.\n");
    }

    public static string WriteChaos(string root) => MarkedTable.Frame(TrialTable.Table(Troubles(root)));

    public static IReadOnlyList<TroubleFigure> Troubles(string root) => Records.Read<IReadOnlyList<TroubleFigure>>(root, "train-chaos.json");

    public static string WriteGeneration(string root)
    {
        var figures = Records.Read<GenerationFigures>(root, "generation.json");
        return MarkedTable.Format(
            [$"{figures.Digits.Text("N0")} digits, {figures.Threads} threads, {figures.Rounds} rounds in turns", "least", "median", "most"],
            [
                figures.Drawing.Row("drawing them, s", "0.00"), figures.Epoch.Row("an epoch of conv on as many, s", "0.00"),
                figures.Share.Row("the one over the other", "0.000"),
            ]);
    }
}
