using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>A small module of each type, with an example for it.</summary>
internal static class Samples
{
    /// <summary>Modules without a forward of their own, and why they need no converter.</summary>
    public static IReadOnlyDictionary<Type, string> Containers { get; } = new Dictionary<Type, string>
    {
        [typeof(ModuleList<>)] = "a container: the code that calls its modules is traced",
        [typeof(ModuleDict<>)] = "a container: the code that calls its modules is traced",
        [typeof(ParameterList)] = "a container: its parameters are written where they are used",
        [typeof(ParameterDict)] = "a container: its parameters are written where they are used",
        [typeof(nn.Module)] = "a base: the code of what derives from it is traced",
        [typeof(nn.HookableModule<,>)] = "a base: the code of what derives from it is traced",
    };

    /// <summary>The samples by the types of their modules; a script is one for all of its types.</summary>
    public static IReadOnlyDictionary<Type, Sample> ByModule { get; } = Collect();

    private static Dictionary<Type, Sample> Collect()
    {
        using var scope = NewDisposeScope();
        Sample[] samples =
        [
            .. LayerSamples.All, .. ActivationSamples.All, .. SpatialSamples.All, .. SequenceSamples.All,
        ];
        var collected = samples.ToDictionary(sample => sample.Build().GetType());
        foreach (var type in CoverageTable.Modules.Where(typeof(jit.ScriptModule).IsAssignableFrom))
            collected[type] = new(LoadScript, 2, 3);
        return collected;
    }

    private static nn.Module LoadScript()
    {
        using var stream = typeof(Samples).Assembly.GetManifestResourceStream("twice.pt")!;
        string path = Path.GetTempFileName();
        try
        {
            using (var file = File.Create(path)) stream.CopyTo(file);
            return jit.load<Tensor, Tensor>(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
