namespace OnnxDigits.DeviceTests;

/// <summary>Writes findings to <c>device.txt</c> beside the tests, because a runner hides the output of passed tests.</summary>
internal static class DeviceReport
{
    private static readonly Lock Gate = new();
    private static readonly string Text = Path.Combine(AppContext.BaseDirectory, "device.txt");

    static DeviceReport() => File.Delete(Text);

    public static void Write(FormattableString line)
    {
        lock (Gate)
        {
            File.AppendAllText(Text, FormattableString.Invariant(line) + "\n");
        }
    }
}
