using TorchOnnx.OnnxRuntime;
using static TorchOnnx.Tests.OpenSizeTests;

namespace TorchOnnx.Tests;

/// <summary>Conditions on open sizes. A graph has one branch, which must be right at all sizes.</summary>
public sealed class BranchTests
{
    // Conditions with a branch that gives the results of the other wherever the other is taken.
    public static TheoryData<string, Func<Tensor, Tensor>, int> Agreeing => new()
    {
        { "causal mask",
            x =>
            {
                var scores = x.unsqueeze(2) * x.unsqueeze(1);
                long length = x.shape[1];
                if (length > 1) scores = scores + full(length, length, float.NegativeInfinity).triu(1);
                return scores.softmax(-1).sum(2) + x;
            },
            6 },
        { "mask that may be null",
            x =>
            {
                var mask = x.shape[1] == 1 ? null : ones(x.shape[1], x.shape[1], @bool).triu(1);
                var scores = x.unsqueeze(2) * x.unsqueeze(1);
                if (mask is not null) scores = scores.masked_fill(mask, -1e9);
                return scores.softmax(-1).sum(2) * x;
            },
            2 },
        { "causal flag",
            x =>
            {
                var heads = x.unsqueeze(1).unsqueeze(3).expand(-1, 2, -1, 4);
                bool isCausal = x.shape[1] > 1;
                return nn.functional.scaled_dot_product_attention(heads, heads, heads, is_casual: isCausal).sum(3);
            },
            2 },
        { "method with several numbers", x => IsLong(2) && IsLong(x.shape[1]) && IsLong(3) ? x.cumsum(1) : x * 1, 4 },
        { "number that is 0", x => x.shape[1] - 1 != 0 ? x.cumsum(1) : x * 1, 6 },
        { "batch", x => x.shape[0] == 1 ? x * 2 : cat([x, x], 0)[..(int)x.shape[0]] * 2, 6 },
        { "slice that cuts off nothing", x => x.shape[1] > 10 ? x[.., ..10] : x * 1, 6 },
        { "example that isn't cut", x => x.shape[1] < 3 ? x * 1 : x[.., ..Math.Min((int)x.shape[1], 50)], 6 },
        { "padding of either side",
            x =>
            {
                var (rows, columns) = ((4 - x.shape[0] % 4) % 4, (4 - x.shape[1] % 4) % 4);
                var y = nn.functional.pad(x, [0, columns, 0, rows]).softmax(1);
                return rows > 0 || columns > 0 ? y[..(int)x.shape[0], ..(int)x.shape[1]] : y;
            },
            6 },
        { "table that grows",
            x =>
            {
                var table = arange(4, float32);
                if (x.shape[1] > table.shape[0]) table = arange(x.shape[1], float32);
                return x + table[..(int)x.shape[1]];
            },
            3 },
        { "example of size 1", x => x.shape[1] > 1 ? x.cumsum(1) : x * 1, 1 },
        { "both sizes", x => (x.shape[0] > 1 ? x.cumsum(0) : x + 0) + (x.shape[1] > 1 ? x.cumsum(1) : x * 1), 6 },
    };

    [Theory]
    [MemberData(nameof(Agreeing), DisableDiscoveryEnumeration = true)]
    public void Export_BranchesOfWhichOneServesAll_AreEqualAtEverySize(
        string what, Func<Tensor, Tensor> function, int example)
    {
        using var model = new Lambda(function);
        var program = OnnxExporter.Export(model, ones(2, example), Open() with { Verifier = new OnnxRuntimeRunner() });
        AreEqual(what, function, program,
            from size in (long[])[1, 2, 3, 6, 8, 17] from batch in (long[])[1, 2, 4] select (long[])[batch, size]);
    }

    // Branches whose skipped side is the identity, for pictures of shape [N, 3, H, W].
    public static TheoryData<string, Func<Tensor, Tensor>> Skipping => new()
    {
        { "patch merging", Merged },
        { "padded and cropped windows", x => Windows(x) },
        { "window blocks and patch merging", x => Windows(Merged(Windows(x))) },
        { "resized to the skip connection", x => UNet(x, ResizedTo) },
        { "padded to the skip connection", x => UNet(x, PaddedTo) },
        { "shape compared with the skip connection", x => UNet(x, (y, skip) => y.shape.SequenceEqual(skip.shape)
            ? y
            : nn.functional.interpolate(y, [.. skip.shape.Skip(2)])) },
    };

