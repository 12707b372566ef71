using System.Text.RegularExpressions;

namespace OnnxDigits.Inference.Execution;

/// <summary>The heart of a message of ONNX Runtime, fit for the brackets of a sentence.</summary>
internal static partial class RuntimeReason
{
    private const int Longest = 240;

    public static string Of(Exception error)
    {
        string line = error.Message.ReplaceLineEndings(" ");
        // What the loader, or the check that failed, has to say; the codes and source lines before it help nobody.
        line = Preamble().Replace(line, "").Trim().TrimEnd('.');
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    [GeneratedRegex(@"^(\[ErrorCode:\w+\] )?(.* with error: |.* was false\. )?")]
    private static partial Regex Preamble();
}
