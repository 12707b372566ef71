using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using OnnxDigits.Server.Digits;
using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Models;

/// <summary>Serves pictures as a model: image files in, digits out.</summary>
internal sealed class DigitsModel(DigitReader reader) : ServedModel(ModelName, ModelFile.FirstVersion)
{
    public const string ModelName = "digits";

    public override string Platform => "onnxdigits_pictures";

    public override IReadOnlyList<TensorInfo> Inputs { get; } = [new("images", DataType.Bytes, [-1])];

    public override IReadOnlyList<TensorInfo> Outputs { get; } =
    [
        new("digit", DataType.Int64, [-1]),
        new("confidence", DataType.Fp32, [-1]),
        new("status", DataType.Bytes, [-1]),
        new("error", DataType.Bytes, [-1]),
        new("probabilities", DataType.Fp32, [-1, 10]),
    ];

    public override async Task<IReadOnlyList<Tensor>> RunAsync(
        IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken)
    {
        Picture[] pictures = [.. inputs[0].Elements.Select(file => new Picture("-", file))];
        var rows = await reader.ReadAsync(pictures, cancellationToken).ConfigureAwait(false);
        long[] shape = [rows.Length];
        // A picture without a digit has the digit -1.
        long[] digits = [.. rows.Select(row => row.Digit ?? -1L)];
        float[] confidences = [.. rows.Select(row => row.Prediction?.Confidence ?? 0)];
        float[] probabilities =
            [.. rows.SelectMany(row => row.Prediction is { } read ? [.. read.Scores] : new float[10])];
        return
        [
            new(Outputs[0].Name, DataType.Int64, shape, ToBytes(digits)),
            new(Outputs[1].Name, DataType.Fp32, shape, ToBytes(confidences)),
            new(Outputs[2].Name, shape, [.. rows.Select(row => ToBytes(row.Status))]),
            new(Outputs[3].Name, shape, [.. rows.Select(row => ToBytes(row.Error ?? ""))]),
            new(Outputs[4].Name, DataType.Fp32, [rows.Length, 10], ToBytes(probabilities)),
        ];
    }

    public override string? LabelOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    public override void Dispose()
    {
    }

    private static ReadOnlyMemory<byte> ToBytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] ToBytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
