using System.Numerics;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tracing;

namespace TorchOnnx.Tests;

public sealed class OpenSizeTests
{
    private static readonly Dictionary<long, double> Scales = new() { [500] = 2, [501] = 3 };
    private static readonly Dictionary<string, double> NamedScales = new() { ["500"] = 2 };
    private static readonly Dictionary<long, Func<Tensor, Tensor>> Functions = new() { [1] = x => x, [2] = x => -x };
    private static readonly double[,] Table = { { 1, 2, 3 } };
    private static readonly double[] Steps = [1, 2, 3, 4, 5];

    // Each condition has the same outcome at all sizes that the exporter traces.
    public static TheoryData<string, Func<Tensor, Tensor>, int> Changing => new()
    {
        { "x.shape[1] > 100", x => x.shape[1] > 100 ? x[.., ..100] : x * 2, 6 },
        { "branches that agree at small sizes", x => x.shape[1] % 8 == 0 ? x[.., ..99] * 1 : x + 0, 6 },
        { "condition within a branch", x => x.shape[1] % 3 == 0 ? x.shape[1] == 300 ? -x : x : x + 0, 7 },
        { "clamped at multiples", x => x.shape[1] % 8 == 0 ? x.clamp(-100, 100) : x + 0, 6 },
        { "branch beside a harmless one",
            x => (x.shape[1] % 3 == 0 ? x : -x) + (x.shape[0] % 2 == 0 ? x : x * 1), 6 },
        { "rare branch beside a harmless one",
            x => (x.shape[1] == 777 ? -x : x + 0) + (x.shape[1] % 2 == 0 ? x : x * 1), 6 },
        { "x.shape[1] > 4", x => x.shape[1] > 4 ? x.relu() : x.sigmoid(), 9 },
        { "beyond the far size", x => x.shape[1] > 1000 ? x.relu() : x.sigmoid(), 6 },
        { "x.shape[1] % 8 == 0", x => x.shape[1] % 8 == 0 ? x : -x, 6 },
        { "x.shape[1] % 10 == 0", x => x.shape[1] % 10 == 0 ? x : -x, 6 },
        { "x.shape[0] == x.shape[1]", x => x.shape[0] == x.shape[1] ? x : -x, 6 },
        { "x.shape[0] < x.shape[1]", x => x.shape[0] < x.shape[1] ? x : -x, 600 },
        { "band", x => x.shape[1] >= 50 && x.shape[1] < 53 ? x : -x, 6 },
        { "one size", x => x.shape[1] == 123_457 ? x : -x, 6 },
        { "square", x => x.shape[1] * x.shape[1] == 10_000 ? x : -x, 6 },
        { "x.numel() == 1000", x => x.numel() == 1000 ? x : -x, 6 },
        { "quotient", x => x.shape[1] / 10 == 50 ? x : -x, 6 },
        { "coarse quotient", x => x * (1 + x.shape[1] / 1_000_000), 6 },
        { "flag", x => { bool wide = x.shape[1] >= 500; return x * (wide ? 2.0 : 1.0); }, 6 },
        { "flags", x => x * ((x.shape[1] >= 500) | (x.shape[0] == 500) ? 2.0 : 1.0), 6 },
        { "switch", x => x.shape[1] switch { 500 => x, 501 => x.exp(), 502 => x.sin(), _ => -x }, 6 },
        { "switch on a remainder", x => (x.shape[1] % 1000) switch { 0 => x, 1 => x, 2 => x.exp(), _ => -x }, 6 },
        { "minimum", x => Math.Min(x.shape[1], 500) == 500 ? x : -x, 6 },
        { "minimum beyond the far size", x => x / Math.Min(x.shape[1], 1_000_000), 6 },
        { "smaller integer", x => x * (byte)x.shape[1], 6 },
        { "large integer", x => new BigInteger(x.shape[1]) > 500 ? x : -x, 6 },
        { "floating-point number", x => Math.Sqrt(x.shape[1]) > 25 ? x : -x, 6 },
        { "loop",
            x =>
            {
                for (long step = 0; step < x.shape[1] / 400; step++) x = x + 1;
                return x;
            },
            6 },
        { "loop over blocks",
            x => Enumerable.Range(0, (int)(x.shape[1] + 63) / 64).Aggregate(x, (sum, _) => sum + x), 6 },
        { "text", x => $"{x.shape[1]}" == "500" ? x : -x, 6 },
        { "key", x => Scales.TryGetValue(x.shape[1], out double scale) ? x * scale : x, 6 },
        { "text as key", x => NamedScales.ContainsKey($"{x.shape[1]}") ? x * 2 : x, 6 },
        { "key of a function", x => Functions[x.shape[1] / 1000 + 1](x), 6 },
        { "index", x => x * Steps[x.shape[1] / 400], 6 },
        { "exception that is caught",
            x =>
            {
                try
                {
                    return x.shape[1] > 500 ? throw new InvalidOperationException() : x * 2;
                }
                catch (InvalidOperationException)
                {
                    return x * 3;
                }
            },
            6 },
        { "failure that is caught",
            x =>
            {
                try
                {
                    return x.narrow(1, 0, 500);
                }
                catch (System.Runtime.InteropServices.ExternalException)
                {
                    return x * 3;
                }
            },
            6 },
        { "index of a table", x => x * Table[0, x.shape[1] / 400], 6 },
        { "constructor", x => x * new Width(x.shape[1]).Scale, 6 },
        { "slice that never cuts", x => x[.., ..1000] / x[.., ..1000].shape[1], 6 },
        { "slice at the far size", x => x[.., ..192] / x[.., ..192].shape[1], 6 },
        { "pieces", x => x.split(3, 1)[0] * 2, 6 },
        { "large square",
            x => Math.Abs(x.shape[1] - x.shape[0]) + Math.Max(0, 100 - x.shape[0]) > 0 ? x : -x, 6 },
        { "bits of two sizes", x => x * (x.shape[0] & x.shape[1]), 6 },
        { "method with another size", x => x / (long)BitOperations.RotateLeft((ulong)x.shape[1], 1), 6 },
        { "shape", x => x.shape.SequenceEqual([2, 500]) ? x * 2 : x, 6 },
        { "element of a shape", x => x.shape.Contains(500) ? x * 2 : x, 6 },
        { "sorted sizes", x => x / new[] { x.shape[1], 500 }.Order().First(), 6 },
        { "largest by a function", x => x / x.shape.Max(size => 2 * size), 6 },
        { "largest size", x => x.shape.Max() > 500 ? x * 2 : x, 6 },
        { "method", x => BitOperations.IsPow2(x.shape[1] + 2000) ? x : -x, 6 },
        { "method with a large number", x => x * BitOperations.Log2((ulong)x.shape[1] + 512), 6 },
        { "method with a number", x => x * BitOperations.Log2((uint)x.shape[1] + 512), 6 },
    };

