using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Execution;

namespace OnnxDigits.DeviceTests;

/// <summary>The exporter's corpus of modules, as files that its tests keep in the folder ONNXDIGITS_CORPUS names.</summary>
public class CorpusTests
{
    private const double Tolerance = 1e-4;

    // A graph in half precision keeps eleven bits.
    private const double HalfTolerance = 1e-2;

    // https://github.com/microsoft/onnxruntime/issues/29651 has the same.
    private const string Channels = "the provider's Conv is wrong from 6 channels to a multiple of 4";

    /// <summary>Found on ONNX Runtime 1.30's WebGPU provider; in the report, and no more than that.</summary>
    private static readonly Dictionary<string, string> KnownToDiffer = new()
    {
        ["positional_encoding"] = "WGSL promises sin and cos to 2⁻¹¹ only",
        ["text_cnn"] = Channels,
        ["alexnet"] = Channels,
    };

    public static TheoryData<string> Files => Environment.GetEnvironmentVariable("ONNXDIGITS_CORPUS") is { Length: > 0 } folder
        ? [.. Directory.GetFiles(folder, "*.onnx").Order(StringComparer.Ordinal)]
        : [];

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void Run_UsersModule_GivesTheResultsOfTheCpu(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        byte[] model = File.ReadAllBytes(file);
        using var cpu = new InferenceSession(model);
        using var inputs = GraphInputs.For(cpu);
        using var run = new RunOptions();
        using var expected = cpu.Run(run, inputs.Names, inputs.Values, cpu.OutputNames);
        var device = DeviceName.Parse(DeviceUnderTest.Name);
        var provider = DeviceProvider.Of(device.Kind);
        using var turn = provider.Gate is null ? default : provider.Gate.EnterScope();
        var request = new SessionRequest(model, name, 1, new Dictionary<string, string>());
        var target = provider.Locate(device, request);
        using var options = request.NewOptions();
        target.Append(options);
        options.EnableProfiling = true;
        options.ProfileOutputPathPrefix = Path.Combine(Path.GetTempPath(), $"corpus-{name}");
        using var session = Open(model, options, out string? lacking);
        if (session is null)
        {
            DeviceReport.Write($"module {name}: not on {device}, which lacks a type of number ({lacking})");
            return;
        }
        using var actual = session.Run(run, inputs.Names, inputs.Values, session.OutputNames);
        string profile = session.EndProfiling();
        NodePlacement placement;
        using (var stream = File.OpenRead(profile))
            placement = NodePlacement.Read(stream, target.Provider);
        File.Delete(profile);

        double largest = expected.Zip(actual).Max(pair =>
            GraphOutputs.Difference(pair.First, pair.Second, out bool half) * (half ? Tolerance / HalfTolerance : 1));
        string left = placement.CpuOperators.Count == 0 ? "all" : $"but on the CPU {string.Join(", ", placement.CpuOperators)}";
        bool known = KnownToDiffer.TryGetValue(name, out string? reason) && largest > Tolerance;
        DeviceReport.Write($"module {name}: {placement.OnDevice} nodes on {device}, {left}; {largest:0.0e+0} from the CPU{(known ? $", too far: {reason}" : "")}");
        Assert.True(known || largest <= Tolerance, $"{name} is {largest} from the CPU");
    }

    // Half precision is an option of WebGPU that a device need not have.
    private static InferenceSession? Open(byte[] model, SessionOptions options, out string? lacking)
    {
        lacking = null;
        try
        {
            return new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException e) when (e.Message.Contains("requires f16 but the device does not support it", StringComparison.Ordinal))
        {
            lacking = "f16";
            return null;
        }
    }
}
