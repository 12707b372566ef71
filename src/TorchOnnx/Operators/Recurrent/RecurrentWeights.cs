using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>The parameters of one direction of one recurrent layer.</summary>
/// <param name="Input">From the input to the gates, [gates · H, I].</param>
/// <param name="Recurrent">From the hidden state to the gates, [gates · H, H].</param>
/// <param name="InputBias">The bias of the one; null where it has none.</param>
/// <param name="RecurrentBias">The bias of the other; null where it has none.</param>
internal sealed record RecurrentWeights(
    torch.Tensor Input, torch.Tensor Recurrent, torch.Tensor? InputBias, torch.Tensor? RecurrentBias)
{
    private static readonly string[] Directions = ["", "_reverse"];

    /// <summary>Those of a network, layer by layer and there direction by direction.</summary>
    public static IReadOnlyList<IReadOnlyList<RecurrentWeights>> Layers(torch.nn.Module module)
    {
        var parameters = Parameters(module);
        var layers = new List<IReadOnlyList<RecurrentWeights>>();
        while (parameters.ContainsKey($"weight_ih_l{layers.Count}"))
            layers.Add([.. Directions.Select(direction => $"_l{layers.Count}{direction}")
                .Where(suffix => parameters.ContainsKey($"weight_ih{suffix}")).Select(suffix => Of(parameters, suffix))]);
        return layers;
    }

    /// <summary>Those of a cell.</summary>
    public static RecurrentWeights Cell(torch.nn.Module module) => Of(Parameters(module), "");

    private static Dictionary<string, torch.Tensor> Parameters(torch.nn.Module module) =>
        module.named_parameters().ToDictionary(entry => entry.name, entry => (torch.Tensor)entry.parameter);

    private static RecurrentWeights Of(Dictionary<string, torch.Tensor> parameters, string suffix) => new(
        parameters[$"weight_ih{suffix}"], parameters[$"weight_hh{suffix}"],
        parameters.GetValueOrDefault($"bias_ih{suffix}"), parameters.GetValueOrDefault($"bias_hh{suffix}"));
}
