using System.Text.Json;
using CrossCheck;
using OnnxDigits.Data.Mnist;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// The times of the README's table as a file of ratios: each way in turns with the bare runtime, and each network with conv.
/// </summary>
internal static class Recorder
{
    private const int AllocationRounds = 100;

    private const int Turns = 400, Calls = 25, BatchTurns = 40;

    /// <param name="path">The file.</param>
    /// <param name="python">Starts Python; empty to leave it out.</param>
    public static void Write(string path, params ReadOnlySpan<string> python)
    {
        // First, for whether it can run is known only then.
        object? fromPython = python.IsEmpty ? null : Python(python);
        SortedDictionary<string, object> peers = Peers();
        if (fromPython is not null) peers["Python"] = fromPython;
        var networks = Networks();
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(
            stream, new { Peers = peers, Networks = networks }, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));
        Console.WriteLine(File.ReadAllText(path));
    }

    private static SortedDictionary<string, object> Peers()
    {
        var model = ShippedModel.Open("conv");
        using var classifier = new DigitClassifier(new() { Device = "cpu", Model = EmbeddedModel.Conv });
        using var bareOne = new BareRuntime(model.File, 1);
        using var bareMany = new BareRuntime(model.File, DigitInputs.Most);
        using var torch = new TorchModel(model);
        var mlNet = new MlNetModel(ShippedModel.PathOf("conv.onnx"));
        byte[] one = DigitInputs.Bytes(1), many = DigitInputs.Bytes(DigitInputs.Most);
        MlNetModel.Row[] rows = MlNetModel.Rows(DigitInputs.Floats(DigitInputs.Most));
        using var tensorOne = TorchModel.Images(DigitInputs.Floats(1));
        using var tensorMany = TorchModel.Images(DigitInputs.Floats(DigitInputs.Most));
        float[] probabilities = new float[DigitInputs.Most * 10];

        object Measure(Action single, Action batch) => new
        {
            One = Math.Round(Ratios.Compare(Turns, Calls, single, bareOne.Run).Ratio, 2),
            Many = Math.Round(Ratios.Compare(BatchTurns, calls: 1, batch, bareMany.Run).Ratio, 2),
            Allocated = AllocatedBy(single),
        };
        return new()
        {
            ["BareRuntime"] = Measure(bareOne.Run, bareMany.Run),
            ["Classifier"] = Measure(() => classifier.Predict(one, probabilities), () => classifier.Predict(many, probabilities)),
            ["OnnxTransformer"] = Measure(() => mlNet.Predict(rows[0]), () => mlNet.Predict(rows)),
            ["TorchSharpEval"] = Measure(() => torch.Predict(tensorOne, probabilities), () => torch.Predict(tensorMany, probabilities)),
        };
    }

    private static object Python(ReadOnlySpan<string> command)
    {
        byte[] model = ShippedModel.Open("conv").File;
        using var python = new PythonPeer(command);
        using var bareOne = new BareRuntime(model, 1);
        using var bareMany = new BareRuntime(model, DigitInputs.Most);
        bareMany.Run();
        float[] theirs = python.Predict(DigitInputs.Most);
        float most = theirs.Zip(bareMany.Probabilities, (a, b) => Math.Abs(a - b)).Max();
        if (most > 1e-5f) throw new InvalidOperationException($"Python's probabilities are {most} from the bare runtime's.");
        return new
        {
            One = Math.Round(Ratios.Compare(Turns, () => python.Turn(1, Calls), () => Ratios.Turn(Calls, bareOne.Run)).Ratio, 2),
            Many = Math.Round(Ratios.Compare(BatchTurns, () => python.Turn(DigitInputs.Most, 1), () => Ratios.Turn(1, bareMany.Run)).Ratio, 2),
            python.Version,
            python.Megabytes,
        };
    }

    private static Dictionary<string, double> Networks()
    {
        using var conv = new DigitClassifier(new() { Device = "cpu", Model = EmbeddedModel.Conv });
        byte[] pixels = DigitInputs.Bytes(1);
        float[] probabilities = new float[10];
        return Enum.GetValues<EmbeddedModel>().ToDictionary(network => network.ToString().ToLowerInvariant(), network =>
        {
            using var other = new DigitClassifier(new() { Device = "cpu", Model = network });
            return Math.Round(Ratios.Compare(
                Turns, Calls, () => other.Predict(pixels, probabilities), () => conv.Predict(pixels, probabilities)).Ratio, 1);
        });
    }

    // The mean of many, as what grows a buffer once is nobody's cost.
    private static long AllocatedBy(Action call)
    {
        call();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < AllocationRounds; i++) call();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / AllocationRounds;
    }
}
