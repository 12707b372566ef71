using TorchOnnx;
using TorchOnnx.OnnxRuntime;

namespace CrossCheck;

/// <summary>Quantizes the shipped models.</summary>
public class QuantizedModelTests
{
    private const double SmallestShare = 0.30;
    private const double LargestLoss = 0.0002;

    public static MatrixTheoryData<string, QuantizationMode> Cases => new(
        ["dense", "conv", "best"], [QuantizationMode.Static, QuantizationMode.Dynamic]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Quantize_ShippedModel_IsSmallAndReadsTheSameDigits(string network, QuantizationMode mode)
    {
        var model = ShippedModel.Open(network);
        // The calibration sees training images only.
        var options = new QuantizationOptions
        {
            Runner = new OnnxRuntimeRunner(),
            Mode = mode,
            MaxRelativeError = 0.01,
        };
        var quantized = OnnxQuantizer.Quantize(model.Path, TestImages.Batches(TestImages.Training, 1000), options);

        Assert.True(quantized.Report.Passed, quantized.Report.ToString());
        Assert.InRange(quantized.ToBytes().Length, 1, SmallestShare * model.File.Length);
        Assert.InRange(Accuracy(quantized.ToBytes()), Accuracy(model.File) - LargestLoss, 1);
    }

    private static double Accuracy(byte[] model)
    {
        using var session = new OnnxRuntimeRunner().Load(model);
        int right = 0, index = 0;
        foreach (var batch in TestImages.Batches(TestImages.All, TestImages.All.Count))
        {
            var outputs = session.Run(new Dictionary<string, GraphTensor> { ["input"] = batch[0] });
            foreach (float[] row in ((GraphTensor<float>)outputs["probabilities"]).Data.Chunk(10))
            {
                if (Array.IndexOf(row, row.Max()) == TestImages.All.Label(index++)) right++;
            }
        }
        return (double)right / index;
    }
}
