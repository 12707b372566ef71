using System.Text.RegularExpressions;

namespace OnnxDigits.Inference.Execution;

/// <summary>Turns errors of ONNX Runtime and of its native library into short reasons.</summary>
internal static partial class RuntimeErrors
{
    private const int Longest = 240;

    /// <summary>Returns an error message as one line, without codes and source locations.</summary>
    public static string Summarize(Exception error)
    {
        string line = Preamble().Replace(error.Message.ReplaceLineEndings(" "), "").Trim().TrimEnd('.');
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    /// <summary>
    /// Returns the reason why ONNX Runtime's native library cannot be used, or <see langword="null"/> if the error has
    /// another cause.
    /// </summary>
    public static string? FindLibraryFault(Exception? error)
    {
        bool isLoading = false;
        for (; error is not null; error = error.InnerException)
        {
            // The rest of the message lists every path that was probed.
            if (error is DllNotFoundException) return error.Message.Split(". ")[0];
            if (error is BadImageFormatException or EntryPointNotFoundException
                || (isLoading && error is InvalidOperationException))
            {
                return Summarize(error);
            }
            // The managed assembly checks the version of the native library in a type initializer.
            isLoading |= error is TypeInitializationException;
        }
        return null;
    }

    [GeneratedRegex(@"^(\[ErrorCode:\w+\] )?(.* with error: |.* was false\. )?")]
    private static partial Regex Preamble();
}