    [Theory]
    [MemberData(nameof(Changing), DisableDiscoveryEnumeration = true)]
    public void Export_CodeChangingFarFromExample_IsRefusedWithLine(
        string what, Func<Tensor, Tensor> function, int example)
    {
        using var model = new Lambda(function);
        var problems = OnnxExporter.Analyze(model, randn(2, example), Open());
        Assert.True(problems.Count == 1, $"{what}: {problems.Count} problems");
        Assert.Equal("OpenSizeTests.cs", Path.GetFileName(problems[0].Line!.File));
    }

    public static TheoryData<string, Func<Tensor, Tensor>, int> Following => new()
    {
        { "half", x => x[.., ..(int)(x.shape[1] / 2 + 1)] + 0, 6 },
        { "half rounded up", x => x[.., (int)((x.shape[1] - 1) / 2)..] + 0, 6 },
        { "all but the last", x => x[.., ..(int)(x.shape[1] - 1)] + 0, 9 },
        { "a 64th", x => x / (1 + x.shape[1] / 64), 6 },
        { "square", x => x.unsqueeze(2).expand(-1, -1, x.shape[1]).reshape(x.shape[0], x.shape[1] * x.shape[1]), 5 },
        { "triangle", x => x.unsqueeze(2).expand(-1, -1, x.shape[1]).tril(), 5 },
        { "maximum of a range", x => x + arange(x.shape[1], ScalarType.Float32).aminmax(0).max, 7 },
        { "positions", x => x + arange(x.shape[1], ScalarType.Float32), 7 },
        { "minimum", x => x[.., ..(int)Math.Min(x.shape[1], 20)] + 0, 6 },
        { "maximum", x => x / Math.Max(x.shape[1], 20), 6 },
        { "clamped", x => x / Math.Clamp(x.shape[1], 5, 20), 6 },
        { "square root", x => x[.., ..(int)Math.Sqrt(x.shape[1])] + 0, 9 },
        { "division by a square root", x => x / Math.Sqrt(x.shape[1]), 6 },
        { "single square root", x => x / MathF.Sqrt(x.shape[1]), 6 },
        { "reciprocal", x => x * (1.0 / x.shape[1]), 6 },
        { "single reciprocal", x => x * (1f / x.shape[1]), 6 },
        { "power", x => x * Math.Pow(x.shape[1], -0.5), 6 },
        { "next power of two", x => x / Math.Pow(2, Math.Ceiling(Math.Log2(x.shape[1]))), 6 },
        { "exponential", x => x * Math.Exp(-x.shape[1] / 100.0), 6 },
        { "logarithm", x => x * Math.Log(x.shape[1]), 6 },
        { "logarithm to a base", x => x * Math.Log(x.shape[1], 3), 6 },
        { "whole logarithm", x => x[.., ..(int)Math.Log2(x.shape[1])] + 0, 10 },
        { "whole decimal logarithm", x => x + (int)Math.Log10(x.shape[1]), 10 },
        { "coarse rounding", x => x / (1 + x.shape[1] / 100), 6 },
        { "quotient beyond the far size", x => x / (1 + x.shape[1] / 1000), 6 },
        { "minimum beyond the far size", x => x / Math.Min(x.shape[1], 1000), 6 },
        { "remainder", x => x * (x.shape[1] % 7), 8 },
        { "quotient beside a remainder",
            x =>
            {
                var (quotient, remainder) = Math.DivRem(x.shape[1], 1000L);
                return x * (1 + quotient) + remainder;
            },
            6 },
        { "remainder that may throw", x => x * (1 + 100 % (x.shape[1] - 1)), 6 },
        { "large remainder", x => x * (1 + x.shape[1] % 1000), 8 },
        { "padding to a multiple", x => nn.functional.pad(x, [0, (32 - x.shape[1] % 32) % 32]), 6 },
        { "padding by a condition",
            x => nn.functional.pad(x, [0, x.shape[1] % 32 == 0 ? 0 : 32 - x.shape[1] % 32]), 6 },
        { "padding by a condition on a variable",
            x =>
            {
                int multiple = (int)x.shape[0] + 6, rest = (int)x.shape[1] % multiple, padding = 0;
                if (rest > 0) padding = multiple - rest;
                return nn.functional.pad(x, [padding / 2, padding - padding / 2]);
            },
            6 },
        { "size of one of two results",
            x =>
            {
                long columns = x.shape[1], part;
                if (columns < 20) part = columns;
                else part = 20 + columns / 3;
                return x[.., ..(int)part] * (columns >= 10 ? 2 : 3);
            },
            6 },
        { "quotient that would throw", x => x * (x.shape[1] / 100 != 0 ? 1000 / (x.shape[1] / 100) : 5), 6 },
        { "condition on a fraction", x => x + (Math.Sqrt(x.shape[1]) > 4.5 ? (int)x.shape[1] : -1), 6 },
        { "cleared bit", x => x[.., ..(int)(x.shape[1] & ~1)] + 0, 6 },
        { "low bits", x => x * (x.shape[1] & 3), 6 },
        { "shifted bits", x => x * ((x.shape[1] >> 2) + (x.shape[1] << 1)), 6 },
        { "complement", x => x * ~x.shape[1], 6 },
        { "no bits", x => x + (x.shape[1] & 0), 6 },
        { "list of numbers", x => x * cat([full(1, x.shape[1]), ones(1)]).to(float32).sum(), 6 },
        { "list of computed and constant numbers",
            x => x[.., ..1].matmul(tensor(new float[] { 2f / (x.shape[1] + 1), 0, -1, x.shape[1] }).view(1, 4)), 6 },
        { "infinite at one size", x => x * (2f / (x.shape[1] - 1)), 6 },
        { "matrix of computed numbers",
            x => x[.., ..1] * tensor(new[,] { { 1, 0.5 / x.shape[1] }, { x.shape[1], 3 } }, float32).sum(0), 6 },
        { "distance", x => x * Math.Abs(x.shape[1] - 20), 6 },
        { "remainder as a byte", x => x * (byte)(x.shape[1] % 7), 8 },
        { "slice after an ellipsis", x => x[TensorIndex.Ellipsis, TensorIndex.Slice(stop: 100)] * 2, 6 },
        { "slice after a new axis",
            x => x[TensorIndex.Null, TensorIndex.Ellipsis, TensorIndex.Slice(stop: 100)].squeeze(0) * 2, 6 },
        { "sum of two sizes", x => cat([x[0], x[.., 0]]).shape[0] > x.shape[1] ? x * 2 : x, 6 },
        { "largest of computed sizes", x => x / x.shape.Select(size => size + 1).Append(20).Max(), 6 },
        { "even part", x => x[.., ..(int)(x.shape[1] / 2 * 2)] + 0, 6 },
        { "size of a slice", x => x * x[.., ..2].shape[1], 6 },
        { "size of the end", x => x.amax([1L], true).expand(x[.., ^2..].shape) * 2, 8 },
        { "minimum of a constant", x => x[.., ..(int)Math.Min(5, x.shape[1])] + 0, 6 },
        { "scaled size", x => x[.., ..(int)(x.shape[1] * 0.7f)] + 0, 6 },
        { "scaled size in float64", x => x[.., ..(int)Math.Round(x.shape[1] * 0.7)] + 0, 6 },
        { "list of sizes", x => x.reshape([.. new List<long> { x.shape[0], x.shape[1], 1 }]).squeeze(2) * 2, 6 },
        { "sum of a shape", x => x / x.shape.Sum(), 6 },
        { "product of a shape", x => x / x.shape.Aggregate(1L, (product, size) => product * size), 6 },
        { "conditions that never change",
            x => x.shape[1] > 0 && x.shape[0] >= 1 && x.shape[1] + 1 > x.shape[1] ? x * 2 : x, 6 },
        { "conditions on results that never change",
            x =>
            {
                long rest = x.shape[1] % 7;
                return rest << 1 < 14 && rest >> 1 < 4 && (rest | 8) > 7 && (rest ^ 8) > 7 && (rest & 8) < 1
                    && rest == x.shape[1] - x.shape[1] / 7 * 7 && rest + 1 != rest && -rest < 1 && 7 - rest > 0
                        ? x * 2
                        : x;
            },
            8 },
        { "unsigned condition that never changes", x => (uint)x.shape[1] < 3_000_000_000 ? x * 2 : x, 6 },
        { "number that is never 0", x => x.shape[1] % 7 - 7 != 0 ? x * 2 : x, 8 },
        { "condition that may throw", x => 10 / (x.shape[1] - 1) + x.shape[1] > 1 ? x * 2 : x, 6 },
        { "guard", x => x.shape[1] > 4000 ? throw new ArgumentException($"{x.shape[1]} is too long") : x * 2, 6 },
        { "guard with a value",
            x => x.shape[1] > 4000 ? throw new ArgumentException("long") : x * (1 + x.shape[1] / 400), 6 },
        { "guards of two sizes",
            x =>
            {
                if (x.shape[0] > 64 || x.shape[1] < 2) throw new ArgumentException("wrong size");
                return x * (x.shape[0] / 65 + 1);
            },
            6 },
    };

