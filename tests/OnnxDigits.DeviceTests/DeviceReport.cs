namespace OnnxDigits.DeviceTests;

/// <summary>What was found, a line each, in <c>device.txt</c> beside the tests: a runner shows no passed test's output.</summary>
internal static class DeviceReport
{
    private static readonly Lock Gate = new();
    private static readonly string FilePath = Path.Combine(AppContext.BaseDirectory, "device.txt");

    static DeviceReport() => File.Delete(FilePath);

    public static void Write(FormattableString line)
    {
        lock (Gate)
            File.AppendAllText(FilePath, FormattableString.Invariant(line) + "\n");
    }
}
