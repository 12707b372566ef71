using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>Contains the parameters of one direction of a recurrent layer.</summary>
/// <param name="Input">The weights of the input, [gates · H, I].</param>
/// <param name="Recurrent">The weights of the hidden state, [gates · H, H].</param>
/// <param name="InputBias">The bias of the input; <see langword="null"/> without bias.</param>
/// <param name="RecurrentBias">The bias of the hidden state; <see langword="null"/> without bias.</param>
internal sealed record RecurrentWeights(
    torch.Tensor Input, torch.Tensor Recurrent, torch.Tensor? InputBias, torch.Tensor? RecurrentBias)
{
    private static readonly string[] Directions = ["", "_reverse"];

    /// <summary>Returns the parameters of a network by layer, then by direction.</summary>
    public static IReadOnlyList<IReadOnlyList<RecurrentWeights>> Layers(torch.nn.Module module)
    {
        var parameters = Parameters(module);
        var layers = new List<IReadOnlyList<RecurrentWeights>>();
        while (parameters.ContainsKey($"weight_ih_l{layers.Count}"))
        {
            layers.Add([.. Directions.Select(direction => $"_l{layers.Count}{direction}")
                .Where(suffix => parameters.ContainsKey($"weight_ih{suffix}"))
                .Select(suffix => Of(parameters, suffix))]);
        }
        return layers;
    }

    /// <summary>Returns the parameters of a cell.</summary>
    public static RecurrentWeights Cell(torch.nn.Module module) => Of(Parameters(module), "");

    private static Dictionary<string, torch.Tensor> Parameters(torch.nn.Module module) =>
        module.named_parameters().ToDictionary(entry => entry.name, entry => (torch.Tensor)entry.parameter);

    private static RecurrentWeights Of(Dictionary<string, torch.Tensor> parameters, string suffix) => new(
        parameters[$"weight_ih{suffix}"], parameters[$"weight_hh{suffix}"],
        parameters.GetValueOrDefault($"bias_ih{suffix}"), parameters.GetValueOrDefault($"bias_hh{suffix}"));
}