    [Theory]
    [MemberData(nameof(Following), DisableDiscoveryEnumeration = true)]
    public void Export_SizeComputedFromOpenSize_IsEqualAtEverySize(
        string what, Func<Tensor, Tensor> function, int example)
    {
        using var model = new Lambda(function);
        var program = OnnxExporter.Export(model, randn(2, example), Open() with { Verifier = new OnnxRuntimeRunner() });
        AreEqual(what, function, program,
            Enumerable.Range(2, 299).Concat([999, 1000, 1001, 4000]).Select(size => (long[])[2, size]));
    }

    // Sizes of pictures of shape [N, 3, H, W].
    public static TheoryData<string, Func<Tensor, Tensor>, bool> Pictures => new()
    {
        { "square pictures", x => x.shape[2] == x.shape[3] ? x : -x, false },
        { "wide pictures", x => x.shape[2] < x.shape[3] ? x : -x, false },
        { "number of pixels", x => x.shape[2] * x.shape[3] == 4096 ? x : -x, false },
        { "height of a result", x => nn.functional.avg_pool2d(x, 2).shape[2] > 500 ? x : -x, false },
        { "multiples", x => (x.shape[2] | x.shape[3]) % 32 == 0 ? x : -x, false },
        { "kernel over half the picture", x => nn.functional.avg_pool2d(x, [x.shape[2] / 2, x.shape[3]]), false },
        { "kernel over the picture",
            x => nn.functional.avg_pool2d(x, [x.shape[2], x.shape[3]])
                + nn.functional.max_pool2d(x, [x.shape[2], x.shape[3]]),
            true },
        { "root of the number of pixels", x => x / Math.Sqrt(x.shape[2] * x.shape[3]), true },
        { "half the picture", x => x[.., .., ..(int)(x.shape[2] / 2), (int)(x.shape[3] / 3)..] + 0, true },
        { "padding to multiples",
            x => nn.functional.pad(x, [0, (32 - x.shape[3] % 32) % 32, 0, (32 - x.shape[2] % 32) % 32]), true },
        { "padding to a square",
            x => nn.functional.pad(
                x, [0, Math.Max(x.shape[2], x.shape[3]) - x.shape[3], 0, Math.Max(x.shape[2], x.shape[3]) - x.shape[2]]),
            true },
        { "padding to the input",
            x =>
            {
                var y = nn.functional.avg_pool2d(x, 2).repeat_interleave(2, 2).repeat_interleave(2, 3);
                long height = x.shape[2] - y.shape[2], width = x.shape[3] - y.shape[3];
                return x + nn.functional.pad(y, [width / 2, width - width / 2, height / 2, height - height / 2]);
            },
            true },
    };

