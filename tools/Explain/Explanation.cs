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
        HeadSection.Write(page, set, test.Count, networks);
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
