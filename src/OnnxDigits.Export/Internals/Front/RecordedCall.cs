using TorchSharp;

namespace OnnxDigits.Export.Internals.Front;

/// <summary>A leaf module and what it was called with: all that converters know of the forward pass.</summary>
internal sealed record RecordedCall(
    string Path, torch.nn.Module Module, IReadOnlyList<RecordedValue> Inputs, IReadOnlyList<RecordedValue> Outputs)
{
    public OnnxExportProblem Problem(string reason, string remedy) =>
        new(Path, Module.GetType().FullName!, reason, remedy);
}
