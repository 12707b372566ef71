using nietras.SeparatedValues;
using OnnxDigits.Tests;

namespace OnnxDigits.Cli.Tests;

/// <summary>Represents a run of the command within the test process.</summary>
internal sealed record InferRun(int Code, string Output, string Error)
{
    // The first run loads and compiles code, which must not count as the cost of an input.
    static InferRun() => InferApplication.Run(
        ["nowhere.png"], new InferConsole(TextWriter.Null, TextWriter.Null), new StopSignal());

    /// <summary>Gets the processor time and memory of the run.</summary>
    public (TimeSpan Processor, long Memory) Cost { get; private init; }

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Gets the fields of each row of comma-separated values.</summary>
    public string[][] Rows
    {
        get
        {
            using var reader = Sep.New(',').Reader(options => options with { Unescape = true }).FromText(Output);
            string[] columns = [.. reader.Header.ColNames];
            return [.. reader.Enumerate(row => row[columns].ToStringsArray())];
        }
    }

    public static InferRun Of(params string[] args) => Of(new StopSignal(), args);

    public static InferRun Of(StopSignal stop, params string[] args) => Of(stop, Stream.Null, args);

    /// <summary>Runs the command with standard input.</summary>
    public static InferRun OfInput(byte[] input, params string[] args) =>
        Of(new StopSignal(), new MemoryStream(input), args);

    private static InferRun Of(StopSignal stop, Stream input, string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = 0;
        var console = new InferConsole(output, error) { Input = input };
        var cost = Limits.Measure(() => code = InferApplication.Run(args, console, stop));
        return new(code, output.ToString(), error.ToString()) { Cost = cost };
    }

    /// <summary>Asserts that the run failed with one line of error, no output, and within the limits.</summary>
    public void AssertRefused(int code, params string[] parts)
    {
        Assert.Equal(code, Code);
        Assert.All(parts, part => Assert.Contains(part, Error));
        Assert.Single(Error.Trim().Split('\n'));
        Assert.Empty(Output);
        AssertCheap();
    }

    /// <summary>Asserts that the run stayed within the <see cref="Limits"/>.</summary>
    public void AssertCheap() => Limits.Check(Cost);
}
