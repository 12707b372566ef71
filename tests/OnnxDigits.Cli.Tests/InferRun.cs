namespace OnnxDigits.Cli.Tests;

/// <summary>What one run of the command answered.</summary>
internal sealed record InferRun(int Code, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static InferRun Of(params string[] args) => Of(new StopSignal(), args);

    public static InferRun Of(StopSignal stop, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = InferApplication.RunAsync(args, new InferConsole(output, error), stop).GetAwaiter().GetResult();
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>The run failed with this code and one line that has these parts; there are no results.</summary>
    public void AssertRefused(int code, params string[] parts)
    {
        Assert.Equal(code, Code);
        Assert.All(parts, part => Assert.Contains(part, Error));
        Assert.Single(Error.Trim().Split('\n'));
        Assert.Empty(Output);
    }
}
