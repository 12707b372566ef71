using TorchOnnx.OnnxRuntime;

namespace TorchOnnx.Tests;

/// <summary>Tests how a verification uses the runtime and the module.</summary>
public sealed class GraphRunnerTests
{
    [Theory]
    [InlineData(int.MaxValue, false)]
    [InlineData(0, true)]
    public void Verify_Weights_AreLoadedFromMemoryOrATemporaryFile(long threshold, bool isFile)
    {
        using var model = nn.Linear(4, 2);
        var runner = new Observer();
        var program = OnnxExporter.Export(model, randn(2, 4), new() { ExternalDataThreshold = threshold });

        Assert.True(program.Verify(runner).Passed);

        Assert.Equal(isFile ? 1 : 0, runner.Files.Count);
        Assert.All(runner.Files, file => Assert.False(Directory.Exists(Path.GetDirectoryName(file))));
        Assert.Equal((1, 1), (runner.Loads, runner.Disposals));
    }

    [Fact]
    public void Verify_RuntimeThatRejectsTheFile_ReportsReasonAndDeletesIt()
    {
        using var model = nn.Linear(4, 2);
        var runner = new Observer { LoadFailure = new InvalidOperationException("no such operator.\nmore") };

        var report = OnnxExporter.Export(model, randn(2, 4), new() { ExternalDataThreshold = 0 }).Verify(runner);

        Assert.Equal("observer does not load the graph: no such operator. more", Assert.Single(report.Cases).Failure);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Assert.Single(runner.Files))));
    }

    [Fact]
    public void Run_DisposedSession_Throws()
    {
        using var model = nn.Linear(4, 2);
        var session = new OnnxRuntimeRunner().Load(OnnxExporter.Export(model, randn(2, 4)).ToBytes());
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run(
            new Dictionary<string, GraphTensor> { ["input"] = new GraphTensor<float>(new float[4], 1, 4) }));
    }

    [Fact]
    public void GraphTensor_WrongShape_Throws()
    {
        Assert.Throws<ArgumentNullException>("data", () => new GraphTensor<float>(null!, 1));
        foreach (long[] shape in (long[][])[[3], [-1, -2], [1L << 32, 1L << 32]])
        {
            Assert.Throws<ArgumentException>("data", () => new GraphTensor<float>(shape[0] > 9 ? [] : [1, 2], shape));
        }
    }

    [Fact]
    public void Verify_RuntimeThatFailsToRun_ReportsReason()
    {
        using var model = nn.Linear(4, 2);
        var runner = new Observer { RunFailure = new InvalidOperationException("bad shape") };

        var report = OnnxExporter.Export(model, randn(2, 4)).Verify(runner);

        Assert.All(report.Cases, @case => Assert.Equal("the graph does not run: bad shape", @case.Failure));
        Assert.Null(report.Divergence);
    }

    [Fact]
    public void Verify_OutOfMemory_Throws()
    {
        using var model = nn.Linear(4, 2);
        var program = OnnxExporter.Export(model, randn(2, 4));
        var failure = new OutOfMemoryException();

        Assert.Throws<OutOfMemoryException>(() => program.Verify(new Observer { LoadFailure = failure }));
        Assert.Throws<OutOfMemoryException>(() => program.Verify(new Observer { RunFailure = failure }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Verify_ModuleThatThrows_ReportsTheReason(int runsBefore)
    {
        // The exporter restores a number in a field, but not this one.
        using var runs = new ThreadLocal<int>();
        runs.Value = int.MinValue;
        using var model = new Lambda(
            x => runs.Value++ == runsBefore ? throw new NotSupportedException("stopped") : x * 2);
        var program = OnnxExporter.Export(model, randn(2, 4));

        runs.Value = 0;
        var report = program.Verify(new OnnxRuntimeRunner());
        Assert.False(report.Passed);
        Assert.Contains("the module rejects these values: stopped.", report.ToString());
    }

    [Fact]
    public void Verify_RandomInputs_AreNormalAndFollowTheExamplesIntegers()
    {
        using var model = new BinaryLambda((x, i) => x * i);
        var runner = new Observer();
        var example = tensor(new long[] { 3, 8 }).repeat(10_000);
        OnnxExporter.Export(model, [randn(20_000), example], new() { DynamicBatch = false }).Verify(runner);

        // After the example and before the cases with tiny numbers and zeros.
        foreach (var inputs in runner.Inputs.Skip(1).Take(2))
        {
            float[] numbers = ((GraphTensor<float>)inputs["input_0"]).Data;
            double mean = numbers.Average();
            Assert.InRange(mean, -0.03, 0.03);
            // The multiples of 0.5 add 0.03 to the variance.
            Assert.InRange(numbers.Average(number => (number - mean) * (number - mean)), 0.98, 1.08);
            Assert.Equal([3, 8], ((GraphTensor<long>)inputs["input_1"]).Data.Distinct().Order());
        }
        Assert.NotEqual(
            ((GraphTensor<float>)runner.Inputs[1]["input_0"]).Data,
            ((GraphTensor<float>)runner.Inputs[2]["input_0"]).Data);
    }

    [Fact]
    public void Verify_SeveralOpenSizes_ChangesOneAtATimeAndAllTogether()
    {
        using var model = new Lambda(x => x * 2);
        var report = OnnxExporter.Export(model, randn(2, 6, 5), new()
        {
            DynamicDimensions = [new("H", 0, 1) { MultipleOf = 3 }, new("W", 0, 2)],
        }).Verify(new OnnxRuntimeRunner());

        Assert.True(report.Passed, report.ToString());
        Assert.All(report.Cases, @case =>
        {
            var shape = @case.InputShapes[0];
            Assert.Equal(
                @case.Name.Split(" = ") switch
                {
                    ["N", var size] => [long.Parse(size), 6, 5],
                    ["H", var size] => [2, long.Parse(size), 5],
                    ["W", var size] => [2, 6, long.Parse(size)],
                    [_, _, _, _] => [12, 12, 12],
                    _ => [2, 6, 5],
                },
                shape);
            Assert.Equal(0, shape[1] % 3);
        });
        Assert.Contains(report.Cases, @case => @case.Name == "N = 12 and H = 12 and W = 12");
        Assert.All("NHW", name => Assert.Contains(report.Cases, @case => @case.Name.StartsWith($"{name} = ")));
    }

    [Fact]
    public void Verify_ModuleWithOtherCallsAtAnUntracedSize_FailsWithoutDivergence()
    {
        bool isExported = false;
        using var model = new Lambda(x => isExported && x.shape[0] == 4 ? x : x.relu().exp());
        var program = OnnxExporter.Export(model, randn(2, 3));

        isExported = true;
        var report = program.Verify(new OnnxRuntimeRunner());

        Assert.Equal("N = 4", Assert.Single(report.Cases, @case => !@case.Passed).Name);
        Assert.Null(report.Divergence);
    }

    /// <summary>Runs graphs in ONNX Runtime and records how it is used.</summary>
    private sealed class Observer : IGraphRunner
    {
        private readonly OnnxRuntimeRunner _runner = new();

        public string Name => "observer";

        public List<string> Files { get; } = [];

        public List<IReadOnlyDictionary<string, GraphTensor>> Inputs { get; } = [];

        public int Loads { get; private set; }

        public int Disposals { get; private set; }

        public Exception? LoadFailure { get; init; }

        public Exception? RunFailure { get; init; }

        public IGraphSession Load(ReadOnlyMemory<byte> model) => Load(() => _runner.Load(model));

        public IGraphSession Load(string path)
        {
            Files.Add(path);
            return Load(() => _runner.Load(path));
        }

        private Session Load(Func<IGraphSession> load)
        {
            if (LoadFailure is not null) throw LoadFailure;
            Loads++;
            return new(this, load());
        }

        private sealed class Session(Observer observer, IGraphSession session) : IGraphSession
        {
            public IReadOnlyDictionary<string, GraphTensor> Run(IReadOnlyDictionary<string, GraphTensor> inputs)
            {
                if (observer.RunFailure is not null) throw observer.RunFailure;
                observer.Inputs.Add(inputs);
                return session.Run(inputs);
            }

            public void Dispose()
            {
                observer.Disposals++;
                session.Dispose();
            }
        }
    }
}
