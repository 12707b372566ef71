using System.Text.Json;
using OnnxDigits.CrossCheck;
using OnnxDigits.Data.Internals;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.InferenceBench;

/// <summary>
/// The times of the README's table as a file of ratios: each way in turns with the bare runtime, and each network with conv.
/// </summary>
internal static class Recorder
{
    private const int AllocationRounds = 100;

    public static void Write(string path)
    {
        var peers = Peers();
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
            One = Math.Round(Ratios.Compare(turns: 400, calls: 25, single, bareOne.Run).Ratio, 2),
            Many = Math.Round(Ratios.Compare(turns: 40, calls: 1, batch, bareMany.Run).Ratio, 2),
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

    private static Dictionary<string, double> Networks()
    {
        using var conv = new DigitClassifier(new() { Device = "cpu", Model = EmbeddedModel.Conv });
        byte[] pixels = DigitInputs.Bytes(1);
        float[] probabilities = new float[10];
        return Enum.GetValues<EmbeddedModel>().ToDictionary(network => network.ToString().ToLowerInvariant(), network =>
        {
            using var other = new DigitClassifier(new() { Device = "cpu", Model = network });
            return Math.Round(Ratios.Compare(
                turns: 400, calls: 25, () => other.Predict(pixels, probabilities), () => conv.Predict(pixels, probabilities)).Ratio, 1);
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
