using System.Globalization;
using System.Text;

namespace OnnxDigits.Training.Networks;

/// <summary>Prints the layers of a network as <c>model.summary()</c> of Keras 2.3 does.</summary>
internal static class SummaryTable
{
    private const int LineLength = 65;

    // The ends of the columns. Keras cuts texts that are longer.
    private static readonly int[] Columns = [29, 55, LineLength];

    public static string Of(SequentialModel model)
    {
        string line = new('_', LineLength), doubleLine = new('=', LineLength);
        var rows = model.Layers.Select(layer => Row(
            $"{layer.Name} ({layer.Kind})", ShapeText(layer.OutputShape),
            $"{layer.Parameters + layer.NonTrainableParameters}"));
        long trainable = model.ParameterCount - model.FrozenCount;
        long others = model.Layers.Sum(layer => layer.NonTrainableParameters) + model.FrozenCount;
        return new StringBuilder($"Model: \"{model.Name}\"\n")
            .Append($"{line}\n{Row("Layer (type)", "Output Shape", "Param #")}\n{doubleLine}\n")
            .AppendJoin($"\n{line}\n", rows)
            .Append($"\n{doubleLine}\n")
            .Append(CultureInfo.InvariantCulture, $"Total params: {trainable + others:N0}\n")
            .Append(CultureInfo.InvariantCulture, $"Trainable params: {trainable:N0}\n")
            .Append(CultureInfo.InvariantCulture, $"Non-trainable params: {others:N0}\n{line}\n")
            .ToString();
    }

    private static string Row(params string[] texts)
    {
        string row = "";
        foreach ((string text, int end) in texts.Zip(Columns))
        {
            row += text;
            row = row.Length < end ? row.PadRight(end) : row[..(end - 1)] + " ";
        }

        return row;
    }

    // Keras puts the channels last.
    private static string ShapeText(IReadOnlyList<int> shape) =>
        $"(None, {string.Join(", ", shape is [var channels, _, _] ? [.. shape.Skip(1), channels] : shape)})";
}
