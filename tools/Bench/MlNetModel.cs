using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// Runs a model in ML.NET's OnnxTransformer: one image with a prediction engine, many as a data view.
/// </summary>
internal sealed class MlNetModel
{
    private readonly MLContext _context = new(seed: 0);
    private readonly OnnxTransformer _transformer;
    private readonly PredictionEngine<Row, Result> _engine;
    private readonly Row[] _rows;

    public MlNetModel(string modelPath, int count)
    {
        var options = new OnnxOptions
        {
            ModelFile = modelPath,
            InputColumns = ["input"],
            OutputColumns = ["probabilities"],
            ShapeDictionary = new Dictionary<string, int[]> { ["input"] = [1, 1, 28, 28], ["probabilities"] = [1, 10] },
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
        };
        _transformer = _context.Transforms.ApplyOnnxModel(options).Fit(_context.Data.LoadFromEnumerable<Row>([]));
        _engine = _context.Model.CreatePredictionEngine<Row, Result>(_transformer);
        _rows = [.. DigitInputs.Floats(count).Chunk(28 * 28).Select(pixels => new Row { Pixels = pixels })];
    }

    /// <summary>Returns the probabilities of all images, one after the other.</summary>
    public float[] Run() => _rows.Length == 1
        ? _engine.Predict(_rows[0]).Probabilities
        : [.. _transformer.Transform(_context.Data.LoadFromEnumerable(_rows))
            .GetColumn<float[]>("probabilities").SelectMany(row => row)];

    internal sealed class Row
    {
        [ColumnName("input"), VectorType(1, 1, 28, 28)]
        public float[] Pixels { get; set; } = [];
    }

    internal sealed class Result
    {
        [ColumnName("probabilities"), VectorType(10)]
        public float[] Probabilities { get; set; } = [];
    }
}