    [Theory]
    [MemberData(nameof(Pictures), DisableDiscoveryEnumeration = true)]
    public void Export_PicturesOfAnySize_IsRefusedOrEqual(string what, Func<Tensor, Tensor> function, bool isExported)
    {
        using var model = new Lambda(function);
        var options = Open() with { DynamicDimensions = [new("H", 0, 2) { Min = 4 }, new("W", 0, 3) { Min = 4 }] };
        if (!isExported)
        {
            var problem = Assert.Single(OnnxExporter.Analyze(model, randn(2, 3, 9, 14), options));
            Assert.Equal("OpenSizeTests.cs", Path.GetFileName(problem.Line!.File));
            return;
        }
        var program = OnnxExporter.Export(
            model, randn(2, 3, 9, 14), options with { Verifier = new OnnxRuntimeRunner() });
        AreEqual(what, function, program, from height in (long[])[4, 5, 12, 31, 33, 64]
                                          from width in (long[])[4, 7, 12, 60, 64]
                                          select (long[])[3, 3, height, width]);
    }

    internal static void AreEqual(
        string what, Func<Tensor, Tensor> function, OnnxProgram program, IEnumerable<long[]> shapes)
    {
        manual_seed(1);
        using var session = new OnnxRuntimeRunner().Load(program.ToBytes());
        foreach (long[] shape in shapes)
        {
            using var scope = NewDisposeScope();
            var input = randn(shape);
            var expected = (GraphTensor<float>)TensorCopy.ToManaged(function(input));
            var actual = (GraphTensor<float>)session.Run(
                new Dictionary<string, GraphTensor> { ["x"] = TensorCopy.ToManaged(input) })["y"];
            string where = $"{what} at [{string.Join(", ", shape)}]";
            Assert.True(expected.Shape.SequenceEqual(actual.Shape), $"{where}: {string.Join(", ", actual.Shape)}");
            double error = expected.Data.Zip(actual.Data, (left, right) => Math.Abs(left - right)).Max();
            Assert.True(error <= 1e-6 * expected.Data.Max(Math.Abs), $"{where}: {error}");
        }
    }