    [Theory]
    [MemberData(nameof(Skipping), DisableDiscoveryEnumeration = true)]
    public void Export_BranchesThatSkipTheIdentity_AreEqualAtEverySize(string what, Func<Tensor, Tensor> function)
    {
        // At the first sizes most branches are skipped, and at the last ones most are taken.
        foreach (var (height, width) in ((int, int)[])[(8, 16), (9, 14), (11, 15)])
        {
            using var model = new Lambda(function);
            var options = Open() with { DynamicDimensions = [new("H", 0, 2) { Min = 4 }, new("W", 0, 3) { Min = 4 }] };
            var program = OnnxExporter.Export(
                model, randn(2, 3, height, width), options with { Verifier = new OnnxRuntimeRunner() });
            AreEqual(what, function, program, from rows in (long[])[4, 5, 6, 7, 8, 15, 33]
                                              from columns in (long[])[4, 5, 6, 7, 16, 27]
                                              select (long[])[1, 3, rows, columns]);
        }
    }

    // Neither branch serves all sizes, although one does at most of them.
    public static TheoryData<string, Func<Tensor, Tensor>> Differing => new()
    {
        { "padding of a whole window",
            x => x.shape[2] % 8 != 0 ? nn.functional.pad(x, [0, 0, 0, 8 - x.shape[2] % 8]) : x },
        { "one height", x => x.shape[2] == 777 ? -x : x },
        { "square pictures", x => x.shape[2] == x.shape[3] ? x : -x },
        { "pictures of one shape", x => x.shape.Skip(2).SequenceEqual([8, 13]) ? -x : x },
        { "both sizes odd", x => x.shape[2] % 2 == 1 && x.shape[3] % 2 == 1 ? -x : x },
        { "both sizes odd within a harmless branch",
            x =>
            {
                long height = x.shape[2], width = x.shape[3];
                if (height % 2 == 1 || width % 2 == 1)
                {
                    x = nn.functional.pad(x, [0, width % 2, 0, height % 2]);
                    if (height % 2 == 1 && width % 2 == 1) x = -x;
                }
                return x;
            } },
        { "width within a harmless branch on one height",
            x =>
            {
                if (x.shape[2] == 60)
                {
                    x = x * 1;
                    if (x.shape[3] == 5) x = -x;
                }
                return x;
            } },
        { "repeated last row",
            x => x.shape[2] % 2 == 1 ? cat([x, x[TensorIndex.Ellipsis, ^1.., TensorIndex.Colon]], 2) : x },
        { "clamped beside a harmless branch",
            x =>
            {
                if (x.shape[2] % 2 == 1) x = nn.functional.pad(x, [0, 0, 0, x.shape[2] % 2]);
                return x.shape[3] % 2 == 1 ? x.clamp(-100, 100) : x;
            } },
        { "height of the result of a harmless branch",
            x =>
            {
                if (x.shape[2] % 2 == 1) x = nn.functional.pad(x, [0, 0, 0, x.shape[2] % 2]);
                return x.shape[2] == 38 ? -x : x;
            } },
    };

    [Theory]
    [MemberData(nameof(Differing), DisableDiscoveryEnumeration = true)]
    public void Export_BranchesThatDifferAtFewSizes_AreRefusedWithLine(string what, Func<Tensor, Tensor> function)
    {
        foreach (var (height, width) in ((int, int)[])[(8, 12), (9, 14), (11, 15)])
        {
            using var model = new Lambda(function);
            var options = Open() with { DynamicDimensions = [new("H", 0, 2) { Min = 4 }, new("W", 0, 3) { Min = 4 }] };
            var problems = OnnxExporter.Analyze(model, randn(2, 3, height, width), options);
            Assert.True(problems.Count > 0, $"{what} at {height} x {width}");
            Assert.Equal("BranchTests.cs", Path.GetFileName(problems[0].Line!.File));
            Assert.Contains("condition", problems[0].Reason);
        }
    }

    private static Tensor Merged(Tensor x)
    {
        long height = x.shape[2], width = x.shape[3];
        if (height % 2 == 1 || width % 2 == 1) x = nn.functional.pad(x, [0, width % 2, 0, height % 2]);
        var (even, odd) = (TensorIndex.Slice(0, null, 2), TensorIndex.Slice(1, null, 2));
        return x[TensorIndex.Ellipsis, even, even] - x[TensorIndex.Ellipsis, odd, even]
            + 2 * x[TensorIndex.Ellipsis, even, odd] - 3 * x[TensorIndex.Ellipsis, odd, odd];
    }

