#:package Microsoft.ML.OnnxRuntime
#:package Microsoft.ML.OnnxTransformer
#:property PublishAot=false
// Prints the digit in a file of 28×28 bytes, with ML.NET: OnnxTransformer IMAGE MODEL
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

var context = new MLContext();
var transformer = context.Transforms
    .ApplyOnnxModel(args[1], new Dictionary<string, int[]> { ["input"] = [1, 1, 28, 28], ["probabilities"] = [1, 10] })
    .Fit(context.Data.LoadFromEnumerable<Image>([]));
using var engine = context.Model.CreatePredictionEngine<Image, Result>(transformer);
float[] pixels = [.. File.ReadAllBytes(args[0]).Select(pixel => pixel / 255f)];
Console.WriteLine(TensorPrimitives.IndexOfMax(engine.Predict(new Image { Pixels = pixels }).Probabilities));

internal sealed class Image
{
    [ColumnName("input"), VectorType(1, 1, 28, 28)]
    public float[] Pixels { get; set; } = [];
}

internal sealed class Result
{
    [ColumnName("probabilities"), VectorType(10)]
    public float[] Probabilities { get; set; } = [];
}
