using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests.Devices;

public class RuntimeErrorsTests
{
    [Theory]
    [InlineData(
        "[ErrorCode:Fail] Failed to load library /a/b.so with error: libcublasLt.so.13: cannot open shared object file",
        "libcublasLt.so.13: cannot open shared object file")]
    [InlineData(
        "[ErrorCode:Fail] /src/webgpu_context.cc:136 Initialize() adapter.status == Success was false. "
        + "No supported adapters\n",
        "No supported adapters")]
    [InlineData("[ErrorCode:InvalidArgument] Unknown provider name 'X'. ", "Unknown provider name 'X'")]
    [InlineData("of two\nlines.", "of two lines")]
    public void Summarize_MessageOfTheRuntime_KeepsTheReason(string message, string expected) =>
        Assert.Equal(expected, RuntimeErrors.Summarize(new InvalidOperationException(message)));

    [Fact]
    public void Summarize_LongMessage_IsShortened() =>
        Assert.InRange(RuntimeErrors.Summarize(new InvalidOperationException(new string('x', 5000))).Length, 100, 250);

    [Fact]
    public void FindLibraryFault_NativeLibraryOfAnotherVersion_IsFound()
    {
        // The managed assembly's error for an older native library.
        var version = new InvalidOperationException("The native ONNX Runtime library does not support API version 31.");
        Assert.Equal(
            "The native ONNX Runtime library does not support API version 31",
            RuntimeErrors.FindLibraryFault(new TypeInitializationException("NativeMethods", version)));
        Assert.NotNull(RuntimeErrors.FindLibraryFault(
            new DllNotFoundException("Unable to load shared library 'onnxruntime'")));
        Assert.Null(RuntimeErrors.FindLibraryFault(version));
        Assert.Null(RuntimeErrors.FindLibraryFault(new DigitModelException("other")));
    }
}
