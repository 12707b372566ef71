namespace OnnxDigits.Inference.Execution;

/// <summary>Tells whether an error comes from ONNX Runtime's native library: missing, damaged, or of another version.</summary>
internal static class NativeLibraryFault
{
    /// <summary>What is wrong with the library; null when the error is another.</summary>
    public static string? Find(Exception? error)
    {
        bool whileLoading = false;
        for (; error is not null; error = error.InnerException)
        {
            // What follows is advice on tracing, and every path that was looked at.
            if (error is DllNotFoundException)
                return error.Message.Split(". ")[0];
            if (error is BadImageFormatException or EntryPointNotFoundException
                || (whileLoading && error is InvalidOperationException))
                return RuntimeReason.Of(error);
            // The managed assembly compares versions when its table of functions is first used.
            whileLoading |= error is TypeInitializationException;
        }
        return null;
    }
}
