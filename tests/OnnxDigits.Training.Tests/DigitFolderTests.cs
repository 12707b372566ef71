using OnnxDigits.Data;
using OnnxDigits.Training.Pictures;
using OnnxDigits.Training.Reports;
using SkiaSharp;

namespace OnnxDigits.Training.Tests;

public sealed class DigitFolderTests : IDisposable
{
    private readonly CommandRunner _command = new() { OpenData = _ => DigitGenerator.CreateDataSet(1, 300, 100) };
    private readonly List<string> _warnings = [];
    private readonly string _folder;

    public DigitFolderTests()
    {
        _folder = Path.Combine(_command.Folder, "pictures");
        Assert.Equal(0, _command.Run("digits", "export", _folder));
    }

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Open_FoldersOfDigits_HoldsEachPictureOnceAndTestsOnAFifth()
    {
        DigitDataSet data = DigitFolder.Open(_folder, _warnings.Add);
        Assert.Empty(_warnings);
        Assert.Equal((300, DigitDataSet.Other), (data.Train.Count + data.Test.Count, data.Name));
        Assert.InRange(data.Test.Count, 30, 90);
        // A validation split takes the last images.
        Assert.InRange(data.Train.Labels[^40..].ToArray().Distinct().Count(), 7, 10);
        // The preparation is the identity on digits in the form of MNIST.
        string[] expected = Pictures(DigitGenerator.CreateDataSet(1, 300, 100).Train);
        Assert.Equal(expected.Order(), Pictures(data.Train).Concat(Pictures(data.Test)).Order());
    }

    [Fact]
    public void Open_GreyPictureOf28By28_KeepsItsPixelsWithLightInk()
    {
        byte[] corner = new byte[DigitImages.PixelsPerImage];
        for (int y = 1; y < 9; y++) corner.AsSpan(y * DigitImages.Columns + 2, 2).Fill(250);
        string moved = Path.Combine(_command.Folder, "moved");
        for (int i = 0; i < 20; i++)
        {
            // Copies of a picture would all be in one split.
            corner[^1] = (byte)(i + 1);
            Write($"{i}.png", corner);
            Write($"{i}-light.png", [.. corner.Select(pixel => (byte)(255 - pixel))]);
        }

        DigitDataSet data = DigitFolder.Open(moved, _ => { });
        DigitImages all = data.Train.Append(data.Test);
        Assert.Equal((40, 40), (all.Count, Pictures(all).Count(picture => picture[1..].StartsWith(
            Convert.ToHexString(corner.AsSpan(0, 280)), StringComparison.Ordinal))));

        void Write(string name, byte[] pixels)
        {
            using var bitmap = new SKBitmap(new SKImageInfo(28, 28, SKColorType.Gray8, SKAlphaType.Opaque));
            pixels.CopyTo(bitmap.GetPixelSpan());
            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            Directory.CreateDirectory(Path.Combine(moved, "1"));
            File.WriteAllBytes(Path.Combine(moved, "1", name), png.ToArray());
        }
    }

    [Fact]
    public void Open_FilesRenamedOrAdded_KeepsTheSplitOfTheOthers()
    {
        string[] before = Pictures(DigitFolder.Open(_folder, _warnings.Add).Test);
        foreach (string file in Directory.GetFiles(Path.Combine(_folder, "3")))
        {
            File.Move(file, Path.Combine(_folder, "3", $"renamed-{Path.GetFileName(file)}"));
            File.Copy(file.Replace("/3/", "/3/renamed-"), Path.Combine(_folder, "3", $"copy-{Path.GetFileName(file)}"));
        }

        DigitDataSet after = DigitFolder.Open(_folder, _warnings.Add);
        Assert.Equal(before.Order(), Pictures(after.Test).Distinct().Order());
        Assert.Empty(Pictures(after.Train).Intersect(Pictures(after.Test)));
    }

    [Fact]
    public void Open_FilesThatAreNoDigits_AreSkippedWithTheReason()
    {
        string Write(string name, byte[] content)
        {
            File.WriteAllBytes(Path.Combine(_folder, name), content);
            return Path.Combine(_folder, name);
        }

        string notes = Write("5/notes.txt", [1]), damaged = Write("5/damaged.png", [1, 2, 3]);
        foreach (string file in Directory.GetFiles(Path.Combine(_folder, "7"))[5..]) File.Delete(file);
        Directory.Delete(Path.Combine(_folder, "8"), recursive: true);
        DigitDataSet data = DigitFolder.Open(_folder, _warnings.Add);
        Assert.StartsWith($"Skipped: Cannot read '{damaged}': ", _warnings[0]);
        Assert.StartsWith($"Skipped: '{notes}' has no extension of an image", _warnings[1]);
        Assert.Matches("There are only [2-5] pictures of the digit 7 to train on.", _warnings[2]);
        Assert.Equal("There are no pictures of the digit 8 to train on.", Assert.Single(_warnings[3..]));
        Assert.EndsWith(", 2 skipped", data.Description);
    }

    [Theory]
    [InlineData("7", "has neither folders named 0 to 9 nor MNIST's four IDX files")]
    [InlineData("none", "doesn't exist")]
    public void Train_OnAnotherFolder_ReturnsFourAndSaysWhatItNeeds(string folder, string message)
    {
        Assert.Equal(4, _command.Run("fit", "--data", Path.Combine(_folder, folder), "--runs-folder", _folder));
        Assert.Contains(message, _command.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnAFolder_ReportsItsImagesAloneOrBesideMnist()
    {
        string runs = Path.Combine(_command.Folder, "runs");
        string[] arguments = ["fit", "--network", "dense", "--epochs", "1", "--runs-folder", runs, "--data", _folder];
        Assert.Equal(0, _command.Run(arguments));
        Assert.Equal(0, _command.Run([.. arguments, "--with-mnist"]));
        int test = DigitFolder.Open(_folder, _warnings.Add).Test.Count;
        Assert.Equal(
            [test, test + 100],
            RunReport.ReadAll(runs, Assert.Fail).Select(report => report.Result!.TestImages).Order());

        string[] others = [.. arguments.Where(argument => argument is not ("--network" or "dense"))];
        Assert.Equal(0, _command.Run([.. others, "--from", "dense", "--freeze"]));
        RunReport tuned = RunReport.ReadAll(runs, Assert.Fail).Single(report => report.Run.From is not null);
        Assert.True(tuned.Run.Frozen);
        // The shipped network reads the generated digits from the first epoch on.
        Assert.InRange(tuned.Epochs[0].Accuracy, 0.6, 1);
        Assert.Equal(ExitCode.Data, _command.Run([.. arguments, "--from", "conv"]));
        Assert.Contains(
            "conv.onnx' doesn't hold the weights of the network 'dense'", _command.Output.ToString(),
            StringComparison.Ordinal);

        string empty = Directory.CreateDirectory(Path.Combine(_command.Folder, "empty", "3")).Parent!.FullName;
        Assert.Equal(ExitCode.Data, _command.Run(["fit", "--data", empty]));
        Assert.Contains(
            $"'{empty}' has 0 pictures to train on and 0 to test with", _command.Output.ToString(),
            StringComparison.Ordinal);
    }

    private static string[] Pictures(DigitImages images) =>
        [.. Enumerable.Range(0, images.Count).Select(i => images.Label(i) + Convert.ToHexString(images.Image(i)))];
}
