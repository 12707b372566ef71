using OnnxDigits.Tests;

namespace OnnxDigits.Cli.Tests;

/// <summary>What one run of the command answered.</summary>
internal sealed record InferRun(int Code, string Output, string Error)
{
    // What the first run loads and compiles is no cost of its input.
    static InferRun() => InferApplication.Run(["nowhere.png"], new InferConsole(TextWriter.Null, TextWriter.Null), new StopSignal());

    /// <summary>What the run took.</summary>
    public (TimeSpan Processor, long Memory) Cost { get; private init; }

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static InferRun Of(params string[] args) => Of(new StopSignal(), args);

    public static InferRun Of(StopSignal stop, params string[] args) => Of(stop, Stream.Null, args);

    /// <summary>With something on the standard input.</summary>
    public static InferRun OfInput(byte[] input, params string[] args) => Of(new StopSignal(), new MemoryStream(input), args);

    private static InferRun Of(StopSignal stop, Stream input, string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = 0;
        var cost = Limits.Measure(() => code = InferApplication.Run(args, new InferConsole(output, error) { Input = input }, stop));
        return new(code, output.ToString(), error.ToString()) { Cost = cost };
    }

    /// <summary>The run failed with this code and one line that has these parts; there are no results, and it cost little.</summary>
    public void AssertRefused(int code, params string[] parts)
    {
        Assert.Equal(code, Code);
        Assert.All(parts, part => Assert.Contains(part, Error));
        Assert.Single(Error.Trim().Split('\n'));
        Assert.Empty(Output);
        AssertCheap();
    }

    /// <summary>It took no more than a bad input may: see <see cref="Limits"/>.</summary>
    public void AssertCheap() => Limits.Check(Cost);
}
