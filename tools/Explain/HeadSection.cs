using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Data;
using TorchSharp;
using ModelMetadata = OnnxDigits.Training.Reports.ModelMetadata;

namespace OnnxDigits.Tools.Explain;

/// <summary>What the page is made of: images, models, versions.</summary>
internal static class HeadSection
{
    public static void Write(Page page, DigitDataSet set, int images, IReadOnlyList<ExplainedNetwork> networks)
    {
        page.Line("# What the networks learned");
        page.Line();
        page.Line("Written by `dotnet cake --target=Explain`, pictures included; not edited by hand.");
        page.Line();
        page.Line($"{images:N0} test images of {set.Name} (SHA-256 of the set `{set.Sha256}`), read by the shipped networks on ONNX Runtime");
        page.Line($"{OrtEnv.Instance().GetVersionString()}; TorchSharp runs on libtorch {torch.__version__}, and this is version {ModelMetadata.Version}. Nothing here was used to choose anything.");
        page.Line();
        page.Table(
            ["network", "seed", "SHA-256 of the file"],
            networks.Select(network => (string[])[network.Name, network.Info.Seed, $"`{network.Info.Sha256}`"]));
    }
}