    [Fact]
    public void Export_ReshapeThatKeepsOpenSizes_CopiesThem()
    {
        using var model = new Lambda(x => x.reshape(x.shape[0], x.shape[1], 2, 2));
        var program = OnnxExporter.Export(model, randn(2, 6, 4), Open() with { Verifier = new OnnxRuntimeRunner() });
        Assert.Equal(["Reshape"], program.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Export_ConditionBeyondMax_IsVerifiedUpToMax()
    {
        using var model = new Lambda(x => x.shape[1] > 100 ? x[.., ..100] : x * 2);
        var program = OnnxExporter.Export(
            model, randn(2, 6), Open(max: 100) with { Verifier = new OnnxRuntimeRunner() });

        Assert.Contains(program.Report!.Cases, @case => @case.Name == "T = 99");
        Assert.DoesNotContain(program.Report.Cases, @case => @case.InputShapes[0][1] > 100);
    }

    [Fact]
    public void Export_ConditionBelowMax_IsRefused()
    {
        using var model = new Lambda(x => x.shape[1] > 1000 ? x[.., ..1000] : x * 2);

        var refusal = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 6), Open(max: 1001)));

        Assert.Contains(
            "the condition T > 1000 is false with the example and true with T = 1001. Declare the dimension as "
                + "new(\"T\", 0, 1) { Max = 1000 }, or make it static (remove it from DynamicDimensions, or set "
                + "DynamicBatch = false).",
            refusal.Message);
    }

    [Fact]
    public void Export_MaxThatModuleRejects_IsRefused()
    {
        using var model = new Positions(32);

        var refusal = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 6, 4), Open(max: 33)));

        Assert.Contains(
            "The module accepts the example but not T = 33: set the dimension's Max to a size that the module accepts",
            refusal.Message);
    }

    [Fact]
    public void Export_SizesBelowMin_AreNotTried()
    {
        // The standard deviation of one element is NaN, and the crop needs five.
        using var model = new Lambda(x => x.std(1, keepdim: true) + x.narrow(1, 0, 5));
        var program = OnnxExporter.Export(
            model, randn(2, 8), Open(min: 5) with { Verifier = new OnnxRuntimeRunner() });

        Assert.Equal(5, program.Report!.Cases.Min(@case => @case.InputShapes[0][1]));
    }

    [Theory]
    [InlineData(10, 8)]
    [InlineData(32, 23)]
    [InlineData(200, 191)]
    public void Export_PositionTable_IsVerifiedUpToItsEnd(int positions, long farthest)
    {
        using var model = new Positions(positions);
        var program = OnnxExporter.Export(model, randn(2, 6, 4), Open() with { Verifier = new OnnxRuntimeRunner() });

        long proven = program.Report!.Cases.Max(@case => @case.InputShapes[0][1]);
        Assert.Equal(farthest, proven);
    }

    [Theory]
    [InlineData(9, 1, "'T' has size 6 in the example and Max 9. Max must be at least 10 and a multiple of 1. "
        + "Change Max or use a smaller example.")]
    [InlineData(15, 2, "'T' has size 6 in the example and Max 15. Max must be at least 14 and a multiple of 2. "
        + "Change Max or use a smaller example.")]
    public void Export_MaxTooNearExample_Throws(int max, int multiple, string sentence)
    {
        using var model = new Lambda(x => x * 2);
        var failure = Assert.Throws<ArgumentException>(() => OnnxExporter.Export(
            model, randn(2, 6), new() { DynamicDimensions = [new("T", 0, 1) { MultipleOf = multiple, Max = max }] }));
        Assert.Contains(sentence, failure.Message);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(3, 2)]
    [InlineData(0, 1)]
    public void Export_MinThatExcludesExample_Throws(int min, int multiple)
    {
        using var model = new Lambda(x => x * 2);
        var failure = Assert.Throws<ArgumentException>(() => OnnxExporter.Export(
            model, randn(2, 6), new() { DynamicDimensions = [new("T", 0, 1) { MultipleOf = multiple, Min = min }] }));
        Assert.Contains(
            $"'T' has size 6 in the example and Min {min}. Min must be at most that size and a multiple of {multiple}.",
            failure.Message);
    }

    internal static OnnxExportOptions Open(int? max = null, int? min = null) => new()
    {
        InputNames = ["x"],
        OutputNames = ["y"],
        DynamicDimensions = [new("T", 0, 1) { Max = max, Min = min }],
    };

    private sealed class Width(long size)
    {
        public double Scale { get; } = size > 500 ? 2 : 1;
    }

    private sealed class Positions : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _table;

        public Positions(int count) : base(nameof(Positions))
        {
            _table = nn.Embedding(count, 4);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input + _table.call(arange(input.shape[1]));
    }
}
