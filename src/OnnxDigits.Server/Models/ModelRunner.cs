using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Models;

/// <summary>Checks the tensors of a request against a model, runs it, and selects the outputs.</summary>
internal static class ModelRunner
{
    /// <summary>Returns the requested outputs, or all outputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The inputs in any order.</param>
    /// <param name="outputs">The requested outputs. Empty for all.</param>
    /// <param name="classes">
    /// The number of best classes to return for outputs that aren't named, or 0 to return values.
    /// </param>
    /// <param name="cancellationToken">Stops waiting for the result.</param>
    /// <exception cref="ProtocolException">The request doesn't fit the model.</exception>
    public static async Task<IReadOnlyList<Tensor>> RunAsync(
        ServedModel model, IReadOnlyList<Tensor> inputs, IReadOnlyList<RequestedOutput> outputs, int classes,
        CancellationToken cancellationToken)
    {
        var ordered = model.Inputs.Select(info => Match(info, inputs)).ToArray();
        if (inputs.Count > ordered.Length) throw new ProtocolException($"The model has {ordered.Length} inputs only.");
        var selected = outputs.Count > 0
            ? outputs.Select(output => (Index: IndexOf(model, output.Name), output.Classes)).ToArray()
            : [.. model.Outputs.Select((_, index) => (Index: index, Classes: classes))];
        if (selected.DistinctBy(output => output.Index).Count() < selected.Length)
        {
            throw new ProtocolException("An output is requested twice.");
        }
        var results = await model.RunAsync(ordered, cancellationToken).ConfigureAwait(false);
        return
        [
            .. selected.Select(output => output.Classes > 0
                ? Classification.Best(results[output.Index], output.Classes, model.LabelOf)
                : results[output.Index]),
        ];
    }

    /// <summary>Returns the model's input with a name.</summary>
    /// <exception cref="ProtocolException">There is no such input.</exception>
    public static TensorInfo InputOf(ServedModel model, string? name) =>
        model.Inputs.FirstOrDefault(input => input.Name == name) ?? throw new ProtocolException(
            $"The model has no such input. It has {Names(model.Inputs)}.");

    private static Tensor Match(TensorInfo info, IReadOnlyList<Tensor> inputs)
    {
        Tensor? tensor = null;
        foreach (var input in inputs)
        {
            if (input.Name != info.Name) continue;
            if (tensor is not null) throw new ProtocolException($"The input '{info.Name}' is given twice.");
            tensor = input;
        }
        if (tensor is null) throw new ProtocolException($"The input '{info.Name}' is missing.");
        bool fits = tensor.Type == info.Type && tensor.Shape.Length == info.Shape.Length;
        for (int i = 0; fits && i < info.Shape.Length; i++)
        {
            fits = info.Shape[i] < 0 || info.Shape[i] == tensor.Shape[i];
        }
        return fits ? tensor : throw new ProtocolException(
            $"The input '{info.Name}' is {tensor.Type.Name} [{string.Join(", ", tensor.Shape)}], but must be {info}.");
    }

    private static int IndexOf(ServedModel model, string name)
    {
        for (int i = 0; i < model.Outputs.Count; i++)
        {
            if (model.Outputs[i].Name == name) return i;
        }
        throw new ProtocolException($"The model has no such output. It has {Names(model.Outputs)}.");
    }

    private static string Names(IReadOnlyList<TensorInfo> tensors) =>
        string.Join(", ", tensors.Select(tensor => $"'{tensor.Name}'"));
}
