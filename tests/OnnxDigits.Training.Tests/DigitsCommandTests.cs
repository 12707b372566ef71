using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Training.Tests;

public sealed class DigitsCommandTests : IDisposable
{
    private static readonly DigitDataSet Digits = DigitGenerator.CreateDataSet(1, 100, 50);

    private readonly CommandRunner _command = new() { OpenData = _ => Digits };

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Export_Png_WritesThePixelsIntoFoldersByLabel()
    {
        string folder = Path.Combine(_command.Folder, "digits");
        Assert.Equal(0, _command.Run("digits", "export", folder, "--split", "test", "--count", "20"));
        Assert.Equal(20, Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Length);
        Assert.Equal(10, Directory.GetDirectories(folder).Length);
        for (int i = 0; i < 20; i++)
        {
            using SKBitmap bitmap = SKBitmap.Decode(Path.Combine(folder, $"{Digits.Test.Label(i)}", $"{i:D5}.png"));
            byte[] grey = [.. bitmap.Pixels.Select(pixel => pixel.Red)];
            Assert.Equal(Digits.Test.Image(i), grey);
        }
    }

    [Fact]
    public void Export_Jpeg_WritesAllImagesByDefault()
    {
        string folder = Path.Combine(_command.Folder, "digits");
        Assert.Equal(0, _command.Run("digits", "export", folder, "--format", "jpeg"));
        Assert.Equal(100, Directory.GetFiles(folder, "*.jpg", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Export_ExistingFolder_ReturnsFiveAndLeavesIt()
    {
        Assert.Equal(5, _command.Run("digits", "export", _command.Folder));
        Assert.Contains("already exists", _command.Output.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_command.Folder));
    }

    [Fact]
    public void Export_BelowAFile_ReturnsFiveWithThePathOfTheFolder()
    {
        string file = Path.Combine(_command.Folder, "file");
        File.WriteAllText(file, "");
        string folder = Path.Combine(file, "digits");
        Assert.Equal(5, _command.Run("digits", "export", folder));
        Assert.Contains($"'{folder}' cannot be written: ", _command.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Export_Signal_StopsAndLeavesNothing()
    {
        using var stop = new StopSignal();
        stop.HangUp();
        string folder = Path.Combine(_command.Folder, "digits");
        Assert.Equal(ExitCode.HungUp, _command.Run(TimeProvider.System, stop, "digits", "export", folder));
        Assert.Empty(Directory.GetFileSystemEntries(_command.Folder));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20, "--compare")]
    [InlineData(20, "--rare")]
    public void Sheet_Always_HasARowPerLabelOrTwo(int rows, params string[] options)
    {
        string file = Path.Combine(_command.Folder, "sheet.png");
        Assert.Equal(0, _command.Run(["digits", "sheet", file, "--count", "90", "--columns", "60", .. options]));
        using SKBitmap sheet = SKBitmap.Decode(file);
        Assert.Equal((61 * 30 * 2, rows * 30 * 2), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void Sheet_ExistingFile_IsReplacedByForceOnly()
    {
        string file = Path.Combine(_command.Folder, "photo.png");
        File.WriteAllText(file, "content");
        Assert.Equal(5, _command.Run("digits", "sheet", file));
        Assert.Contains(
            $"'{file}' exists and may be yours. Choose another path, or give --force to replace it.",
            _command.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal("content", File.ReadAllText(file));
        Assert.Equal(0, _command.Run("digits", "sheet", file, "--count", "1", "--force"));
        using SKBitmap? sheet = SKBitmap.Decode(file);
        Assert.NotNull(sheet);
    }

    [Fact]
    public void Sheet_FileOfTheDataSet_IsRefusedEvenByForce()
    {
        string file = Path.Combine(_command.Folder, "train-images-idx3-ubyte");
        File.WriteAllText(file, "content");
        Assert.Equal(5, _command.Run("digits", "sheet", file, "--data", _command.Folder, "--force"));
        Assert.Contains($"'{file}' is an input", _command.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal("content", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("sheet", "x.png", "--columns", "0")]
    [InlineData("sheet", "x.png", "--split", "validation")]
    [InlineData("export", "x", "--count", "0")]
    [InlineData("export", "x", "--format", "gif")]
    [InlineData("export")]
    public void Digits_InvalidArguments_ReturnsTwo(params string[] arguments) =>
        Assert.Equal(2, _command.Run(["digits", .. arguments]));
}
