using System.Diagnostics;
using System.Runtime.InteropServices;
using OnnxDigits.Tests;

namespace OnnxDigits.Inference.Tests.BadModels;

[Collection(nameof(Alone))]
public sealed class ModelPathTests : IDisposable
{
    private const string NotAFile = "is empty, or is a pipe or a device: name a regular ONNX file.";

    private readonly string _folder = Directory.CreateTempSubdirectory("models").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_MissingFile_NamesItsPath() =>
        AssertRefused("none.onnx", "cannot be read: the file does not exist. Check its path.");

    [Fact]
    public void Load_FileInAMissingFolder_NamesItsPath() =>
        AssertRefused("none/conv.onnx", "none/conv.onnx' cannot be read: the file does not exist. Check its path.");

    [Fact]
    public void Load_Folder_SaysSo() =>
        AssertRefused("", "cannot be read: it is a folder. Name an ONNX file in it.");

    [Fact]
    public void Load_BrokenLink_IsMissing()
    {
        File.CreateSymbolicLink(PathOf("broken.onnx"), PathOf("gone.onnx"));
        AssertRefused("broken.onnx", "cannot be read: the file does not exist. Check its path.");
    }

    [Fact]
    public void Load_UnreadableFile_SaysWhy()
    {
        // A link to itself cannot be followed, not even by root.
        File.CreateSymbolicLink(PathOf("loop.onnx"), PathOf("loop.onnx"));
        AssertRefused("loop.onnx", "check its permissions.");
    }

    [Fact]
    public void Load_PathThroughAFile_CannotBeRead()
    {
        File.WriteAllText(PathOf("file"), "content");
        AssertRefused("file/conv.onnx", "cannot be read");
    }

    [Fact]
    public void Load_SparseFileOf3GiB_IsTooLargeBeforeItIsRead()
    {
        using (var file = File.Create(PathOf("sparse.onnx")))
        {
            file.SetLength(3L << 30);
        }
        AssertRefused("sparse.onnx",
            "is larger than 68,157,440 bytes, the limit for a digit model: use a model that OnnxDigits exported.");
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/stdin")]
    public void Load_Device_IsNotOpened(string device) =>
        AssertRefused(device, OperatingSystem.IsWindows() ? "cannot be read" : NotAFile);

    [Fact]
    public void Load_PipeThatNobodyWritesTo_IsNotWaitedFor()
    {
        if (OperatingSystem.IsWindows()) return;
        Process.Start("mkfifo", [PathOf("pipe.onnx")]).WaitForExit();
        AssertRefused("pipe.onnx", NotAFile);

        File.CreateSymbolicLink(PathOf("link.onnx"), PathOf("pipe.onnx"));
        AssertRefused("link.onnx", NotAFile);
    }

    [Fact]
    public void Load_FileNameWithALineBreak_StaysOneLine()
    {
        File.WriteAllText(PathOf("two\nlines.onnx"), "no model");
        AssertRefused("two\nlines.onnx", "The model 'two\uFFFDlines.onnx' is not an ONNX file");
    }

    [Fact]
    public void Load_EndlessStream_EndsAtTheCap()
    {
        using var stream = new EndlessStream();
        var error = Assert.Throws<DigitModelException>(() => DigitClassifier.Load(stream));
        Assert.Contains("'stream' is larger than 68,157,440 bytes", error.Message);
        Assert.InRange(stream.Given, 68_157_440, 70_000_000);
    }

    [Fact]
    public void Load_TooManyBytes_IsRefused()
    {
        var error = Assert.Throws<DigitModelException>(() => DigitClassifier.Load(new byte[68_157_441]));
        Assert.Contains("'bytes' is larger than 68,157,440 bytes", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_ExternalDataThroughALink_IsNeverRead(bool hard)
    {
        // The right weights in another file. ONNX Runtime would follow a hard link to it.
        string secret = Path.Combine(Directory.CreateDirectory(PathOf("elsewhere")).FullName, "secret.bin");
        File.WriteAllBytes(secret, new byte[784 * 10 * 4]);
        string model = Path.Combine(Directory.CreateDirectory(PathOf("model")).FullName, "model.onnx");
        string link = Path.Combine(PathOf("model"), "weights.bin");
        if (hard)
        {
            Assert.Equal(0, CreateHardLink(secret, link));
        }
        else
        {
            File.CreateSymbolicLink(link, secret);
        }
        File.WriteAllBytes(model, new TinyModel
        {
            Weight = OnnxParts.Tensor(
                "W", 1, [784, 10], Proto.Number(14, 1), Proto.Bytes(13, OnnxParts.Entry("location", "weights.bin"))),
        }.Encode());

        const string Refusal =
            "has a tensor 'W' float32 [784, 10] that stores its values in another file, which is not supported";
        AssertRefused("model/model.onnx", Refusal);
        AssertRefused("model/model.onnx", Refusal, new() { AllowForeignModel = true });
    }

    [DllImport("libc", EntryPoint = "link")]
    private static extern int CreateHardLink(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    private string PathOf(string name) => Path.Combine(_folder, name);

    private void AssertRefused(string name, string part, DigitClassifierOptions? options = null)
    {
        Limits.Watch(() =>
        {
            var error = Assert.Throws<DigitModelException>(() => DigitClassifier.Load(PathOf(name), options ?? new()));
            Assert.Contains(part, error.Message);
            Assert.Contains(Path.GetFileName(name).Replace('\n', '\uFFFD'), error.Message);
            Assert.DoesNotContain('\n', error.Message);
        });
    }

    private sealed class EndlessStream : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
