using System.Globalization;
using Spectre.Console;

namespace OnnxDigits.Training.Networks;

/// <summary>A network's layers as Keras' <c>summary()</c> shows them.</summary>
internal static class SummaryTable
{
    public static Table For(DigitNetwork network)
    {
        var table = new Table()
            .Title($"Network [bold]{network.Name}[/], input {LayerSummary.ShapeText(network.InputShape)}")
            .AddColumn("Layer")
            .AddColumn("Output shape", column => column.RightAligned())
            .AddColumn("Parameters", column => column.RightAligned());
        foreach (LayerSummary layer in network.Layers)
            table.AddRow($"{layer.Name} ({layer.Kind})", layer.OutputShapeText, Count(layer.Parameters));

        table.Columns[0].Footer("Total");
        table.Columns[2].Footer(Count(network.ParameterCount));
        return table;
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
