namespace Docs;

/// <summary>Runs the programs in samples/gallery as the comments at their beginning say.</summary>
public sealed class GalleryTests
{
    private static readonly IReadOnlyDictionary<string, (string[] Arguments, string Output)> Programs =
        new Dictionary<string, (string[], string)>
        {
            ["detector.cs"] = ([], @"48 × 240: 225 boxes, max difference .* pixels"),
            ["gpt.cs"] = ([], @"ONNX Runtime: ([\d ]{31})\nTorchSharp:   \1\n"),
            ["lstm.cs"] = ([], "100 steps, difference between one run and two"),
            ["own-converter.cs"] = ([], @"Tensor\.pinverse has no converter(.*\n)*verified on(.*\n)*.* Inverse "),
            ["torchvision-models.cs"] = (
                ["mobilenet_v2", "resnet18"], @"mobilenet_v2: (.*\n)*  5 pictures: .*\nresnet18: (.*\n)*  5 pictures:"),
        };

    public static TheoryData<string> Files => [.. Directory.GetFiles(Repository.PathOf("samples/gallery"), "*.cs")
        .Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Program_Run_PrintsTheExpectedOutput(string file)
    {
        var (arguments, pattern) = Programs[file];

        var (code, output) = Repository.Run(
            Repository.Root, "dotnet",
            ["run", "-c", Repository.Configuration, $"samples/gallery/{file}", "--", .. arguments]);

        Assert.True(code == 0, $"{file} ended with {code}:\n{output}");
        Assert.Matches(pattern, output);
    }
}
