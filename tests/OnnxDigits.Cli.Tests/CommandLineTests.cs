using System.Text;
using System.Text.RegularExpressions;

namespace OnnxDigits.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly DigitFolder _folder = DigitFolder.WithDigits(2);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Usage: infer [PATH...] [options]", "Input:", "Output:", "Model:", "Limits:", "Exit codes:")]
    [InlineData("Usage: infer evaluate [options]", "Input:", "Output:", "Model:", "Limits:")]
    [InlineData("Usage: infer info [options]", "Output:", "Model:")]
    [InlineData("Usage: infer devices [options]", "Output:", "Model:")]
    [InlineData("Usage: infer completion SHELL [options]", "Other:")]
    public void Help_EveryCommand_IsGroupedAndFitsEightyColumns(string usage, params string[] groups)
    {
        string[] command = [.. usage.Split(' ').Skip(2).TakeWhile(word => char.IsLower(word[0]))];

        var run = InferRun.Of([.. command, "--help"]);

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.All(run.Lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.All(run.Lines, line => Assert.Equal(line.TrimEnd(), line));
        Assert.Contains(usage, run.Lines);
        Assert.Equal(command is [], run.Output.Contains("Examples:"));
        int[] positions = [.. groups.Select(group => Array.IndexOf(run.Lines, group))];
        Assert.Equal(positions.Order(), positions);
        Assert.DoesNotContain(-1, positions);
        // Every option but help and version has a group, and text that is wrapped starts at the same column.
        string other = run.Output[run.Output.IndexOf("Other:", StringComparison.Ordinal)..];
        Assert.InRange(Regex.Count(other, @"^  (-.*)?--[a-z]+ ", RegexOptions.Multiline), 1, 2);
        Assert.Matches(@"\n  -h, -\?, --help {10}Show this help\.\n", run.Output);
        string indent = new(' ', 26);
        if (groups.Contains("Model:")) Assert.Contains($"=PATH\n{indent}An ONNX Runtime plugin", run.Output);
    }

    [Theory]
    [InlineData("[scans]")]
    [InlineData("[suggest]")]
    [InlineData("[diagram]")]
    [InlineData("[suggest:3]")]
    [InlineData("@list")]
    public void Folder_NamedLikeADirective_IsAFolder(string name)
    {
        File.Delete(_folder.Write($"{name}/x", []));
        _folder.Write($"{name}/5.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        var (code, rows, error) = ProcessRun.In(_folder.Path, name, "-f", "csv");
        Assert.Equal((ExitCode.Success, 2), (code, rows.TrimEnd().Split('\n').Length));
        Assert.Contains("1 image", error);
        InferRun.Of("[nowhere]", "--bogus").AssertRefused(ExitCode.Usage, "no option '--bogus'");
    }

    [Theory]
    [InlineData("/h")]
    [InlineData("/help")]
    public void Slash_OnLinux_StartsAPath(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.StartsWith($"{path},", InferRun.Of(path, "-f", "csv").Lines[1]);
        InferRun.Of("/?").AssertRefused(ExitCode.Data, "there are no images in /?");
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("--bogus")]
    public void Path_AfterDashes_IsNoCommandOrOption(string path) =>
        Assert.StartsWith($"{path},", InferRun.Of("-f", "csv", "--", path).Lines[1]);

    [Fact]
    public void Format_GivenTwice_TheLastCounts() =>
        Assert.StartsWith("path,label", InferRun.Of(_folder.Path, "-f", "table", "-f", "csv").Output);

    [Theory]
    [InlineData("-qz", "there is no option '-qz'.")]
    [InlineData("-q0z", "there is no option '-q0z'.")]
    [InlineData("-0-q", "there is no option '-0-q'.")]
    [InlineData("--quiet=z", "--quiet takes no value. Leave out '=z'.")]
    public void Option_WithoutAValue_RefusesAttachedText(string word, string message)
    {
        InferRun.Of("photo.jpg", word).AssertRefused(ExitCode.Usage, message);
        Assert.StartsWith("path,label", InferRun.Of(_folder.Path, "-qfcsv").Output);
    }

    [Theory]
    [InlineData("infer --mod", "--model")]
    [InlineData("infer -f ", "csv jsonl parquet table")]
    [InlineData("infer --format=p", "--format=parquet")]
    [InlineData("infer photo.jpg -m ", "best conv dense")]
    [InlineData("infer --model=", "--model=best --model=conv --model=dense")]
    [InlineData("infer --device c", "cpu cuda")]
    [InlineData("infer -d ", "auto cpu cuda webgpu")]
    [InlineData("infer --on-error ", "continue stop")]
    [InlineData("infer --provider-library ", "cuda= webgpu=")]
    [InlineData("infer evaluate --data ", "generated mnist")]
    [InlineData("infer eval", "evaluate")]
    [InlineData("infer completion b", "bash")]
    public void Suggestions_StartOfAWord_AreItsContinuations(string line, string expected)
    {
        var run = InferRun.Of("completion", "suggest", line);
        string word = line.Split(' ')[^1];
        Assert.Equal(
            expected,
            string.Join(' ', run.Lines.Where(text => text.StartsWith(word, StringComparison.Ordinal)).Order()));
    }

    [Theory]
    [InlineData("bash", "infer --format=p", "parquet")]
    [InlineData("bash", "infer -m d", "dense")]
    [InlineData("bash", "infer --dev", "--device")]
    [InlineData("fish", "infer --format=p", "--format=parquet")]
    [InlineData("fish", "true; infer -d ", "auto cpu cuda webgpu")]
    [InlineData("pwsh", "infer --format=p", "--format=parquet")]
    [InlineData("pwsh", "$null; infer -d ", "auto cpu cuda webgpu")]
    [InlineData("pwsh", "infer --dev", "--device")]
    public void Completion_InAShell_CompletesTheWord(string shell, string line, string expected)
    {
        // Not every machine has every shell.
        if (!OperatingSystem.IsLinux() || ProcessRun.Of("which", shell).Code != 0) return;
        string command = _folder.Write("infer", Encoding.UTF8.GetBytes(
            $"#!/bin/sh\nexec dotnet '{ProcessRun.Program}' \"$@\"\n"));
        File.SetUnixFileMode(command, (UnixFileMode)0b111_101_101);
        string[] words = Regex.Matches(line, "[^ =]+|=").Select(match => match.Value).ToArray();
        string script = shell switch
        {
            "bash" => $"eval \"$(infer completion bash)\"; COMP_LINE='{line} x' COMP_POINT={line.Length} "
                + $"COMP_CWORD={words.Length - 1}; COMP_WORDS=({string.Join(' ', words)}); _infer; "
                + "printf '%s\\n' \"${COMPREPLY[@]}\"",
            "fish" => $"infer completion fish | source; complete -C '{line}'",
            _ => "infer completion pwsh | Out-String | Invoke-Expression; [System.Management.Automation."
                + $"CommandCompletion]::CompleteInput('{line}x', {line.Length}, $null).CompletionMatches.CompletionText",
        };
        var (code, output, error) = ProcessRun.Of("env", $"PATH={_folder.Path}:{Path}", shell, "-c", script);
        Assert.Equal((0, ""), (code, error));
        Assert.Subset(output.Split('\n').ToHashSet(), expected.Split(' ').ToHashSet());
    }

    private static string Path => Environment.GetEnvironmentVariable("PATH")!;
}
