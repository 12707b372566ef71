using System.Diagnostics;
using CrossCheck;
using OnnxDigits.Data;
using OnnxDigits.Tools.Figures;
using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Documentation;

/// <summary>
/// The programs of tools/Peers, published for this system without the .NET runtime: each must read the same digit, and its
/// folder is what has to be shipped.
/// </summary>
internal static class PublishedSizes
{
    private const string Record = "sizes.json";

    /// <summary>Megabytes by the name of the peer.</summary>
    public static Dictionary<string, int> Load(string root) => Records.Read<Dictionary<string, int>>(root, Record);

    /// <exception cref="InvalidOperationException">A program cannot be published, or reads another digit.</exception>
    public static void Measure(string root)
    {
        string folder = Directory.CreateTempSubdirectory("peers-").FullName;
        try
        {
            DigitImages digits = DigitGenerator.Draw(seed: 1, count: 100);
            int seven = Enumerable.Range(0, digits.Count).First(i => digits.Label(i) == 7);
            string image = Path.Combine(folder, "seven.raw"), weights = Path.Combine(folder, "conv.dat");
            File.WriteAllBytes(image, digits.Image(seven).ToArray());
            SaveWeights(weights);
            var sizes = new Dictionary<string, int>();
            foreach (var (project, _, _) in PeersTable.Peers.Where(peer => peer.Project != PeersTable.Python))
            {
                string output = Path.Combine(folder, project);
                Run("dotnet", "publish", Path.Combine(root, "tools", "Peers", project), "-c", "Release", "--use-current-runtime", "--self-contained", "false", "-o", output, "-v", "q", "--nologo");
                string model = project == "TorchSharpEval" ? weights : Path.Combine(root, "artifacts", "models", "conv.onnx");
                string digit = Run("dotnet", Path.Combine(output, $"Peer.{project}.dll"), image, model).Trim();
                if (digit != "7") throw new InvalidOperationException($"{project} reads '{digit}' and not 7.");
                long bytes = new DirectoryInfo(output).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
                sizes[project] = (int)Math.Round(bytes / 1e6);
                Console.WriteLine($"{project}: {sizes[project]} MB");
            }
            FigureFile.Write(Records.PathOf(root, Record), sizes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void SaveWeights(string path)
    {
        var model = ShippedModel.Open("conv");
        using DigitNetwork network = DigitNetworks.Create("conv", seed: 0);
        using var scope = NewDisposeScope();
        network.RestoreWeights(model.Weights.ToDictionary(weight => weight.Name, weight => tensor(model.Weight(weight.Name), weight.Shape)));
        network.Logits.save(path);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }
}
