using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// The model in ML.NET's OnnxTransformer, which runs row by row: a prediction engine for one image, a view for many.
/// </summary>
internal sealed class MlNetModel
{
    private readonly MLContext _context = new(seed: 0);
    private readonly OnnxTransformer _transformer;
    private readonly PredictionEngine<Row, Result> _engine;

    public MlNetModel(string modelPath)
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
    }

    public static Row[] Rows(float[] floats) =>
        [.. floats.Chunk(DigitInputs.ImageLength).Select(pixels => new Row { Pixels = pixels })];

    public float[] Predict(Row row) => _engine.Predict(row).Probabilities;

    public float[][] Predict(Row[] rows) =>
        [.. _transformer.Transform(_context.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("probabilities")];

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
