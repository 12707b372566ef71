using OnnxDigits.Data;
using OnnxDigits.Tools.Explain.Ablations;
using OnnxDigits.Tools.Explain.Frameworks;
using OnnxDigits.Tools.Explain.Layers;

namespace OnnxDigits.Tools.Explain;

/// <summary>The whole page.</summary>
internal static class Explanation
{
    public static void Write(Page page, DigitDataSet set, DigitImages test, AblationRuns ablations)
    {
        IReadOnlyList<ExplainedNetwork> networks = ExplainedNetwork.OpenAll();
        page.Line("# What the networks learned");
        page.Line();
        page.Line("Written by `dotnet cake --target=Explain`, pictures included; not edited by hand.");
        page.Line();
        page.Line($"{test.Count:N0} test images of {set.Name} (SHA-256 of the set `{set.Sha256}`), read by the shipped networks on ONNX Runtime.");
        page.Line("Nothing here was used to choose anything.");
        page.Line();
        ShapesSection.Write(page);
        TranslationSection.Write(page, networks, test);
        RobustnessSection.Write(page, networks, test);
        LayersSection.Write(page, networks, test);
        AblationSection.Write(page, (ablation, seed) => ablations.Get(ablation, seed, Console.WriteLine));
        MistakesSection.Write(page, networks, test);
        TrustSection.Write(page, networks, test);
        FrameworksSection.Write(page, networks.Select(network => network.Name), test);
        foreach (ExplainedNetwork network in networks) network.Dispose();
    }
}