    private static Tensor Windows(Tensor x)
    {
        const long Side = 4;
        long height = x.shape[2], width = x.shape[3];
        long rows = (Side - height % Side) % Side, columns = (Side - width % Side) % Side;
        var y = x;
        if (rows > 0) y = nn.functional.pad(y, [0, 0, 0, rows]);
        if (columns > 0) y = nn.functional.pad(y, [0, columns]);
        long high = height + rows, wide = width + columns;
        y = y.view(-1, 3, high / Side, Side, wide / Side, Side).amax([3L, 5L], true)
            .expand(-1, -1, -1, Side, -1, Side).reshape(-1, 3, high, wide);
        if (high > height || wide > width)
        {
            y = y[TensorIndex.Ellipsis, TensorIndex.Slice(stop: height), TensorIndex.Slice(stop: width)].contiguous();
        }
        return x + y;
    }

    private static Tensor UNet(Tensor x, Func<Tensor, Tensor, Tensor> fit)
    {
        var half = nn.functional.max_pool2d(x, 2);
        var quarter = nn.functional.max_pool2d(half, 2);
        var y = fit(nn.functional.interpolate(quarter, scale_factor: [2, 2]), half) + half;
        return cat([fit(nn.functional.interpolate(y, scale_factor: [2, 2]), x), x], 1);
    }

    private static Tensor ResizedTo(Tensor x, Tensor skip) =>
        x.shape[2] != skip.shape[2] || x.shape[3] != skip.shape[3]
            ? nn.functional.interpolate(x, [skip.shape[2], skip.shape[3]])
            : x;

    private static Tensor PaddedTo(Tensor x, Tensor skip)
    {
        long rows = skip.shape[2] - x.shape[2], columns = skip.shape[3] - x.shape[3];
        if (rows > 0) x = nn.functional.pad(x, [0, 0, rows / 2, rows - rows / 2]);
        if (columns > 0) x = nn.functional.pad(x, [columns / 2, columns - columns / 2]);
        return x;
    }

    // The named size keeps the outcome of the example, and the file is then right.
    public static TheoryData<Func<Tensor, Tensor>, int, string> Bounded => new()
    {
        { x => x.shape[1] > 1 ? x / x.std(1, keepdim: true) : x, 6, """new("T", 0, 1) { Min = 2 }""" },
        { x => x.shape[1] == 1 ? x.squeeze(1) : x, 6, """new("T", 0, 1) { Min = 2 }""" },
        { x => x.shape[1] > 1 ? x.relu() : x, 6, """new("T", 0, 1) { Min = 2 }""" },
        { x => x.shape[1] > 1 ? x * 2 : x.shape[0] < 6 ? x * 2 : -x, 6, """new("T", 0, 1) { Min = 2 }""" },
        { x => x.shape[1] >= 4 ? x[.., ..4] * 2 : x, 6, """new("T", 0, 1) { Min = 4 }""" },
        { x => x.shape[0] == 1 ? -x : x * 2, 6, """new("N", 0, 0) { Min = 2 }""" },
        { x => x.shape[1] > 100 ? x[.., ..100] : x * 2, 6, """new("T", 0, 1) { Max = 100 }""" },
        { x => x.shape[1] % 4 != 0 ? nn.functional.pad(x, [0, 4 - x.shape[1] % 4]) : x * 1, 6,
            "If the branch pads to a multiple of 4, pad without a condition by (4 - T % 4) % 4" },
        { x => x.shape[1] > 1 ? x.cumsum(1) : x * 2, 1, "Give an example with T = 2 or more" },
    };

    [Theory]
    [MemberData(nameof(Bounded), DisableDiscoveryEnumeration = true)]
    public void Export_BranchesThatDiffer_AreRefusedWithTheBound(
        Func<Tensor, Tensor> function, int example, string remedy)
    {
        using var model = new Lambda(function);
        var problem = Assert.Single(OnnxExporter.Analyze(model, ones(2, example), Open()));
        Assert.Equal("BranchTests.cs", Path.GetFileName(problem.Line!.File));
        Assert.Contains(remedy, problem.Remedy);
    }

    private static bool IsLong(long count) => count > 1;
}
