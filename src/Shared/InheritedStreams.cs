using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Shared;

/// <summary>Checks the standard streams and the limits on open files and memory that a process inherits.</summary>
/// <remarks>
/// The runtime's next file gets the descriptor of a closed stream, so reading or writing the stream would damage the
/// runtime.
/// </remarks>
internal static partial class InheritedStreams
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;

    // The runtime, ONNX Runtime and libtorch open about 80 files.
    private const int MinOpenFiles = 128;

    // RLIMIT_AS of Linux. With less, the runtime and its libraries crash in places that nobody can catch.
    private const int AddressSpace = 9;
    private const nuint MinNativeMemory = 1_000_000_000;
    private const nuint MinMemory = 3_000_000_000;

    private const int GetDescriptorFlags = 1;
    private const int GetStatusFlags = 3;
    private const int AccessMask = 3;
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;

    private static int OpenFilesResource => OperatingSystem.IsMacOS() ? 8 : 7;

    /// <summary>
    /// Writes an error if the process cannot run with the inherited streams and limits. Call this first.
    /// </summary>
    /// <param name="prefix">The start of error messages, in UTF-8.</param>
    /// <returns>The exit code of the error, or <c>null</c> if the process can run.</returns>
    public static int? Check(ReadOnlySpan<byte> prefix)
    {
        if (OperatingSystem.IsWindows()) return null;
        if (IsBelow(MinOpenFiles, OpenFilesResource))
        {
            WriteError(prefix, "the process may open too few files. Allow 128 with ulimit -n 128.\n"u8);
            return ExitCode.Model;
        }
        bool isNative = !RuntimeFeature.IsDynamicCodeSupported;
        if (OperatingSystem.IsLinux() && IsBelow(isNative ? MinNativeMemory : MinMemory, AddressSpace))
        {
            WriteError(prefix, isNative
                ? "the process may use too little memory. Allow 1 GB with ulimit -v 1000000.\n"u8
                : "the process may use too little memory. Allow 3 GB with ulimit -v 3000000.\n"u8);
            return ExitCode.Model;
        }
        ReplaceConsoleError();
        if (!IsClosed(Output)) return null;
        WriteError(prefix, "standard output is closed. Redirect it to a file or to /dev/null.\n"u8);
        return ExitCode.Output;
    }

    /// <summary>Indicates whether a standard stream was closed when the process started.</summary>
    public static bool IsClosed(int stream)
    {
        if (OperatingSystem.IsWindows()) return false;
        // Inherited descriptors aren't closed on exec, but the runtime's own descriptors are. The program that starts
        // the runtime keeps a file open to read it.
        if (Control(stream, GetDescriptorFlags) != 0) return true;
        int access = Control(stream, GetStatusFlags) & AccessMask;
        return access == (stream == Input ? WriteOnly : ReadOnly);
    }

    private static bool IsBelow(nuint least, int resource) =>
        GetLimit(resource, out var limit) == 0 && limit.Current < least;

    // The console cannot be loaded if too few files may be open.
    private static unsafe void WriteError(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message)
    {
        if (IsClosed(Error)) return;
        fixed (byte* start = prefix) _ = Write(Error, start, (nuint)prefix.Length);
        fixed (byte* text = message) _ = Write(Error, text, (nuint)message.Length);
    }

    /// <summary>Opens standard error. Writing to the stream never fails.</summary>
    public static Stream OpenError() =>
        IsClosed(Error) ? Stream.Null : new ErrorStream(Console.OpenStandardError());

    // A separate method, so that the console is loaded only if it's needed.
    private static void ReplaceConsoleError() => Console.SetError(new StreamWriter(OpenError()) { AutoFlush = true });

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    private struct Limit
    {
        public nuint Current;
        public nuint Max;
    }
}
