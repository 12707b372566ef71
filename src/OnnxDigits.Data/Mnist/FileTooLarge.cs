namespace OnnxDigits.Data.Mnist;

/// <summary>A file that grew beyond what its file system or a limit of the process allows.</summary>
internal static class FileTooLarge
{
    /// <summary>.NET reports it (EFBIG) as a wrong argument of its own, where a full disk is an <see cref="IOException"/>.</summary>
    public static bool Is(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>Why a file could not be written, without the parameter's name.</summary>
    public static string Reason(Exception e) => Is(e) ? "it would be larger than its file system or a limit of this process allows." : e.Message;
}
