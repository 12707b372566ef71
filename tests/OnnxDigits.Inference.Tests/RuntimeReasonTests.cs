using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests;

public class RuntimeReasonTests
{
    [Theory]
    [InlineData(
        "[ErrorCode:Fail] Failed to load library /a/b.so with error: libcublasLt.so.13: cannot open shared object file",
        "libcublasLt.so.13: cannot open shared object file")]
    [InlineData(
        "[ErrorCode:Fail] /src/webgpu_context.cc:136 Initialize() adapter.status == Success was false. No supported adapters\n",
        "No supported adapters")]
    [InlineData("[ErrorCode:InvalidArgument] Unknown provider name 'X'. ", "Unknown provider name 'X'")]
    [InlineData("of two\nlines.", "of two lines")]
    public void Of_MessageOfTheRuntime_IsWhatHelps(string message, string expected) =>
        Assert.Equal(expected, RuntimeReason.Of(new InvalidOperationException(message)));

    [Fact]
    public void Of_LongMessage_IsCut() =>
        Assert.InRange(RuntimeReason.Of(new InvalidOperationException(new string('x', 5000))).Length, 100, 250);

    [Fact]
    public void Find_NativeLibraryOfAnotherVersion_IsItsFault()
    {
        // As the managed assembly tells that its native library is older.
        var version = new InvalidOperationException("The native ONNX Runtime library does not support API version 31.");
        Assert.Equal(
            "The native ONNX Runtime library does not support API version 31",
            NativeLibraryFault.Find(new TypeInitializationException("NativeMethods", version)));
        Assert.NotNull(NativeLibraryFault.Find(new DllNotFoundException("Unable to load shared library 'onnxruntime'")));
        Assert.Null(NativeLibraryFault.Find(version));
        Assert.Null(NativeLibraryFault.Find(new DigitModelException("other")));
    }
}
